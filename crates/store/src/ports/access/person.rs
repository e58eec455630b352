use atrium_model::access::{PermissionSet, ProvisionedPermissionSet};
use atrium_model::{AccountId, IdentityStoreId, InstanceId, UserId};

use crate::StoreError;

/// A person, with the instance whose permission sets are meant.
#[derive(Clone, Copy, Debug)]
pub struct Person<'a> {
    /// The instance …
    pub instance: &'a InstanceId,
    /// … and its identity store.
    pub store: &'a IdentityStoreId,
    /// The user in it.
    pub user: &'a UserId,
}

/// What a person can enter: what they are assigned, themselves or through groups, and what accounts have.
pub trait PersonAccessTx {
    /// Up to `limit` accounts in which the person has a permission set, by id, after the one given.
    fn accounts_of_person(
        &mut self,
        person: Person<'_>,
        after: Option<&AccountId>,
        limit: i64,
    ) -> Result<Vec<AccountId>, StoreError>;

    /// The names of up to `limit` permission sets that the person has in an account, after the one given.
    fn permission_sets_of_person(
        &mut self,
        person: Person<'_>,
        account: &AccountId,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<String>, StoreError>;

    /// The permission set of this name with its role in the account, if the person has it there.
    fn permission_set_of_person(
        &mut self,
        person: Person<'_>,
        account: &AccountId,
        name: &str,
    ) -> Result<Option<(PermissionSet, ProvisionedPermissionSet)>, StoreError>;
}
