use atrium_model::organization::{DelegatedAdministrator, OrganizationTag, TrustedService};
use atrium_model::{AccountId, OrganizationId, Timestamp};

use crate::StoreError;

/// The services an organization trusts, and the accounts that administer them.
pub trait TrustedServiceTx {
    /// The services that the organization trusts.
    fn trusted_services(
        &mut self,
        organization: &OrganizationId,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<TrustedService>, StoreError>;

    /// Whether the organization trusts a service.
    fn is_trusted_service(
        &mut self,
        organization: &OrganizationId,
        principal: &str,
    ) -> Result<bool, StoreError>;

    /// Trusts a service; nothing changes if the organization already does.
    fn trust_service(
        &mut self,
        organization: &OrganizationId,
        principal: &str,
        since: Timestamp,
    ) -> Result<(), StoreError>;

    /// No longer trusts a service.
    fn distrust_service(
        &mut self,
        organization: &OrganizationId,
        principal: &str,
    ) -> Result<(), StoreError>;

    /// Registers an administrator. [`StoreError::Duplicate`] if it is one for that service.
    fn register_delegated_administrator(
        &mut self,
        organization: &OrganizationId,
        account: &AccountId,
        principal: &str,
        since: Timestamp,
    ) -> Result<(), StoreError>;

    /// Removes an administrator; false if it is none for that service.
    fn deregister_delegated_administrator(
        &mut self,
        organization: &OrganizationId,
        account: &AccountId,
        principal: &str,
    ) -> Result<bool, StoreError>;

    /// How many accounts administer a service.
    fn count_delegated_administrators(
        &mut self,
        organization: &OrganizationId,
        principal: &str,
    ) -> Result<i64, StoreError>;

    /// The accounts that administer a service, or any service, in order of their ids.
    fn delegated_administrators(
        &mut self,
        organization: &OrganizationId,
        principal: Option<&str>,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<DelegatedAdministrator>, StoreError>;

    /// The services that an account administers, each with when that began.
    fn delegated_services(
        &mut self,
        organization: &OrganizationId,
        account: &AccountId,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<TrustedService>, StoreError>;
}

/// Tags of an organization's resources, each named by its id.
pub trait OrganizationTagTx {
    /// The tags of a resource, in order of their keys.
    fn organization_tags(
        &mut self,
        organization: &OrganizationId,
        resource: &str,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<OrganizationTag>, StoreError>;

    /// Sets a tag.
    fn put_organization_tag(
        &mut self,
        organization: &OrganizationId,
        resource: &str,
        tag: &OrganizationTag,
    ) -> Result<(), StoreError>;

    /// Removes a tag, if it is there.
    fn delete_organization_tag(
        &mut self,
        organization: &OrganizationId,
        resource: &str,
        key: &str,
    ) -> Result<(), StoreError>;

    /// How many tags a resource has.
    fn count_organization_tags(
        &mut self,
        organization: &OrganizationId,
        resource: &str,
    ) -> Result<i64, StoreError>;
}
