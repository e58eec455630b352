use atrium_model::organization::{FeatureSet, Organization, OrganizationalUnit};
use atrium_model::{OrganizationId, OrganizationalUnitId};

use crate::StoreError;

/// Organizations and their organizational units.
pub trait OrganizationTreeTx {
    /// An organization.
    fn organization(&mut self, id: &OrganizationId) -> Result<Option<Organization>, StoreError>;

    /// Keeps a new organization. [`StoreError::Duplicate`] if its id, root or management account is taken.
    fn insert_organization(&mut self, organization: &Organization) -> Result<(), StoreError>;

    /// Changes what an organization can do.
    fn set_feature_set(
        &mut self,
        id: &OrganizationId,
        feature_set: FeatureSet,
    ) -> Result<(), StoreError>;

    /// Removes an organization with all that hangs on it; its accounts stand alone afterwards.
    fn delete_organization(&mut self, id: &OrganizationId) -> Result<(), StoreError>;

    /// An organizational unit.
    fn organizational_unit(
        &mut self,
        organization: &OrganizationId,
        id: &OrganizationalUnitId,
    ) -> Result<Option<OrganizationalUnit>, StoreError>;

    /// Keeps a new organizational unit. [`StoreError::Duplicate`] if a sibling has its name.
    fn insert_organizational_unit(&mut self, unit: &OrganizationalUnit) -> Result<(), StoreError>;

    /// Renames an organizational unit. [`StoreError::Duplicate`] if a sibling has the name.
    fn rename_organizational_unit(
        &mut self,
        organization: &OrganizationId,
        id: &OrganizationalUnitId,
        name: &str,
    ) -> Result<(), StoreError>;

    /// Removes an organizational unit with its tags and attachments.
    fn delete_organizational_unit(
        &mut self,
        organization: &OrganizationId,
        id: &OrganizationalUnitId,
    ) -> Result<(), StoreError>;

    /// The organizational units directly in a root or organizational unit.
    fn organizational_units(
        &mut self,
        organization: &OrganizationId,
        parent: &str,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<OrganizationalUnit>, StoreError>;

    /// How many organizational units an organization has.
    fn count_organizational_units(
        &mut self,
        organization: &OrganizationId,
    ) -> Result<i64, StoreError>;

    /// Whether an account or organizational unit is directly in a root or organizational unit.
    fn has_children(
        &mut self,
        organization: &OrganizationId,
        parent: &str,
    ) -> Result<bool, StoreError>;
}
