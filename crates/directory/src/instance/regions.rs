use std::time::Duration;

use atrium_model::control::{InstanceRegion, RegionStatus};
use atrium_model::directory::{Instance, InstanceKind};
use atrium_model::{OpContext, Region};
use atrium_store::{StoreError, Tx};

/// How long a change of an instance takes that AWS makes in the background: adding and removing Regions, encrypting
/// with another key. AWS takes minutes; clients that wait for the end see the same states here, only sooner.
pub const SETTLING: Duration = Duration::from_secs(3);

/// Why a Region was not added.
#[derive(Debug, thiserror::Error)]
pub enum AddRegionError {
    /// Account instances stay in their Region.
    #[error("account instances do not support this")]
    AccountInstance,
    /// There is no such Region, or it is not on in every account.
    #[error("the instance can not be added to Region `{0}`")]
    Unsupported(String),
    /// The instance is encrypted with a key that exists in its own Region only.
    #[error("the instance is not encrypted with a multi-region customer managed key")]
    KeyNotMultiRegion,
    /// The instance is there, or on its way.
    #[error("the instance has Region `{0}` already")]
    AlreadyAdded(Region),
    /// Another Region is being added or removed.
    #[error("another change of regions is in progress")]
    InProgress,
    /// The store failed.
    #[error("could not save the region")]
    Store(#[from] StoreError),
}

/// Why a Region was not removed.
#[derive(Debug, thiserror::Error)]
pub enum RemoveRegionError {
    /// Account instances stay in their Region.
    #[error("account instances do not support this")]
    AccountInstance,
    /// The Region the instance lives in stays.
    #[error("the primary region can not be removed")]
    Primary,
    /// The instance isn't there.
    #[error("the instance does not have this region")]
    NotFound,
    /// A Region is being added or removed.
    #[error("another change of regions is in progress")]
    InProgress,
    /// The store failed.
    #[error("could not save the region")]
    Store(#[from] StoreError),
}

/// Begins to make an organization's instance usable in another Region. It is there after [`SETTLING`].
///
/// As with AWS (user guide, "Using IAM Identity Center across multiple Regions"), only the Regions that are on in every
/// account will do, the key must be a multi-Region one of the customer's, and there is one change at a time.
pub fn add_region(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    instance: &Instance,
    name: &str,
) -> Result<InstanceRegion, AddRegionError> {
    match instance.kind {
        InstanceKind::Organization => {}
        InstanceKind::Account => return Err(AddRegionError::AccountInstance),
    }
    let region = name
        .parse::<Region>()
        .ok()
        .filter(|region| !region.info().opt_in)
        .ok_or_else(|| AddRegionError::Unsupported(name.to_owned()))?;
    if region == instance.region {
        return Err(AddRegionError::AlreadyAdded(region));
    }
    let multi_region = instance
        .kms_key_arn
        .as_ref()
        .is_some_and(|arn| arn.contains(":key/mrk-"));
    if !multi_region {
        return Err(AddRegionError::KeyNotMultiRegion);
    }
    tx.forget_removed_regions(&instance.id, cx.now())?;
    let present = tx.instance_regions(&instance.id)?;
    if changing(cx, &present) {
        return Err(AddRegionError::InProgress);
    }
    let added = InstanceRegion {
        region: region.clone(),
        added: cx.now(),
        active: cx.now() + SETTLING,
        removed: None,
    };
    tx.insert_instance_region(&instance.id, &added)
        .map_err(|error| match error {
            StoreError::Duplicate(_) => AddRegionError::AlreadyAdded(region),
            error => error.into(),
        })?;
    Ok(added)
}

/// Begins to take an organization's instance out of a Region; it can't be used there from now on.
pub fn remove_region(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    instance: &Instance,
    name: &str,
) -> Result<(), RemoveRegionError> {
    match instance.kind {
        InstanceKind::Organization => {}
        InstanceKind::Account => return Err(RemoveRegionError::AccountInstance),
    }
    let region: Region = name.parse().map_err(|_| RemoveRegionError::NotFound)?;
    if region == instance.region {
        return Err(RemoveRegionError::Primary);
    }
    tx.forget_removed_regions(&instance.id, cx.now())?;
    let present = tx.instance_regions(&instance.id)?;
    if !present.iter().any(|found| found.region == region) {
        return Err(RemoveRegionError::NotFound);
    }
    if changing(cx, &present) {
        return Err(RemoveRegionError::InProgress);
    }
    match tx.remove_instance_region(&instance.id, &region, cx.now() + SETTLING)? {
        true => Ok(()),
        false => Err(RemoveRegionError::NotFound),
    }
}

fn changing(cx: &OpContext<'_>, regions: &[InstanceRegion]) -> bool {
    regions
        .iter()
        .any(|region| match region.status_at(cx.now()) {
            Some(RegionStatus::Adding | RegionStatus::Removing) => true,
            Some(RegionStatus::Active) | None => false,
        })
}

/// All Regions of an instance, the one it lives in included, by name, each with its status.
pub fn regions(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    instance: &Instance,
) -> Result<Vec<(InstanceRegion, RegionStatus)>, StoreError> {
    let mut found = match instance.kind {
        InstanceKind::Organization => tx.instance_regions(&instance.id)?,
        InstanceKind::Account => Vec::new(),
    };
    found.push(InstanceRegion {
        region: instance.region.clone(),
        added: instance.created,
        active: instance.created,
        removed: None,
    });
    found.sort_by(|a, b| a.region.cmp(&b.region));
    Ok(found
        .into_iter()
        .filter_map(|region| region.status_at(cx.now()).map(|status| (region, status)))
        .collect())
}
