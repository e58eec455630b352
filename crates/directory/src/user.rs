use atrium_model::directory::{
    ExternalId, Instance, Profile, UniqueAttribute, UniqueKey, User, UserStatus,
};
use atrium_model::{IdentityStoreId, OpContext, UserId};
use atrium_store::{DirectoryCount, DirectoryTx, StoreError, Tx};

use crate::profile::{apply, check_external_ids};
use crate::{AttributeOperation, ProfileError, id::new_entry_id};

/// A user to be made.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The store to make it in.
    pub store: IdentityStoreId,
    /// What is known of the person.
    pub profile: Profile,
    /// What other identity providers call the person.
    pub external_ids: Vec<ExternalId>,
    /// Whether the person may sign in.
    pub status: UserStatus,
}

/// Why a user could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CreateUserError {
    /// An attribute is not as it must be.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// Another user has this value.
    #[error("another user of the store has the same {}", .0.as_str())]
    Taken(UniqueAttribute),
    /// The store is full.
    #[error("the store holds {0} users already")]
    Quota(i64),
    /// The store failed.
    #[error("could not save the user")]
    Store(#[from] StoreError),
}

/// Makes a user. `quota` is the most users the store may hold.
pub fn create_user(
    cx: &OpContext<'_>,
    tx: &mut dyn DirectoryTx,
    new: NewUser,
    quota: i64,
) -> Result<User, CreateUserError> {
    check_external_ids(&new.external_ids)?;
    crate::profile::check_reserved(&new.profile.user_name)?;
    let by = cx.caller.user_id();
    let user = User {
        store: new.store,
        id: new_entry_id(cx)?,
        revision: 1,
        status: new.status,
        profile: new.profile,
        external_ids: new.external_ids,
        created_at: cx.now(),
        created_by: by.clone(),
        updated_at: cx.now(),
        updated_by: by,
    };
    if let Some(taken) = claim(tx, &user.store, user.id.as_str(), &user.unique_keys())? {
        return Err(CreateUserError::Taken(taken));
    }
    tx.insert_user(&user)?;
    if tx.count_entry(
        &user.store,
        DirectoryCount::Users,
        user.id.as_str(),
        1,
        quota,
    )? {
        return Err(CreateUserError::Quota(quota));
    }
    Ok(user)
}

/// Why a user could not be changed.
#[derive(Debug, thiserror::Error)]
pub enum UpdateUserError {
    /// There is no such user in the store.
    #[error("there is no such user")]
    NotFound,
    /// The user has changed since the caller read it.
    #[error("the user is at another revision")]
    Revision,
    /// An attribute would not be as it must be.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// Another user has this value.
    #[error("another user of the store has the same {}", .0.as_str())]
    Taken(UniqueAttribute),
    /// The store failed.
    #[error("could not save the user")]
    Store(#[from] StoreError),
}

/// Changes attributes of a user, in order. A `revision` other than the user's refuses the change.
pub fn update_user(
    cx: &OpContext<'_>,
    tx: &mut dyn DirectoryTx,
    store: &IdentityStoreId,
    id: &UserId,
    operations: Vec<AttributeOperation>,
    revision: Option<i64>,
) -> Result<User, UpdateUserError> {
    let old = tx.user(store, id)?.ok_or(UpdateUserError::NotFound)?;
    if revision.is_some_and(|revision| revision != old.revision) {
        return Err(UpdateUserError::Revision);
    }
    let profile = apply(&old.profile, operations)?;
    let new = User {
        profile,
        ..old.clone()
    };
    replace_user(cx, tx, &old, new)
}

/// Keeps `new` in place of `old`, which is as it was read in this transaction.
pub fn replace_user(
    cx: &OpContext<'_>,
    tx: &mut dyn DirectoryTx,
    old: &User,
    mut new: User,
) -> Result<User, UpdateUserError> {
    check_external_ids(&new.external_ids)?;
    crate::profile::check_reserved(&new.profile.user_name)?;
    new.revision = old.revision + 1;
    new.updated_at = cx.now();
    new.updated_by = cx.caller.user_id();
    let (had, has) = (old.unique_keys(), new.unique_keys());
    if let Some(taken) = exchange(tx, &old.store, old.id.as_str(), &had, &has)? {
        return Err(UpdateUserError::Taken(taken));
    }
    if new.profile.names() != old.profile.names() {
        tx.end_user_names(&old.store, &old.id, cx.now())?;
    }
    tx.update_user(&new)?;
    Ok(new)
}

/// Why a user could not be deleted.
#[derive(Debug, thiserror::Error)]
pub enum DeleteUserError {
    /// There is no such user in the store.
    #[error("there is no such user")]
    NotFound,
    /// The user has changed since the caller read it.
    #[error("the user is at another revision")]
    Revision,
    /// The store failed.
    #[error("could not delete the user")]
    Store(#[from] StoreError),
}

/// Deletes a user with its memberships, assignments and tokens.
pub fn delete_user(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    instance: &Instance,
    id: &UserId,
    revision: Option<i64>,
) -> Result<(), DeleteUserError> {
    let store = &instance.identity_store;
    let directory: &mut dyn DirectoryTx = tx;
    let user = directory
        .user(store, id)?
        .ok_or(DeleteUserError::NotFound)?;
    if revision.is_some_and(|revision| revision != user.revision) {
        return Err(DeleteUserError::Revision);
    }
    for key in user.unique_keys() {
        directory.release_key(store, &key)?;
    }
    directory.delete_user(store, id, cx.now())?;
    directory.count_entry(store, DirectoryCount::Users, id.as_str(), -1, i64::MAX)?;
    tx.delete_assignments_of_principal(&instance.id, "USER", id.as_str())?;
    tx.delete_bearer_tokens_of_user(&instance.id, id)?;
    Ok(())
}

/// The user that has a unique value.
pub fn find_user(
    tx: &mut dyn DirectoryTx,
    store: &IdentityStoreId,
    key: &UniqueKey,
) -> Result<Option<UserId>, StoreError> {
    owner(tx, store, key)
}

/// The user or group that has a unique value.
pub(crate) fn owner<T>(
    tx: &mut dyn DirectoryTx,
    store: &IdentityStoreId,
    key: &UniqueKey,
) -> Result<Option<T>, StoreError>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    let owner = tx.key_owner(store, key)?;
    owner
        .map(|id| {
            id.parse()
                .map_err(|error: T::Err| StoreError::Corrupt(error.to_string()))
        })
        .transpose()
}

/// Takes unique values, and tells the attribute of the first that another user or group has.
pub(crate) fn claim(
    tx: &mut dyn DirectoryTx,
    store: &IdentityStoreId,
    owner: &str,
    keys: &[UniqueKey],
) -> Result<Option<UniqueAttribute>, StoreError> {
    for key in keys {
        match tx.claim_key(store, key, owner) {
            Ok(()) => {}
            Err(StoreError::Duplicate(_)) => return Ok(Some(key.attribute)),
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// Gives back the unique values a user or group no longer has and takes the new ones.
pub(crate) fn exchange(
    tx: &mut dyn DirectoryTx,
    store: &IdentityStoreId,
    owner: &str,
    had: &[UniqueKey],
    has: &[UniqueKey],
) -> Result<Option<UniqueAttribute>, StoreError> {
    for key in had.iter().filter(|key| !has.contains(key)) {
        tx.release_key(store, key)?;
    }
    let new: Vec<_> = has
        .iter()
        .filter(|key| !had.contains(key))
        .cloned()
        .collect();
    claim(tx, store, owner, &new)
}
