//! What the access area asks of a transaction.
//!
//! Lists answer in order of their keys, begin after the key `after`, and hold at most `limit` entries.

mod assignment;
mod permission_set;
mod person;
mod provisioning;
mod request;

pub use assignment::{AccountAssignmentTx, PrincipalAssignments};
pub use permission_set::PermissionSetTx;
pub use person::{Person, PersonAccessTx};
pub use provisioning::ProvisioningTx;
pub use request::{AccessRequestTx, RequestProgress};

use atrium_model::{AccountId, InstanceId};

use crate::StoreError;

/// Permission sets, their assignments and roles, and the requests that change them.
///
/// Everything is found by the instance it belongs to, so that no question about one can be answered from another. Only
/// the worker, which does the requests of all instances, takes them as they come.
pub trait AccessTx:
    PermissionSetTx + AccountAssignmentTx + ProvisioningTx + AccessRequestTx + PersonAccessTx
{
    /// Takes everything away that people of an instance have in an account, when it leaves the organization. Requests
    /// to remove its roles are kept.
    fn withdraw_account(
        &mut self,
        instance: &InstanceId,
        account: &AccountId,
    ) -> Result<(), StoreError>;

    /// Removes what an instance has, its permission sets, assignments and requests, when it goes. Requests to remove
    /// its roles are kept.
    fn delete_access_of_instance(&mut self, instance: &InstanceId) -> Result<(), StoreError>;
}
