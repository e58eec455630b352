use crate::{AccountId, Timestamp};

/// A long-lived access key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessKey {
    /// `AKIA…`, never used twice.
    pub id: String,
    /// The account of the key's owner.
    pub account: AccountId,
    /// Whose key it is.
    pub owner: KeyOwner,
    /// The secret, sealed with the vault.
    pub sealed_secret: Vec<u8>,
    /// Whether calls may be signed with it.
    pub active: bool,
    /// When the key was made.
    pub created: Timestamp,
}

/// Whose an access key is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyOwner {
    /// The account's root user.
    Root,
    /// An IAM user.
    User {
        /// `AIDA…`
        id: String,
        /// The user's name.
        name: String,
        /// The user's path.
        path: String,
    },
}

impl KeyOwner {
    /// The user's unique id; none for the root user.
    pub fn user_id(&self) -> Option<&str> {
        match self {
            Self::Root => None,
            Self::User { id, .. } => Some(id),
        }
    }
}

/// When and for what an access key was last used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessKeyUse {
    /// When.
    pub time: Timestamp,
    /// The service's name as in action names, such as `sso`.
    pub service: String,
    /// The Region the call was for.
    pub region: String,
}
