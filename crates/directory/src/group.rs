use atrium_model::directory::{ExternalId, Group, Instance, UniqueAttribute, UniqueKey};
use atrium_model::{GroupId, IdentityStoreId, OpContext};
use atrium_store::{DirectoryCount, DirectoryTx, StoreError, Tx};
use serde_json::json;

use crate::profile::{apply_to_group, check_external_ids, group_from_document};
use crate::user::{claim, exchange, owner};
use crate::{AttributeOperation, ProfileError, id::new_entry_id};

/// A group to be made.
#[derive(Clone, Debug)]
pub struct NewGroup {
    /// The store to make it in.
    pub store: IdentityStoreId,
    /// Its name. Every group has one.
    pub display_name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// What other identity providers call it.
    pub external_ids: Vec<ExternalId>,
}

/// Why a group could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CreateGroupError {
    /// An attribute is not as it must be.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// Another group has this value.
    #[error("another group of the store has the same {}", .0.as_str())]
    Taken(UniqueAttribute),
    /// The store is full.
    #[error("the store holds {0} groups already")]
    Quota(i64),
    /// The store failed.
    #[error("could not save the group")]
    Store(#[from] StoreError),
}

/// Makes a group. `quota` is the most groups the store may hold.
pub fn create_group(
    cx: &OpContext<'_>,
    tx: &mut dyn DirectoryTx,
    new: NewGroup,
    quota: i64,
) -> Result<Group, CreateGroupError> {
    let attributes = group_from_document(json!({
        "displayName": new.display_name,
        "description": new.description,
    }))?;
    check_external_ids(&new.external_ids)?;
    let by = cx.caller.user_id();
    let group = Group {
        store: new.store,
        id: new_entry_id(cx)?,
        revision: 1,
        display_name: attributes.display_name,
        description: attributes.description,
        external_ids: new.external_ids,
        created_at: cx.now(),
        created_by: by.clone(),
        updated_at: cx.now(),
        updated_by: by,
    };
    if let Some(taken) = claim(tx, &group.store, group.id.as_str(), &group.unique_keys())? {
        return Err(CreateGroupError::Taken(taken));
    }
    tx.insert_group(&group)?;
    if tx.count_entry(
        &group.store,
        DirectoryCount::Groups,
        group.id.as_str(),
        1,
        quota,
    )? {
        return Err(CreateGroupError::Quota(quota));
    }
    Ok(group)
}

/// Why a group could not be changed.
#[derive(Debug, thiserror::Error)]
pub enum UpdateGroupError {
    /// There is no such group in the store.
    #[error("there is no such group")]
    NotFound,
    /// The group has changed since the caller read it.
    #[error("the group is at another revision")]
    Revision,
    /// An attribute would not be as it must be.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// Another group has this value.
    #[error("another group of the store has the same {}", .0.as_str())]
    Taken(UniqueAttribute),
    /// The store failed.
    #[error("could not save the group")]
    Store(#[from] StoreError),
}

/// Changes attributes of a group, in order. A `revision` other than the group's refuses the change.
pub fn update_group(
    cx: &OpContext<'_>,
    tx: &mut dyn DirectoryTx,
    store: &IdentityStoreId,
    id: &GroupId,
    operations: Vec<AttributeOperation>,
    revision: Option<i64>,
) -> Result<Group, UpdateGroupError> {
    let old = tx.group(store, id)?.ok_or(UpdateGroupError::NotFound)?;
    if revision.is_some_and(|revision| revision != old.revision) {
        return Err(UpdateGroupError::Revision);
    }
    let attributes = apply_to_group(&old, operations)?;
    let new = Group {
        display_name: attributes.display_name,
        description: attributes.description,
        ..old.clone()
    };
    replace_group(cx, tx, &old, new)
}

/// Keeps `new` in place of `old`, which is as it was read in this transaction.
pub fn replace_group(
    cx: &OpContext<'_>,
    tx: &mut dyn DirectoryTx,
    old: &Group,
    mut new: Group,
) -> Result<Group, UpdateGroupError> {
    check_external_ids(&new.external_ids)?;
    new.revision = old.revision + 1;
    new.updated_at = cx.now();
    new.updated_by = cx.caller.user_id();
    let (had, has) = (old.unique_keys(), new.unique_keys());
    if let Some(taken) = exchange(tx, &old.store, old.id.as_str(), &had, &has)? {
        return Err(UpdateGroupError::Taken(taken));
    }
    if (&new.display_name, &new.description) != (&old.display_name, &old.description) {
        tx.end_group_names(&old.store, &old.id, cx.now())?;
    }
    tx.update_group(&new)?;
    Ok(new)
}

/// Why a group could not be deleted.
#[derive(Debug, thiserror::Error)]
pub enum DeleteGroupError {
    /// There is no such group in the store.
    #[error("there is no such group")]
    NotFound,
    /// The group has changed since the caller read it.
    #[error("the group is at another revision")]
    Revision,
    /// The store failed.
    #[error("could not delete the group")]
    Store(#[from] StoreError),
}

/// Deletes a group with its memberships and assignments.
pub fn delete_group(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    instance: &Instance,
    id: &GroupId,
    revision: Option<i64>,
) -> Result<(), DeleteGroupError> {
    let store = &instance.identity_store;
    let directory: &mut dyn DirectoryTx = tx;
    let group = directory
        .group(store, id)?
        .ok_or(DeleteGroupError::NotFound)?;
    if revision.is_some_and(|revision| revision != group.revision) {
        return Err(DeleteGroupError::Revision);
    }
    for key in group.unique_keys() {
        directory.release_key(store, &key)?;
    }
    directory.delete_group(store, id, cx.now())?;
    directory.count_entry(store, DirectoryCount::Groups, id.as_str(), -1, i64::MAX)?;
    tx.delete_assignments_of_principal(&instance.id, "GROUP", id.as_str())?;
    Ok(())
}

/// The group that has a unique value.
pub fn find_group(
    tx: &mut dyn DirectoryTx,
    store: &IdentityStoreId,
    key: &UniqueKey,
) -> Result<Option<GroupId>, StoreError> {
    owner(tx, store, key)
}
