use atrium_model::iam::HolderKind;
use atrium_policy::PolicyError;
use atrium_saml::MetadataError;
use atrium_store::StoreError;

/// Why an operation of the iam area can't be done.
#[derive(Clone, Debug, thiserror::Error)]
pub enum IamError {
    /// Something that the call names is not there.
    #[error("not found: {0:?}")]
    Missing(Missing),
    /// A user with this name exists.
    #[error("a user named `{0}` already exists")]
    UserExists(String),
    /// A role with this name exists.
    #[error("a role named `{0}` already exists")]
    RoleExists(String),
    /// A group with this name exists.
    #[error("a group named `{0}` already exists")]
    GroupExists(String),
    /// A managed policy with this name exists.
    #[error("a policy named `{0}` already exists")]
    PolicyExists(String),
    /// A SAML provider with this name exists.
    #[error("a SAML provider named `{0}` already exists")]
    SamlProviderExists(String),
    /// An OpenID Connect provider with this URL exists.
    #[error("an OpenID Connect provider with the URL `{0}` already exists")]
    OidcProviderExists(String),
    /// The metadata of a SAML provider is refused.
    #[error("the metadata is refused")]
    Metadata(#[from] MetadataError),
    /// The metadata of a SAML provider is good no more.
    #[error("the metadata has expired")]
    MetadataExpired,
    /// The URL can't be an OpenID Connect provider's.
    #[error("`{0}` can't be the URL of a provider")]
    ProviderUrl(String),
    /// A text is no thumbprint.
    #[error("`{0}` is no thumbprint")]
    Thumbprint(String),
    /// An account has this alias.
    #[error("the account alias `{0}` is taken")]
    AliasExists(String),
    /// Something that hangs on the entity must go first.
    #[error("something hangs on the entity: {0:?}")]
    InUse(InUse),
    /// A quota is used up.
    #[error("a quota is used up: {0:?}")]
    LimitExceeded(Limit),
    /// A policy document is refused.
    #[error("the policy document is refused")]
    Malformed(#[from] PolicyError),
    /// A trust policy names a user or role that is not there, given as written.
    #[error("`{0}` is not there to be trusted")]
    UnknownPrincipal(String),
    /// The role belongs to a service.
    #[error("the role `{0}` belongs to a service")]
    ReservedRole(String),
    /// The path or name is kept for the roles of services.
    #[error("`{0}` is kept for services")]
    ReservedName(String),
    /// The policy is AWS's, or another account's.
    #[error("the policy belongs to another account")]
    ForeignPolicy,
    /// A tag key is given twice.
    #[error("a tag key is given twice")]
    DuplicateTagKeys,
    /// A new access key can't be given this status.
    #[error("`{0}` is not a status that a key can be given")]
    InvalidStatus(String),
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

/// What is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// A user, by name.
    User(String),
    /// A role, by name.
    Role(String),
    /// A group, by name.
    Group(String),
    /// A managed policy, by ARN.
    Policy(String),
    /// A managed policy to attach, by ARN.
    AttachablePolicy(String),
    /// A managed policy to use as permissions boundary, by ARN.
    Boundary(String),
    /// A version of a managed policy.
    PolicyVersion {
        /// The policy's ARN.
        arn: String,
        /// Such as `v3`.
        version: String,
    },
    /// An inline policy.
    InlinePolicy {
        /// What holds it.
        kind: HolderKind,
        /// Its name.
        name: String,
    },
    /// An access key, by id.
    AccessKey(String),
    /// A SAML provider, by ARN.
    SamlProvider(String),
    /// An OpenID Connect provider, by ARN.
    OidcProvider(String),
    /// The account's alias.
    Alias(String),
}

/// What stands in the way of a deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InUse {
    /// The user has access keys.
    AccessKeys,
    /// The entity has inline policies.
    InlinePolicies,
    /// Managed policies are attached to the entity.
    AttachedPolicies,
    /// The user is in groups, or the group has users.
    Membership,
    /// The policy is attached, or is a boundary.
    Attachments,
    /// The policy has versions besides its default one.
    Versions,
    /// The version is the default one.
    DefaultVersion,
}

/// Which quota is used up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Limit {
    /// A count or size with AWS's own name for it, such as `UsersPerAccount`.
    Quota {
        /// AWS's name.
        name: &'static str,
        /// The most there may be.
        most: i64,
    },
    /// Inline policies of an entity are too large together.
    InlineSize {
        /// What holds them.
        kind: HolderKind,
        /// Its name.
        name: String,
        /// The most characters.
        most: usize,
    },
    /// The managed policy has as many versions as it may.
    PolicyVersions(i64),
    /// More thumbprints than a provider may have.
    Thumbprints(usize),
    /// The resource would have more tags than it may.
    Tags,
}

impl IamError {
    pub(crate) fn user(name: &str) -> Self {
        Self::Missing(Missing::User(name.to_owned()))
    }

    pub(crate) fn policy(arn: &str) -> Self {
        Self::Missing(Missing::Policy(arn.to_owned()))
    }

    /// `name`'s quota is used up if there are `most` already.
    pub(crate) fn quota(name: &'static str, most: i64, there: i64) -> Result<(), Self> {
        if there < most {
            Ok(())
        } else {
            Err(Self::LimitExceeded(Limit::Quota { name, most }))
        }
    }
}
