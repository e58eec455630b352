use atrium_model::{AccountId, Arn, ProviderKind};
use atrium_wire::WireError;

use crate::Call;

/// Which identity provider an ARN names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProviderArn {
    /// Its account.
    pub(crate) account: AccountId,
    /// What kind of provider it is.
    pub(crate) kind: ProviderKind,
    /// Its name in the account; of OpenID Connect host and path.
    pub(crate) name: String,
}

impl ProviderArn {
    /// Reads an ARN.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let arn: Arn = text.parse().ok()?;
        if arn.service() != "iam" || !arn.region().is_empty() {
            return None;
        }
        let (kind, name) = arn.resource().split_once('/')?;
        let kind = match kind {
            "saml-provider" => ProviderKind::Saml,
            "oidc-provider" => ProviderKind::OpenIdConnect,
            _ => return None,
        };
        (!name.is_empty()).then_some(())?;
        Some(Self {
            account: arn.account().parse().ok()?,
            kind,
            name: name.to_owned(),
        })
    }

    /// The name in an ARN of a provider of this kind; none in one of another account.
    pub(super) fn own(
        call: &Call<'_>,
        text: &str,
        kind: ProviderKind,
    ) -> Result<Option<String>, WireError> {
        match Self::parse(text) {
            Some(arn) if arn.kind == kind => {
                Ok((arn.account == *call.account()).then_some(arn.name))
            }
            _ => Err(WireError::new(
                "InvalidInput",
                "Invalid ARN: Could not be parsed!",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arn_names_account_kind_and_provider() {
        let account = "111122223333";
        let cases = [
            (
                "arn:aws:iam::111122223333:saml-provider/Corp",
                Some((ProviderKind::Saml, "Corp")),
            ),
            (
                "arn:aws:iam::111122223333:oidc-provider/id.example.com/a/b",
                Some((ProviderKind::OpenIdConnect, "id.example.com/a/b")),
            ),
            ("arn:aws:iam::111122223333:saml-provider/", None),
            ("arn:aws:iam::111122223333:role/Corp", None),
            ("arn:aws:sts::111122223333:saml-provider/Corp", None),
            ("arn:aws:iam::1111:saml-provider/Corp", None),
            ("saml-provider/Corp", None),
        ];
        for (text, want) in cases {
            let got = ProviderArn::parse(text);
            let got = got.as_ref().map(|arn| {
                assert_eq!(arn.account.as_str(), account);
                (arn.kind, arn.name.as_str())
            });
            assert_eq!(got, want, "{text}");
        }
    }
}
