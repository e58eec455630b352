use atrium_model::access::{ProvisionedPermissionSet, ProvisioningStatus};
use atrium_model::{AccountId, InstanceId, PermissionSetId};

use crate::StoreError;

/// The roles that stand for permission sets in accounts.
pub trait ProvisioningTx {
    /// A permission set as it is in an account; none if the account doesn't have it.
    fn provisioned(
        &mut self,
        instance: &InstanceId,
        account: &AccountId,
        set: &PermissionSetId,
    ) -> Result<Option<ProvisionedPermissionSet>, StoreError>;

    /// Keeps what an account has, in place of what it had.
    fn put_provisioned(&mut self, provisioned: &ProvisionedPermissionSet)
    -> Result<(), StoreError>;

    /// Forgets that an account has a permission set; false if it didn't.
    fn delete_provisioned(
        &mut self,
        instance: &InstanceId,
        account: &AccountId,
        set: &PermissionSetId,
    ) -> Result<bool, StoreError>;

    /// The accounts that have a permission set, as it is now or not.
    fn accounts_of_permission_set(
        &mut self,
        instance: &InstanceId,
        set: &PermissionSetId,
        status: Option<ProvisioningStatus>,
        after: Option<&AccountId>,
        limit: i64,
    ) -> Result<Vec<AccountId>, StoreError>;

    /// The permission sets that an account has, as they are now or not.
    fn permission_sets_of_account(
        &mut self,
        instance: &InstanceId,
        account: &AccountId,
        status: Option<ProvisioningStatus>,
        after: Option<&PermissionSetId>,
        limit: i64,
    ) -> Result<Vec<PermissionSetId>, StoreError>;

    /// How many permission sets an account has.
    fn count_provisioned(
        &mut self,
        instance: &InstanceId,
        account: &AccountId,
    ) -> Result<i64, StoreError>;

    /// The name of the SAML provider through which people come from an instance into an account.
    fn access_provider(
        &mut self,
        instance: &InstanceId,
        account: &AccountId,
    ) -> Result<Option<String>, StoreError>;

    /// Keeps the name of a SAML provider. [`StoreError::Duplicate`] if the account has one for the instance.
    fn insert_access_provider(
        &mut self,
        instance: &InstanceId,
        account: &AccountId,
        name: &str,
    ) -> Result<(), StoreError>;
}
