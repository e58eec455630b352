use atrium_model::access::PermissionSet;
use atrium_model::{InstanceId, PermissionSetId};

use crate::StoreError;

/// The permission sets of instances.
pub trait PermissionSetTx {
    /// Keeps a new permission set. [`StoreError::Duplicate`] if its name or id is taken.
    fn insert_permission_set(&mut self, set: &PermissionSet) -> Result<(), StoreError>;

    /// A permission set.
    fn permission_set(
        &mut self,
        instance: &InstanceId,
        id: &PermissionSetId,
    ) -> Result<Option<PermissionSet>, StoreError>;

    /// Keeps everything of a permission set that can change; false if it isn't there.
    fn update_permission_set(&mut self, set: &PermissionSet) -> Result<bool, StoreError>;

    /// Removes a permission set, but nothing that hangs on it; false if it isn't there.
    fn delete_permission_set(
        &mut self,
        instance: &InstanceId,
        id: &PermissionSetId,
    ) -> Result<bool, StoreError>;

    /// The permission sets of an instance, by id.
    fn permission_sets(
        &mut self,
        instance: &InstanceId,
        after: Option<&PermissionSetId>,
        limit: i64,
    ) -> Result<Vec<PermissionSet>, StoreError>;

    /// How many permission sets an instance has.
    fn count_permission_sets(&mut self, instance: &InstanceId) -> Result<i64, StoreError>;
}
