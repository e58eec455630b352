mod access;
mod access_control;
mod create;
mod enable;
mod list;
mod readable;
mod regions;
mod update;

pub use access::{AccessError, InstanceAccess, SSO_PRINCIPAL, access_to_instance, access_to_store};
pub use access_control::{
    AccessControlError, create_access_control, delete_access_control, describe_access_control,
    update_access_control,
};
pub use create::{CreateInstanceError, NewInstance, create_instance};
pub use enable::{
    AllowAccountInstancesError, EnableError, NewOrganizationInstance, allow_account_instances,
    enable_organization_instance,
};
pub use list::{SsoStatus, list_instances, sso_status};
pub use readable::{Readable, readable_instances};
pub use regions::{
    AddRegionError, RemoveRegionError, SETTLING, add_region, regions, remove_region,
};
pub use update::{InstanceChange, UpdateInstanceError, delete_instance, update_instance};

use atrium_model::OpContext;
use atrium_model::directory::Instance;
use atrium_store::{DirectoryTx, StoreError};

/// Keeps a new instance. Its ids are drawn again if they are taken: a store id has only six random digits where
/// the Region's leading ones are known.
fn insert(
    cx: &OpContext<'_>,
    tx: &mut dyn DirectoryTx,
    mut instance: Instance,
) -> Result<Instance, StoreError> {
    const TRIES: usize = 16;
    for _ in 1..TRIES {
        match tx.insert_instance(&instance) {
            Ok(()) => return Ok(instance),
            Err(StoreError::Duplicate("id")) => {
                instance.id = crate::id::new_instance_id(cx, &instance.region)?;
                instance.identity_store = crate::id::new_store_id(cx, &instance.region)?;
            }
            Err(error) => return Err(error),
        }
    }
    tx.insert_instance(&instance)?;
    Ok(instance)
}
