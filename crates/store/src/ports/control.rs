use atrium_model::control::{AccessControlAttribute, InstanceRegion, TrustedTokenIssuer};
use atrium_model::{InstanceId, Region, Timestamp, TrustedTokenIssuerId};

use crate::StoreError;

/// What is set about an instance as a whole: its Regions, its attributes for access control, the issuers it trusts.
pub trait ControlTx {
    /// A Region the instance was added to.
    fn instance_region(
        &mut self,
        instance: &InstanceId,
        region: &Region,
    ) -> Result<Option<InstanceRegion>, StoreError>;

    /// All Regions the instance was added to, by name; there are as few as AWS has Regions.
    fn instance_regions(
        &mut self,
        instance: &InstanceId,
    ) -> Result<Vec<InstanceRegion>, StoreError>;

    /// Keeps a Region. [`StoreError::Duplicate`] if the instance has it.
    fn insert_instance_region(
        &mut self,
        instance: &InstanceId,
        region: &InstanceRegion,
    ) -> Result<(), StoreError>;

    /// Notes when a Region is gone; false if the instance does not have it.
    fn remove_instance_region(
        &mut self,
        instance: &InstanceId,
        region: &Region,
        gone: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Forgets the Regions that are gone at a moment.
    fn forget_removed_regions(
        &mut self,
        instance: &InstanceId,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// The attributes for access control, once there is a configuration.
    fn access_control_attributes(
        &mut self,
        instance: &InstanceId,
    ) -> Result<Option<Vec<AccessControlAttribute>>, StoreError>;

    /// Keeps a new configuration. [`StoreError::Duplicate`] if there is one.
    fn insert_access_control_attributes(
        &mut self,
        instance: &InstanceId,
        attributes: &[AccessControlAttribute],
    ) -> Result<(), StoreError>;

    /// Puts other attributes in the place of the present ones; false if there is no configuration.
    fn update_access_control_attributes(
        &mut self,
        instance: &InstanceId,
        attributes: &[AccessControlAttribute],
    ) -> Result<bool, StoreError>;

    /// Removes the configuration; false if there is none.
    fn delete_access_control_attributes(
        &mut self,
        instance: &InstanceId,
    ) -> Result<bool, StoreError>;

    /// A trusted token issuer.
    fn trusted_token_issuer(
        &mut self,
        instance: &InstanceId,
        id: &TrustedTokenIssuerId,
    ) -> Result<Option<TrustedTokenIssuer>, StoreError>;

    /// Up to `limit` trusted token issuers, by id, after the one given.
    fn trusted_token_issuers(
        &mut self,
        instance: &InstanceId,
        after: Option<&TrustedTokenIssuerId>,
        limit: i64,
    ) -> Result<Vec<TrustedTokenIssuer>, StoreError>;

    /// How many trusted token issuers an instance has.
    fn count_trusted_token_issuers(&mut self, instance: &InstanceId) -> Result<i64, StoreError>;

    /// Keeps a new trusted token issuer. [`StoreError::Duplicate`] if the instance has one of its name.
    fn insert_trusted_token_issuer(
        &mut self,
        issuer: &TrustedTokenIssuer,
    ) -> Result<(), StoreError>;

    /// Keeps a trusted token issuer's new name and paths. [`StoreError::Duplicate`] if the name is taken.
    fn update_trusted_token_issuer(
        &mut self,
        issuer: &TrustedTokenIssuer,
    ) -> Result<(), StoreError>;

    /// Removes a trusted token issuer; false if there is none.
    fn delete_trusted_token_issuer(
        &mut self,
        instance: &InstanceId,
        id: &TrustedTokenIssuerId,
    ) -> Result<bool, StoreError>;

    /// Removes all of it, with its instance.
    fn delete_control_of_instance(&mut self, instance: &InstanceId) -> Result<(), StoreError>;
}
