use atrium_model::access::AccountAssignment;
use atrium_model::application::AssignedPrincipal;
use atrium_model::{AccountId, IdentityStoreId, InstanceId, PermissionSetId};

use crate::StoreError;

/// Which assignments of one principal to list.
#[derive(Clone, Copy, Debug)]
pub struct PrincipalAssignments<'a> {
    /// The instance …
    pub instance: &'a InstanceId,
    /// … and its identity store.
    pub store: &'a IdentityStoreId,
    /// The principal. A user's groups count with it.
    pub principal: &'a AssignedPrincipal,
    /// Only assignments in this account.
    pub account: Option<&'a AccountId>,
    /// The last assignment of the page before.
    pub after: Option<&'a (AccountId, PermissionSetId, AssignedPrincipal)>,
    /// The most assignments to answer.
    pub limit: i64,
}

/// Who has which permission set in which account.
pub trait AccountAssignmentTx {
    /// Keeps a new assignment. [`StoreError::Duplicate`] if it is there.
    fn insert_account_assignment(
        &mut self,
        assignment: &AccountAssignment,
    ) -> Result<(), StoreError>;

    /// Removes an assignment; false if it isn't there.
    fn delete_account_assignment(
        &mut self,
        instance: &InstanceId,
        account: &AccountId,
        set: &PermissionSetId,
        principal: &AssignedPrincipal,
    ) -> Result<bool, StoreError>;

    /// Who has a permission set in an account, by kind and id.
    fn account_assignments(
        &mut self,
        instance: &InstanceId,
        account: &AccountId,
        set: &PermissionSetId,
        after: Option<&AssignedPrincipal>,
        limit: i64,
    ) -> Result<Vec<AccountAssignment>, StoreError>;

    /// What a principal has, a user also through groups; by account, permission set and principal.
    fn account_assignments_of(
        &mut self,
        listing: PrincipalAssignments<'_>,
    ) -> Result<Vec<AccountAssignment>, StoreError>;

    /// Whether anyone has a permission set in any account.
    fn is_permission_set_assigned(
        &mut self,
        instance: &InstanceId,
        set: &PermissionSetId,
    ) -> Result<bool, StoreError>;
}
