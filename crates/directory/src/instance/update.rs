use atrium_model::directory::{Instance, InstanceKind};
use atrium_store::{DirectoryTx, StoreError, Tx};

/// What to change of an instance; absent fields stay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InstanceChange {
    /// A new name.
    pub name: Option<String>,
    /// The customer managed key to encrypt with, or `Some(None)` for a key that AWS owns.
    pub kms_key_arn: Option<Option<String>>,
    /// Whether permission sets are switched on.
    pub permission_sets_enabled: Option<bool>,
}

/// Why an instance could not be changed.
#[derive(Debug, thiserror::Error)]
pub enum UpdateInstanceError {
    /// The change makes sense for organization instances only.
    #[error("account instances do not support this")]
    AccountInstance,
    /// The store failed.
    #[error("could not save the instance")]
    Store(#[from] StoreError),
}

/// Changes an instance.
pub fn update_instance(
    tx: &mut dyn DirectoryTx,
    mut instance: Instance,
    change: InstanceChange,
) -> Result<Instance, UpdateInstanceError> {
    if let Some(enabled) = change.permission_sets_enabled {
        match instance.kind {
            InstanceKind::Organization => instance.permission_sets_enabled = enabled,
            InstanceKind::Account => return Err(UpdateInstanceError::AccountInstance),
        }
    }
    if let Some(name) = change.name {
        instance.name = Some(name);
    }
    if let Some(key) = change.kms_key_arn {
        instance.kms_key_arn = key;
    }
    tx.update_instance(&instance)?;
    Ok(instance)
}

/// Removes an instance with everything in it: applications and assignments, users, groups, tags, identity store.
pub fn delete_instance(tx: &mut dyn Tx, instance: &Instance) -> Result<(), StoreError> {
    tx.delete_applications_of_instance(&instance.id)?;
    tx.delete_instance(instance)
}
