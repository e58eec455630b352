use std::{fmt, str::FromStr};

use super::{Tag, aws_managed_policy};
use crate::{AccountId, Arn, Timestamp};

/// A customer managed policy; its documents are its versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagedPolicy {
    /// The account that holds the policy.
    pub account: AccountId,
    /// `ANPA…`, never used twice.
    pub id: String,
    /// The name, unique in its account without regard to letter case.
    pub name: String,
    /// `/` or `/…/`.
    pub path: String,
    /// What the policy is for; it can't be changed.
    pub description: Option<String>,
    /// The version in effect.
    pub default_version: i64,
    /// The highest version number ever given out.
    pub last_version: i64,
    /// The policy's tags, in the order in which they were set.
    pub tags: Vec<Tag>,
    /// When the policy was made.
    pub created: Timestamp,
    /// When its versions or its default version last changed.
    pub updated: Timestamp,
}

impl ManagedPolicy {
    /// `arn:aws:iam::<account>:policy/<path><name>`.
    pub fn arn(&self) -> String {
        format!(
            "arn:aws:iam::{}:policy{}{}",
            self.account, self.path, self.name
        )
    }
}

/// One version of a managed policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyVersion {
    /// 1 for `v1`.
    pub number: i64,
    /// The document as it was given.
    pub document: String,
    /// When the version was made.
    pub created: Timestamp,
}

/// A policy in effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyDocument {
    /// An inline policy's name, or the ARN of a managed one.
    pub name: String,
    /// The document as JSON text.
    pub content: String,
}

/// The policies that decide what a user or role may do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PrincipalPolicies {
    /// Inline and attached policies, those of a user's groups among them.
    pub identity: Vec<PolicyDocument>,
    /// The permissions boundary. If its policy is gone, a boundary with an empty document, which allows nothing.
    pub boundary: Option<PolicyDocument>,
    /// The principal's tags, key and value; `aws:PrincipalTag/…`.
    pub tags: Vec<(String, String)>,
}

/// How often a managed policy is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PolicyUsage {
    /// By how many users, groups and roles as a policy.
    pub attachments: i64,
    /// By how many users and roles as a permissions boundary.
    pub boundaries: i64,
}

/// The ARN of a managed policy, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyArn {
    /// The account that holds the policy; none for AWS managed policies.
    pub account: Option<AccountId>,
    /// `/` or `/…/`.
    pub path: String,
    /// The policy's name.
    pub name: String,
}

impl PolicyArn {
    /// The document of this AWS managed policy, if it is one that is known.
    pub fn aws_managed_document(&self) -> Option<&'static str> {
        match self.account {
            Some(_) => None,
            None => aws_managed_policy(&self.to_string()).map(|policy| policy.document),
        }
    }
}

/// The text is not the ARN of a managed policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the ARN of a managed policy")]
pub struct ParsePolicyArnError;

impl FromStr for PolicyArn {
    type Err = ParsePolicyArnError;

    fn from_str(text: &str) -> Result<Self, ParsePolicyArnError> {
        let parts = || {
            let arn: Arn = text.parse().ok()?;
            let account = match arn.account() {
                "aws" => None,
                account => Some(account.parse().ok()?),
            };
            let slashed = arn.resource().strip_prefix("policy")?;
            let (path, name) = slashed.split_at(slashed.rfind('/')? + 1);
            let fits = arn.partition() == "aws"
                && arn.service() == "iam"
                && arn.region().is_empty()
                && path.starts_with('/')
                && !name.is_empty();
            fits.then(|| Self {
                account,
                path: path.to_owned(),
                name: name.to_owned(),
            })
        };
        parts().ok_or(ParsePolicyArnError)
    }
}

impl fmt::Display for PolicyArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let account = self.account.as_ref().map_or("aws", AccountId::as_str);
        write!(f, "arn:aws:iam::{account}:policy{}{}", self.path, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_arn_is_taken_apart() {
        let cases = [
            (
                "arn:aws:iam::aws:policy/AdministratorAccess",
                Some((None, "/", "AdministratorAccess")),
            ),
            (
                "arn:aws:iam::aws:policy/job-function/Billing",
                Some((None, "/job-function/", "Billing")),
            ),
            (
                "arn:aws:iam::111122223333:policy/a/b/c",
                Some((Some("111122223333"), "/a/b/", "c")),
            ),
            ("arn:aws:iam::111122223333:policy/", None),
            ("arn:aws:iam::111122223333:policyX/a", None),
            ("arn:aws:iam::111122223333:role/a", None),
            ("arn:aws:iam::1111:policy/a", None),
            ("arn:aws:sso::aws:policy/a", None),
            ("arn:aws:iam:eu-west-1:aws:policy/a", None),
            ("policy/a", None),
        ];
        for (text, want) in cases {
            let found = text.parse::<PolicyArn>().ok();
            if want.is_some() {
                assert_eq!(
                    found.as_ref().map(ToString::to_string).as_deref(),
                    Some(text)
                );
            }
            let found = found.map(|arn| (arn.account.map(String::from), arn.path, arn.name));
            let want = want.map(|(account, path, name)| {
                (account.map(str::to_owned), path.to_owned(), name.to_owned())
            });
            assert_eq!(found, want, "{text}");
        }
    }
}
