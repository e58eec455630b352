use atrium_model::directory::{UniqueKey, User};
use atrium_model::{IdentityStoreId, Timestamp, UserId};

use crate::StoreError;

/// The users of identity stores, and the values that are unique in a store.
pub trait UserTx {
    /// A user of a store.
    fn user(&mut self, store: &IdentityStoreId, id: &UserId) -> Result<Option<User>, StoreError>;

    /// Up to `limit` users of a store, by id, after the one given. A page costs the same wherever it lies.
    fn users(
        &mut self,
        store: &IdentityStoreId,
        after: Option<&UserId>,
        limit: i64,
    ) -> Result<Vec<User>, StoreError>;

    /// Keeps a new user. Its unique keys are claimed separately.
    fn insert_user(&mut self, user: &User) -> Result<(), StoreError>;

    /// Keeps what has changed of a user.
    fn update_user(&mut self, user: &User) -> Result<(), StoreError>;

    /// Removes a user and its memberships, notes what they were, and tells whether there was one. Its unique keys are
    /// released separately.
    fn delete_user(
        &mut self,
        store: &IdentityStoreId,
        id: &UserId,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Takes a unique value for a user or group; [`StoreError::Duplicate`] if another one has it.
    fn claim_key(
        &mut self,
        store: &IdentityStoreId,
        key: &UniqueKey,
        owner: &str,
    ) -> Result<(), StoreError>;

    /// Gives a unique value back.
    fn release_key(&mut self, store: &IdentityStoreId, key: &UniqueKey) -> Result<(), StoreError>;

    /// The id of the user or group that has a unique value.
    fn key_owner(
        &mut self,
        store: &IdentityStoreId,
        key: &UniqueKey,
    ) -> Result<Option<String>, StoreError>;

    /// Counts `by` more users or groups and answers whether the store may now hold more than `limit`.
    ///
    /// The count is kept in parts, so that callers adding at the same time seldom meet; all parts are added up only
    /// when the part that `id` falls in says that the limit may be near.
    fn count_entry(
        &mut self,
        store: &IdentityStoreId,
        what: DirectoryCount,
        id: &str,
        by: i64,
        limit: i64,
    ) -> Result<bool, StoreError>;

    /// How many users or groups a store holds.
    fn entry_count(
        &mut self,
        store: &IdentityStoreId,
        what: DirectoryCount,
    ) -> Result<i64, StoreError>;
}

/// What is counted in an identity store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DirectoryCount {
    /// Users.
    Users,
    /// Groups.
    Groups,
}
