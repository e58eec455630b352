use serde::{Deserialize, Serialize};

use super::{Profile, UniqueAttribute, UniqueKey};
use crate::{IdentityStoreId, Partition, Timestamp, UserId};

/// A person in an identity store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The store the person is in.
    pub store: IdentityStoreId,
    /// The person's id in that store.
    pub id: UserId,
    /// Counts the changes, from 1; identitystore's `Revision`.
    pub revision: i64,
    /// Whether the person may sign in.
    pub status: UserStatus,
    /// What is known of the person.
    pub profile: Profile,
    /// What other identity providers call the person.
    pub external_ids: Vec<ExternalId>,
    /// When the user was created.
    pub created_at: Timestamp,
    /// The principal id of the creator.
    pub created_by: String,
    /// When the user was last changed.
    pub updated_at: Timestamp,
    /// The principal id of whoever changed it last.
    pub updated_by: String,
}

impl User {
    /// `arn:aws:identitystore:::user/…`.
    pub fn arn(&self) -> String {
        Self::arn_of(&self.id)
    }

    /// The ARN of the user with this id.
    pub fn arn_of(id: &UserId) -> String {
        format!("arn:{}:identitystore:::user/{id}", Partition::NAME)
    }

    /// The values that no other user of the store may have.
    pub fn unique_keys(&self) -> Vec<UniqueKey> {
        let mut keys = vec![UniqueKey::folded(
            UniqueAttribute::UserName,
            &self.profile.user_name,
        )];
        keys.extend(
            (self.profile.emails.iter())
                .filter_map(|email| email.value.as_deref())
                .map(|value| UniqueKey::folded(UniqueAttribute::Email, value)),
        );
        keys.extend(
            (self.external_ids.iter())
                .map(|id| UniqueKey::external(UniqueAttribute::UserExternalId, id)),
        );
        keys
    }
}

/// Whether a user may sign in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum UserStatus {
    /// May sign in.
    #[default]
    Enabled,
    /// May not.
    Disabled,
}

impl UserStatus {
    /// The word the service uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "ENABLED",
            Self::Disabled => "DISABLED",
        }
    }
}

/// What another identity provider calls a user or group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ExternalId {
    /// The provider.
    pub issuer: String,
    /// The id the provider gave.
    pub id: String,
}
