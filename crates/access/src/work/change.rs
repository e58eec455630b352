use atrium_model::AccountId;
use atrium_model::iam::Role;

/// One thing that changed in an account's IAM, for the account's audit trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleChange {
    /// The account.
    pub account: AccountId,
    /// What.
    pub kind: RoleChangeKind,
}

/// What can change in an account's IAM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoleChangeKind {
    /// The account got a SAML provider with this name.
    SamlProviderCreated(String),
    /// A role was made.
    RoleCreated(Role),
    /// A role's description was set.
    DescriptionUpdated {
        /// The role's name.
        role: String,
        /// What it says now.
        description: Option<String>,
    },
    /// A role got a permissions boundary, or lost it.
    BoundaryChanged {
        /// The role's name.
        role: String,
        /// The policy's ARN.
        policy: Option<String>,
    },
    /// A managed policy was attached to a role.
    PolicyAttached {
        /// The role's name.
        role: String,
        /// The policy's ARN.
        policy: String,
    },
    /// A managed policy was detached from a role.
    PolicyDetached {
        /// The role's name.
        role: String,
        /// The policy's ARN.
        policy: String,
    },
    /// A role's inline policy was set.
    InlinePolicyPut {
        /// The role's name.
        role: String,
        /// The inline policy's name.
        name: String,
        /// The document.
        document: String,
    },
    /// A role's inline policy was removed.
    InlinePolicyDeleted {
        /// The role's name.
        role: String,
        /// The inline policy's name.
        name: String,
    },
    /// A role with this name was removed.
    RoleDeleted(String),
}
