use std::{fmt, str::FromStr};

use crate::{AccountId, InstanceId, ParseIdError, Partition, Timestamp, TrustedTokenIssuerId};

/// An OpenID Connect issuer whose tokens applications may exchange for tokens of the instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedTokenIssuer {
    /// The instance that trusts it.
    pub instance: InstanceId,
    /// Its id.
    pub id: TrustedTokenIssuerId,
    /// The account that owns the instance.
    pub account: AccountId,
    /// What it is called; unique in its instance.
    pub name: String,
    /// Its URL, without `/.well-known/openid-configuration`. It can't be changed.
    pub issuer_url: String,
    /// The claim of its tokens that tells who someone is.
    pub claim_attribute_path: String,
    /// The attribute of users that the claim is compared with.
    pub identity_store_attribute_path: String,
    /// When it was made.
    pub created: Timestamp,
}

impl TrustedTokenIssuer {
    /// `arn:aws:sso::<account>:trustedTokenIssuer/<instance>/<id>`.
    pub fn arn(&self) -> String {
        TrustedTokenIssuerArn {
            account: self.account.clone(),
            instance: self.instance.clone(),
            id: self.id.clone(),
        }
        .to_string()
    }
}

/// The name of a trusted token issuer: its account, instance and id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedTokenIssuerArn {
    /// The account that owns the instance.
    pub account: AccountId,
    /// The instance.
    pub instance: InstanceId,
    /// The issuer.
    pub id: TrustedTokenIssuerId,
}

impl fmt::Display for TrustedTokenIssuerArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            account,
            instance,
            id,
        } = self;
        write!(
            f,
            "arn:{}:sso::{account}:trustedTokenIssuer/{instance}/{id}",
            Partition::NAME
        )
    }
}

impl FromStr for TrustedTokenIssuerArn {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        let fail = || ParseIdError::new("trusted token issuer ARN", text);
        let arn: crate::Arn = text.parse().map_err(|_| fail())?;
        if (arn.partition(), arn.service(), arn.region()) != (Partition::NAME, "sso", "") {
            return Err(fail());
        }
        let resource = arn
            .resource()
            .strip_prefix("trustedTokenIssuer/")
            .ok_or_else(fail)?;
        let (instance, id) = resource.split_once('/').ok_or_else(fail)?;
        Ok(Self {
            account: arn.account().parse()?,
            instance: instance.parse()?,
            id: id.parse()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_are_read_as_they_are_written() {
        const ID: &str = "ssoins-7223ab0123456789/tti-94d00cd8-e9e6-4810-b177-b08e84775435";
        let own = format!("arn:aws:sso::123456789012:trustedTokenIssuer/{ID}");
        let read: TrustedTokenIssuerArn = own.parse().expect("an ARN");
        assert_eq!(read.to_string(), own);
        for wrong in [
            format!("arn:aws:sso::123456789012:application/{ID}"),
            format!("arn:aws:sso:::trustedTokenIssuer/{ID}"),
            format!("arn:aws:sso:eu-west-1:123456789012:trustedTokenIssuer/{ID}"),
            format!("arn:aws:sso::123456789012:trustedTokenIssuer/{ID}/more"),
            own.replace("94d00cd8", "94D00CD8"),
            String::new(),
        ] {
            assert!(wrong.parse::<TrustedTokenIssuerArn>().is_err(), "{wrong}");
        }
    }
}
