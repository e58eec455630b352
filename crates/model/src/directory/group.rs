use super::{ExternalId, UniqueAttribute, UniqueKey};
use crate::{GroupId, IdentityStoreId, MembershipId, Partition, Timestamp, UserId};

/// A group of users in an identity store. Groups don't contain groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The store the group is in.
    pub store: IdentityStoreId,
    /// The group's id in that store.
    pub id: GroupId,
    /// Counts the changes, from 1; identitystore's `Revision`.
    pub revision: i64,
    /// The group's name, unique in the store whatever its letters' case.
    pub display_name: String,
    /// What the group is for.
    pub description: Option<String>,
    /// What other identity providers call the group.
    pub external_ids: Vec<ExternalId>,
    /// When the group was created.
    pub created_at: Timestamp,
    /// The principal id of the creator.
    pub created_by: String,
    /// When the group was last changed.
    pub updated_at: Timestamp,
    /// The principal id of whoever changed it last.
    pub updated_by: String,
}

impl Group {
    /// `arn:aws:identitystore:::group/…`.
    pub fn arn(&self) -> String {
        Self::arn_of(&self.id)
    }

    /// The ARN of the group with this id.
    pub fn arn_of(id: &GroupId) -> String {
        format!("arn:{}:identitystore:::group/{id}", Partition::NAME)
    }

    /// The values that no other group of the store may have.
    pub fn unique_keys(&self) -> Vec<UniqueKey> {
        let name = UniqueKey::folded(UniqueAttribute::GroupDisplayName, &self.display_name);
        let external = (self.external_ids.iter())
            .map(|id| UniqueKey::external(UniqueAttribute::GroupExternalId, id));
        std::iter::once(name).chain(external).collect()
    }
}

/// A user's membership in a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupMembership {
    /// The store both are in.
    pub store: IdentityStoreId,
    /// The membership's own id.
    pub id: MembershipId,
    /// The group.
    pub group: GroupId,
    /// The member.
    pub user: UserId,
    /// When the user was added.
    pub created_at: Timestamp,
    /// The principal id of whoever added the user.
    pub created_by: String,
}

impl GroupMembership {
    /// `arn:aws:identitystore:::membership/…`.
    pub fn arn(&self) -> String {
        format!(
            "arn:{}:identitystore:::membership/{}",
            Partition::NAME,
            self.id
        )
    }
}
