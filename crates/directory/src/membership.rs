use atrium_model::directory::GroupMembership;
use atrium_model::{GroupId, IdentityStoreId, OpContext, UserId};
use atrium_store::{DirectoryTx, StoreError};

use crate::id::new_entry_id;

/// Why a user could not be added to a group.
#[derive(Debug, thiserror::Error)]
pub enum CreateMembershipError {
    /// There is no such group in the store.
    #[error("there is no such group")]
    GroupNotFound,
    /// There is no such user in the store.
    #[error("there is no such user")]
    UserNotFound,
    /// The user is in the group.
    #[error("the user is in the group already")]
    AlreadyMember,
    /// The store failed.
    #[error("could not save the membership")]
    Store(#[from] StoreError),
}

/// Adds a user to a group of the same store.
pub fn create_membership(
    cx: &OpContext<'_>,
    tx: &mut dyn DirectoryTx,
    store: &IdentityStoreId,
    group: &GroupId,
    user: &UserId,
) -> Result<GroupMembership, CreateMembershipError> {
    if tx.group(store, group)?.is_none() {
        return Err(CreateMembershipError::GroupNotFound);
    }
    if tx.user(store, user)?.is_none() {
        return Err(CreateMembershipError::UserNotFound);
    }
    let membership = GroupMembership {
        store: store.clone(),
        id: new_entry_id(cx)?,
        group: group.clone(),
        user: user.clone(),
        created_at: cx.now(),
        created_by: cx.caller.user_id(),
    };
    tx.insert_membership(&membership)
        .map_err(|error| match error {
            StoreError::Duplicate(_) => CreateMembershipError::AlreadyMember,
            error => CreateMembershipError::Store(error),
        })?;
    Ok(membership)
}
