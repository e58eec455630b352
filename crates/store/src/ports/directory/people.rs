use atrium_model::directory::{NamedGroup, NamedInstance, NamedMembership, NamedUser, Version};
use atrium_model::lake::PeopleSource;
use atrium_model::{AccountId, GroupId, IdentityStoreId, InstanceId, Timestamp, UserId};

use crate::StoreError;

/// How people, groups and instances were called, now and before.
///
/// What is deleted is noted by the deletion itself. Reading, a source is an instance with its owner and its identity store:
/// nothing of another one comes up, even if ids should be given out again.
pub trait PeopleTx {
    /// Notes how a user is called until now. To be called before the user gets other names.
    fn end_user_names(
        &mut self,
        store: &IdentityStoreId,
        id: &UserId,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Notes how a group is called until now. To be called before it gets another name or description.
    fn end_group_names(
        &mut self,
        store: &IdentityStoreId,
        id: &GroupId,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Notes how an instance is called until now. To be called before it gets another name.
    fn end_instance_name(&mut self, id: &InstanceId, now: Timestamp) -> Result<(), StoreError>;

    /// Up to `limit` instances that an account owned and that are gone, those that went last first.
    fn former_sources(
        &mut self,
        owner: &AccountId,
        limit: i64,
    ) -> Result<Vec<PeopleSource>, StoreError>;

    /// A page of users as they are called, or were.
    fn named_users(&mut self, page: &NamePage<'_>) -> Result<Vec<Version<NamedUser>>, StoreError>;

    /// A page of groups as they are called, or were.
    fn named_groups(&mut self, page: &NamePage<'_>)
    -> Result<Vec<Version<NamedGroup>>, StoreError>;

    /// A page of who is in which group, or was.
    fn named_memberships(
        &mut self,
        page: &NamePage<'_>,
    ) -> Result<Vec<Version<NamedMembership>>, StoreError>;

    /// A page of the names of the one instance.
    fn named_instances(
        &mut self,
        page: &NamePage<'_>,
    ) -> Result<Vec<Version<NamedInstance>>, StoreError>;

    /// Whether any name ended before `before`.
    fn has_names_before(&mut self, before: Timestamp) -> Result<bool, StoreError>;

    /// Forgets up to `limit` names of each kind that ended before `before`, and tells how many.
    fn forget_names(&mut self, before: Timestamp, limit: i64) -> Result<u64, StoreError>;
}

/// A page of names, in the order of ids and versions.
#[derive(Clone, Copy, Debug)]
pub struct NamePage<'a> {
    /// Whose.
    pub source: &'a PeopleSource,
    /// Those of now, or those of before.
    pub age: NameAge,
    /// Id and number of the last one of the page before; at first an empty text.
    pub after: (&'a str, i64),
    /// The most names to answer.
    pub limit: i64,
}

/// Which names are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameAge {
    /// Those that hold.
    Present,
    /// Those that ended.
    Former,
}
