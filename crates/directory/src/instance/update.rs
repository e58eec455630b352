use atrium_model::OpContext;
use atrium_model::directory::{Instance, InstanceKind};
use atrium_store::{DirectoryTx, StoreError, Tx};

use super::SETTLING;

/// What to change of an instance; absent fields stay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InstanceChange {
    /// A new name.
    pub name: Option<String>,
    /// The customer managed key to encrypt with, or `Some(None)` for a key that AWS owns.
    pub kms_key_arn: Option<Option<String>>,
    /// Switches permission sets on. There is no way back.
    pub enable_permission_sets: bool,
}

/// Why an instance could not be changed.
#[derive(Debug, thiserror::Error)]
pub enum UpdateInstanceError {
    /// The change makes sense for organization instances only.
    #[error("account instances do not support this")]
    AccountInstance,
    /// The change of encryption before is not done yet.
    #[error("a change of encryption is in progress")]
    EncryptionInProgress,
    /// The store failed.
    #[error("could not save the instance")]
    Store(#[from] StoreError),
}

/// Changes an instance. Another encryption takes [`SETTLING`] to be done.
pub fn update_instance(
    cx: &OpContext<'_>,
    tx: &mut dyn DirectoryTx,
    mut instance: Instance,
    change: InstanceChange,
) -> Result<Instance, UpdateInstanceError> {
    if change.enable_permission_sets {
        match instance.kind {
            InstanceKind::Organization => instance.permission_sets_enabled = true,
            InstanceKind::Account => return Err(UpdateInstanceError::AccountInstance),
        }
    }
    if change.name.is_some() && change.name != instance.name {
        tx.end_instance_name(&instance.id, cx.now())?;
        instance.name = change.name;
    }
    if let Some(key) = change.kms_key_arn
        && key != instance.kms_key_arn
    {
        if instance.encrypts_at(cx.now()) {
            return Err(UpdateInstanceError::EncryptionInProgress);
        }
        instance.kms_key_arn = key;
        instance.encryption_settled = Some(cx.now() + SETTLING);
    }
    tx.update_instance(&instance)?;
    Ok(instance)
}

/// Removes an instance with everything in it: permission sets and assignments, applications, users, groups, tags,
/// identity store, Regions, attributes for access control, trusted token issuers. Its roles in accounts go soon after.
pub fn delete_instance(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    instance: &Instance,
) -> Result<(), StoreError> {
    tx.delete_access_of_instance(&instance.id)?;
    tx.delete_applications_of_instance(&instance.id)?;
    tx.delete_control_of_instance(&instance.id)?;
    tx.delete_instance(instance, cx.now())
}
