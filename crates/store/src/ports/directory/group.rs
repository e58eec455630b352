use atrium_model::directory::{Group, GroupMembership};
use atrium_model::{GroupId, IdentityStoreId, MembershipId, Timestamp, UserId};

use crate::StoreError;

/// The groups of identity stores, and who is in them.
pub trait GroupTx {
    /// A group of a store.
    fn group(&mut self, store: &IdentityStoreId, id: &GroupId)
    -> Result<Option<Group>, StoreError>;

    /// Up to `limit` groups of a store, by id, after the one given.
    fn groups(
        &mut self,
        store: &IdentityStoreId,
        after: Option<&GroupId>,
        limit: i64,
    ) -> Result<Vec<Group>, StoreError>;

    /// Keeps a new group. Its unique keys are claimed separately.
    fn insert_group(&mut self, group: &Group) -> Result<(), StoreError>;

    /// Keeps what has changed of a group.
    fn update_group(&mut self, group: &Group) -> Result<(), StoreError>;

    /// Removes a group and its memberships, notes what they were, and tells whether there was one. Its unique keys are
    /// released separately.
    fn delete_group(
        &mut self,
        store: &IdentityStoreId,
        id: &GroupId,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// A membership by its id.
    fn group_membership(
        &mut self,
        store: &IdentityStoreId,
        id: &MembershipId,
    ) -> Result<Option<GroupMembership>, StoreError>;

    /// The membership of a user in a group.
    fn membership_between(
        &mut self,
        store: &IdentityStoreId,
        group: &GroupId,
        user: &UserId,
    ) -> Result<Option<GroupMembership>, StoreError>;

    /// Up to `limit` memberships of a group, by the member's id, after the member given.
    fn members_of_group(
        &mut self,
        store: &IdentityStoreId,
        group: &GroupId,
        after: Option<&UserId>,
        limit: i64,
    ) -> Result<Vec<GroupMembership>, StoreError>;

    /// Up to `limit` memberships of a user, by the group's id, after the group given.
    fn groups_of_user(
        &mut self,
        store: &IdentityStoreId,
        user: &UserId,
        after: Option<&GroupId>,
        limit: i64,
    ) -> Result<Vec<GroupMembership>, StoreError>;

    /// Keeps a new membership; [`StoreError::Duplicate`] if the user is in the group already.
    fn insert_membership(&mut self, membership: &GroupMembership) -> Result<(), StoreError>;

    /// Removes a membership, notes that it was, and tells whether there was one.
    fn delete_membership(
        &mut self,
        store: &IdentityStoreId,
        id: &MembershipId,
        now: Timestamp,
    ) -> Result<bool, StoreError>;
}
