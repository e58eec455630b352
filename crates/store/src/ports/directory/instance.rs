use atrium_model::directory::Instance;
use atrium_model::{AccountId, IdentityStoreId, InstanceId, OrganizationId, Region, Timestamp};

use crate::StoreError;

/// The instances and their identity stores.
pub trait InstanceTx {
    /// The instance with this id.
    fn instance(&mut self, id: &InstanceId) -> Result<Option<Instance>, StoreError>;

    /// The instance that owns an identity store.
    fn instance_of_store(
        &mut self,
        store: &IdentityStoreId,
    ) -> Result<Option<Instance>, StoreError>;

    /// The one instance that an account owns, in whichever Region.
    fn instance_of_owner(&mut self, owner: &AccountId) -> Result<Option<Instance>, StoreError>;

    /// The instance of an organization.
    fn instance_of_organization(
        &mut self,
        organization: &OrganizationId,
    ) -> Result<Option<Instance>, StoreError>;

    /// A page of the instances that an account sees: its own and its organization's, by id.
    fn instances(&mut self, listing: &InstanceListing<'_>) -> Result<Vec<Instance>, StoreError>;

    /// Keeps a new instance with an empty identity store.
    ///
    /// [`StoreError::Duplicate`] says `owner` or `organization` if that has an instance already, and `id` if the
    /// instance's or the store's id is taken.
    fn insert_instance(&mut self, instance: &Instance) -> Result<(), StoreError>;

    /// Keeps what can change of an instance: name, status, encryption and switches.
    fn update_instance(&mut self, instance: &Instance) -> Result<(), StoreError>;

    /// Removes an instance with its identity store, users, groups, memberships and tags, and notes how it and they were
    /// called.
    fn delete_instance(&mut self, instance: &Instance, now: Timestamp) -> Result<(), StoreError>;
}

/// Which instances to list.
#[derive(Clone, Copy, Debug)]
pub struct InstanceListing<'a> {
    /// Those this account owns …
    pub owner: &'a AccountId,
    /// … and that of this organization.
    pub organization: Option<&'a OrganizationId>,
    /// Only those that live in this Region or can be used there …
    pub region: Option<&'a Region>,
    /// … at this moment.
    pub now: Timestamp,
    /// The last instance of the page before.
    pub after: Option<&'a InstanceId>,
    /// The most instances to answer.
    pub limit: i64,
}
