use atrium_model::access::{PermissionSet, PermissionSetArn, PermissionSetPolicies};
use atrium_model::{OpContext, PermissionSetId};
use atrium_store::{AccessTx, StoreError};

use crate::{
    Approach, FindError, Quotas, Refused, describe_permission_set, duration::session_seconds,
};

/// How long sessions last if nothing is said (user guide, "Set session duration").
const DEFAULT_SESSION: &str = "PT1H";

/// What CreatePermissionSet is asked for.
#[derive(Clone, Debug, Default)]
pub struct NewPermissionSet {
    /// The name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// How long sessions last, ISO 8601; an hour if nothing is said.
    pub session_duration: Option<String>,
    /// Where a sign-in leads to.
    pub relay_state: Option<String>,
}

/// Why a permission set was not created.
#[derive(Debug, thiserror::Error)]
pub enum CreatePermissionSetError {
    /// Another permission set of the instance has the name.
    #[error("a permission set named `{0}` already exists")]
    NameTaken(String),
    /// Sessions last one hour to twelve.
    #[error("`{0}` is not a duration of one to twelve hours")]
    Duration(String),
    /// The instance is full.
    #[error("the instance already has {0} permission sets")]
    QuotaExceeded(i64),
    /// The store failed.
    #[error("could not save the permission set")]
    Store(#[from] StoreError),
}

/// Creates a permission set that allows nothing yet.
pub fn create_permission_set(
    cx: &OpContext<'_>,
    tx: &mut (impl AccessTx + ?Sized),
    quotas: &Quotas,
    approach: Approach<'_>,
    new: NewPermissionSet,
) -> Result<PermissionSet, CreatePermissionSetError> {
    let session_duration = new
        .session_duration
        .unwrap_or_else(|| DEFAULT_SESSION.to_owned());
    if session_seconds(&session_duration).is_none() {
        return Err(CreatePermissionSetError::Duration(session_duration));
    }
    let instance = &approach.instance.id;
    if tx.count_permission_sets(instance)? >= quotas.permission_sets {
        return Err(CreatePermissionSetError::QuotaExceeded(
            quotas.permission_sets,
        ));
    }
    let id = format!("ps-{}", cx.new_hex(16))
        .parse()
        .map_err(|error| StoreError::Corrupt(format!("a new id has the wrong shape: {error}")))?;
    let set = PermissionSet {
        instance: instance.clone(),
        id,
        name: new.name,
        description: new.description,
        session_duration,
        relay_state: new.relay_state,
        policies: PermissionSetPolicies::default(),
        revision: 1,
        created: cx.now(),
    };
    match tx.insert_permission_set(&set) {
        Ok(()) => Ok(set),
        Err(StoreError::Duplicate(_)) => Err(CreatePermissionSetError::NameTaken(set.name)),
        Err(error) => Err(error.into()),
    }
}

/// What to change of a permission set; absent fields stay.
#[derive(Clone, Debug, Default)]
pub struct PermissionSetChange {
    /// What it is for.
    pub description: Option<String>,
    /// How long sessions last, ISO 8601.
    pub session_duration: Option<String>,
    /// Where a sign-in leads to.
    pub relay_state: Option<String>,
}

/// Why a permission set was not changed.
#[derive(Debug, thiserror::Error)]
pub enum UpdatePermissionSetError {
    /// It is not there.
    #[error(transparent)]
    Find(#[from] FindError),
    /// It is the management account's business.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// Sessions last one hour to twelve.
    #[error("`{0}` is not a duration of one to twelve hours")]
    Duration(String),
    /// The store failed.
    #[error("could not save the permission set")]
    Store(#[from] StoreError),
}

/// Changes a permission set. Accounts that have it keep it as it was until it is provisioned again.
pub fn update_permission_set(
    tx: &mut (impl AccessTx + ?Sized),
    approach: Approach<'_>,
    arn: &PermissionSetArn,
    change: PermissionSetChange,
) -> Result<(), UpdatePermissionSetError> {
    let found = describe_permission_set(tx, approach, arn)?;
    approach.may_change(tx, &found.id)?;
    if let Some(duration) = &change.session_duration
        && session_seconds(duration).is_none()
    {
        return Err(UpdatePermissionSetError::Duration(duration.clone()));
    }
    let mut set = found.clone();
    set.description = change.description.or(set.description);
    set.session_duration = change.session_duration.unwrap_or(set.session_duration);
    set.relay_state = change.relay_state.or(set.relay_state);
    if set != found {
        save(tx, set)?;
    }
    Ok(())
}

/// Keeps a permission set that has changed as its next revision.
pub(crate) fn save(
    tx: &mut (impl AccessTx + ?Sized),
    mut set: PermissionSet,
) -> Result<(), StoreError> {
    set.revision += 1;
    tx.update_permission_set(&set)?;
    Ok(())
}

/// Why a permission set was not deleted.
#[derive(Debug, thiserror::Error)]
pub enum DeletePermissionSetError {
    /// It is not there.
    #[error(transparent)]
    Find(#[from] FindError),
    /// It is the management account's business.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// Someone still has it, or an account does.
    #[error("the permission set is in use")]
    InUse,
    /// The store failed.
    #[error("could not delete the permission set")]
    Store(#[from] StoreError),
}

/// Deletes a permission set that nobody has in any account. What was asked for and isn't done yet will fail.
pub fn delete_permission_set(
    tx: &mut (impl AccessTx + ?Sized),
    approach: Approach<'_>,
    arn: &PermissionSetArn,
) -> Result<(), DeletePermissionSetError> {
    let set = describe_permission_set(tx, approach, arn)?;
    approach.may_change(tx, &set.id)?;
    let (instance, id) = (&set.instance, &set.id);
    if tx.is_permission_set_assigned(instance, id)?
        || !tx
            .accounts_of_permission_set(instance, id, None, None, 1)?
            .is_empty()
    {
        return Err(DeletePermissionSetError::InUse);
    }
    tx.delete_permission_set(instance, id)?;
    Ok(())
}

/// A page of the instance's permission sets, in order of their ids.
pub fn list_permission_sets(
    tx: &mut (impl AccessTx + ?Sized),
    approach: Approach<'_>,
    after: Option<&PermissionSetId>,
    limit: i64,
) -> Result<Vec<PermissionSet>, StoreError> {
    tx.permission_sets(&approach.instance.id, after, limit)
}
