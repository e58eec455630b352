use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{AccountId, InstanceId, ParseIdError, Partition, PermissionSetId, Timestamp};

/// What people may do in the accounts in which they have this permission set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermissionSet {
    /// The organization's instance that it belongs to.
    pub instance: InstanceId,
    /// Its id within the instance.
    pub id: PermissionSetId,
    /// Its name, unique in the instance; it can't be changed.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// How long sessions last, ISO 8601 as it was given.
    pub session_duration: String,
    /// Where a sign-in leads to, if not to the console's home.
    pub relay_state: Option<String>,
    /// What it allows.
    pub policies: PermissionSetPolicies,
    /// Counts the changes, from 1. What was provisioned at an earlier revision is out of date.
    pub revision: i64,
    /// When it was created.
    pub created: Timestamp,
}

impl PermissionSet {
    /// `arn:aws:sso:::permissionSet/<instance>/<id>`.
    pub fn arn(&self) -> PermissionSetArn {
        PermissionSetArn {
            instance: self.instance.clone(),
            id: self.id.clone(),
        }
    }
}

/// The policies of a permission set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermissionSetPolicies {
    /// The inline policy as it was given.
    pub inline: Option<String>,
    /// ARNs of AWS managed policies, in the order in which they were attached.
    pub aws_managed: Vec<String>,
    /// Policies that each account must have, in the order in which they were attached.
    pub customer_managed: Vec<CustomerManagedPolicy>,
    /// What bounds the permissions.
    pub boundary: Option<PermissionsBoundary>,
}

/// A customer managed policy by name and path: each account has its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CustomerManagedPolicy {
    /// The policy's name.
    pub name: String,
    /// `/` or `/…/`.
    pub path: String,
}

impl CustomerManagedPolicy {
    /// The policy's ARN in an account.
    pub fn arn(&self, account: &AccountId) -> String {
        let Self { name, path } = self;
        format!("arn:{}:iam::{account}:policy{path}{name}", Partition::NAME)
    }
}

/// The policy that bounds the permissions of a permission set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PermissionsBoundary {
    /// An AWS managed policy, by its ARN.
    AwsManaged(String),
    /// A policy that each account must have.
    CustomerManaged(CustomerManagedPolicy),
}

impl PermissionsBoundary {
    /// The policy's ARN in an account.
    pub fn arn(&self, account: &AccountId) -> String {
        match self {
            Self::AwsManaged(arn) => arn.clone(),
            Self::CustomerManaged(policy) => policy.arn(account),
        }
    }
}

/// The name of a permission set: its instance and its id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PermissionSetArn {
    /// The instance.
    pub instance: InstanceId,
    /// The permission set.
    pub id: PermissionSetId,
}

impl fmt::Display for PermissionSetArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { instance, id } = self;
        write!(
            f,
            "arn:{}:sso:::permissionSet/{instance}/{id}",
            Partition::NAME
        )
    }
}

impl FromStr for PermissionSetArn {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        let fail = || ParseIdError::new("permission set ARN", text);
        let arn: crate::Arn = text.parse().map_err(|_| fail())?;
        let head = (arn.partition(), arn.service(), arn.region(), arn.account());
        if head != (Partition::NAME, "sso", "", "") {
            return Err(fail());
        }
        let resource = arn
            .resource()
            .strip_prefix("permissionSet/")
            .ok_or_else(fail)?;
        // The model lets the id itself hold slashes.
        let (instance, id) = resource.split_once('/').ok_or_else(fail)?;
        Ok(Self {
            instance: instance.parse()?,
            id: id.parse()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permission_set_arns_follow_the_service_model() {
        let good = "arn:aws:sso:::permissionSet/ssoins-7223ab0123456789/ps-0123456789abcdef";
        let cases = [
            ("right", good.to_owned(), true),
            (
                "a slash in the id",
                good.replace("9abcdef", "9ab/def"),
                true,
            ),
            (
                "an instance",
                good.replace("permissionSet", "instance"),
                false,
            ),
            (
                "with a Region",
                good.replace("sso::", "sso:eu-west-1:"),
                false,
            ),
            (
                "with an account",
                good.replace(":::", "::111122223333:"),
                false,
            ),
            ("an id too short", good.replace("abcdef", ""), false),
            ("an id too long", format!("{good}0"), false),
            (
                "another partition",
                good.replace("arn:aws", "arn:aws-cn"),
                false,
            ),
        ];
        for (case, text, want) in cases {
            let parsed = text.parse::<PermissionSetArn>();
            assert_eq!(parsed.is_ok(), want, "{case}: {text}");
            if let Ok(arn) = parsed {
                assert_eq!(arn.to_string(), text);
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn parsing_never_panics(text in "(arn:aws:sso:::permissionSet/)?\\PC{0,60}") {
            let _ = text.parse::<PermissionSetArn>();
        }
    }
}
