//! The entities of the iam area: users, roles, groups, access keys and managed policies of one account.

mod aws_managed;
mod identity_provider;
mod key;
mod policy;

pub use aws_managed::{AWS_MANAGED_POLICIES, AwsManagedPolicy, aws_managed_policy};
pub use identity_provider::{OidcProvider, SamlProvider};
pub use key::{AccessKey, AccessKeyUse, KeyOwner};
pub use policy::{
    ManagedPolicy, ParsePolicyArnError, PolicyArn, PolicyDocument, PolicyUsage, PolicyVersion,
    PrincipalPolicies,
};

use serde::{Deserialize, Serialize};

use crate::{AccountId, Timestamp};

/// A key with its value, in the spelling that its maker chose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// The key; IAM compares keys without regard to letter case.
    pub key: String,
    /// The value, possibly empty.
    pub value: String,
}

/// An IAM user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The account that holds the user.
    pub account: AccountId,
    /// `AIDA…`, never used twice.
    pub id: String,
    /// The name, unique in its account without regard to letter case.
    pub name: String,
    /// `/` or `/…/`.
    pub path: String,
    /// The ARN of the managed policy that bounds the user's permissions.
    pub boundary: Option<String>,
    /// The user's tags, in the order in which they were set.
    pub tags: Vec<Tag>,
    /// When the user was made.
    pub created: Timestamp,
}

/// An IAM role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// The account that holds the role.
    pub account: AccountId,
    /// `AROA…`, never used twice.
    pub id: String,
    /// The name, unique in its account without regard to letter case.
    pub name: String,
    /// `/` or `/…/`.
    pub path: String,
    /// Who may assume the role: a policy document as it was given.
    pub trust_policy: String,
    /// What the role is for.
    pub description: Option<String>,
    /// The longest session, in seconds.
    pub max_session_seconds: i64,
    /// The ARN of the managed policy that bounds the role's permissions.
    pub boundary: Option<String>,
    /// The role's tags, in the order in which they were set.
    pub tags: Vec<Tag>,
    /// When the role was made.
    pub created: Timestamp,
}

/// An IAM group of users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The account that holds the group.
    pub account: AccountId,
    /// `AGPA…`, never used twice.
    pub id: String,
    /// The name, unique in its account without regard to letter case.
    pub name: String,
    /// `/` or `/…/`.
    pub path: String,
    /// When the group was made.
    pub created: Timestamp,
}

impl User {
    /// `arn:aws:iam::<account>:user/<path><name>`.
    pub fn arn(&self) -> String {
        format!(
            "arn:aws:iam::{}:user{}{}",
            self.account, self.path, self.name
        )
    }
}

impl Role {
    /// Where the roles of services live: only services make, change and delete them.
    pub const RESERVED_PATH: &str = "/aws-reserved/";
    /// How the names of permission sets' roles begin.
    pub const RESERVED_PREFIX: &str = "AWSReservedSSO_";

    /// `arn:aws:iam::<account>:role/<path><name>`.
    pub fn arn(&self) -> String {
        format!(
            "arn:aws:iam::{}:role{}{}",
            self.account, self.path, self.name
        )
    }

    /// Whether the role belongs to a service, so that its account can't change it.
    pub fn is_reserved(&self) -> bool {
        self.path.starts_with(Self::RESERVED_PATH) || self.name.starts_with(Self::RESERVED_PREFIX)
    }
}

impl Group {
    /// `arn:aws:iam::<account>:group/<path><name>`.
    pub fn arn(&self) -> String {
        format!(
            "arn:aws:iam::{}:group{}{}",
            self.account, self.path, self.name
        )
    }
}

/// The kinds of entity that hold policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum HolderKind {
    /// An IAM user.
    User,
    /// An IAM role.
    Role,
    /// An IAM group.
    Group,
}

/// An entity that a managed policy is attached to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// What it is.
    pub kind: HolderKind,
    /// Its unique id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its path.
    pub path: String,
}

/// How many entities of each kind an account holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IamCounts {
    /// Users.
    pub users: i64,
    /// Groups.
    pub groups: i64,
    /// Roles.
    pub roles: i64,
    /// Customer managed policies.
    pub policies: i64,
    /// Versions of customer managed policies.
    pub policy_versions: i64,
    /// SAML providers.
    pub saml_providers: i64,
    /// OpenID Connect providers.
    pub oidc_providers: i64,
}
