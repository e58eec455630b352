use atrium_model::access::{PermissionSet, PermissionSetArn};
use atrium_store::{AccessTx, StoreError};

use crate::Approach;

/// Why a permission set was not found.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// The instance has no such permission set.
    #[error("permission set not found")]
    NotFound,
    /// The store failed.
    #[error("could not read the permission set")]
    Store(#[from] StoreError),
}

/// A permission set of the instance.
pub fn describe_permission_set(
    tx: &mut (impl AccessTx + ?Sized),
    approach: Approach<'_>,
    arn: &PermissionSetArn,
) -> Result<PermissionSet, FindError> {
    if arn.instance != approach.instance.id {
        return Err(FindError::NotFound);
    }
    tx.permission_set(&arn.instance, &arn.id)?
        .ok_or(FindError::NotFound)
}
