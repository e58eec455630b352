//! Regions of an instance: AddRegion, RemoveRegion, DescribeRegion, ListRegions.

use atrium_directory::{AddRegionError, InstanceAccess, RemoveRegionError};
use atrium_model::control::{InstanceRegion, RegionStatus};
use atrium_model::directory::Instance;
use atrium_wire::WireError;
use atrium_wire::sso_admin::{self as wire, ops};

use super::instances::{not_on_account_instances, only_organization, open};
use crate::call::store_failure;
use crate::identitystore::{cut, date};
use crate::{Call, Registry};

pub(crate) fn register(registry: &mut Registry) {
    registry.write::<ops::AddRegion>(add_region);
    registry.write::<ops::RemoveRegion>(remove_region);
    registry.read::<ops::DescribeRegion>(describe_region);
    registry.read::<ops::ListRegions>(list_regions);
}

/// The most Regions on a page.
const PAGE: i64 = 100;

fn add_region(
    call: &mut Call<'_>,
    input: wire::AddRegionRequest,
) -> Result<wire::AddRegionResponse, WireError> {
    let (instance, _) = open(
        call,
        &input.instance_arn,
        "sso:AddRegion",
        InstanceAccess::administers,
    )?;
    atrium_directory::add_region(&call.cx, &mut *call.tx, &instance, &input.region_name).map_err(
        |error| match error {
            AddRegionError::AccountInstance => not_on_account_instances(),
            AddRegionError::Unsupported(name) => WireError::validation(format!(
                "The Region {name} is not supported for this instance."
            )),
            AddRegionError::KeyNotMultiRegion => WireError::validation(
                "The instance must be encrypted with a multi-Region customer managed KMS key before a Region can be added.",
            ),
            AddRegionError::AlreadyAdded(region) => WireError::conflict(format!(
                "The Region {region} has already been added to this instance."
            )),
            AddRegionError::InProgress => in_progress(),
            AddRegionError::Store(error) => store_failure(error),
        },
    )?;
    Ok(wire::AddRegionResponse {
        status: Some(RegionStatus::Adding.as_str().to_owned()),
    })
}

fn remove_region(
    call: &mut Call<'_>,
    input: wire::RemoveRegionRequest,
) -> Result<wire::RemoveRegionResponse, WireError> {
    let (instance, _) = open(
        call,
        &input.instance_arn,
        "sso:RemoveRegion",
        InstanceAccess::administers,
    )?;
    let name = &input.region_name;
    atrium_directory::remove_region(&call.cx, &mut *call.tx, &instance, name).map_err(|error| {
        match error {
            RemoveRegionError::AccountInstance => not_on_account_instances(),
            RemoveRegionError::Primary => {
                WireError::validation("The primary Region of an instance can't be removed.")
            }
            RemoveRegionError::NotFound => not_found(name),
            RemoveRegionError::InProgress => in_progress(),
            RemoveRegionError::Store(error) => store_failure(error),
        }
    })?;
    Ok(wire::RemoveRegionResponse {
        status: Some(RegionStatus::Removing.as_str().to_owned()),
    })
}

fn describe_region(
    call: &mut Call<'_>,
    input: wire::DescribeRegionRequest,
) -> Result<wire::DescribeRegionResponse, WireError> {
    let (instance, _) = open(
        call,
        &input.instance_arn,
        "sso:DescribeRegion",
        InstanceAccess::administers,
    )?;
    only_organization(&instance)?;
    let found = metadata_of_regions(call, &instance)?
        .into_iter()
        .find(|region| region.region_name.as_ref() == Some(&input.region_name))
        .ok_or_else(|| not_found(&input.region_name))?;
    Ok(wire::DescribeRegionResponse {
        region_name: found.region_name,
        status: found.status,
        added_date: found.added_date,
        is_primary_region: found.is_primary_region,
    })
}

fn list_regions(
    call: &mut Call<'_>,
    input: wire::ListRegionsRequest,
) -> Result<wire::ListRegionsResponse, WireError> {
    let (instance, _) = open(
        call,
        &input.instance_arn,
        "sso:ListRegions",
        InstanceAccess::administers,
    )?;
    only_organization(&instance)?;
    let scope = instance.arn();
    let after = call.page::<String>(&scope, input.next_token.as_deref())?;
    let limit = input.max_results.unwrap_or(PAGE).clamp(1, PAGE);
    let mut found = metadata_of_regions(call, &instance)?;
    found.retain(|region| region.region_name > after);
    let next_token = cut(&mut found, limit).map(|last| call.next_token(&scope, &last.region_name));
    Ok(wire::ListRegionsResponse {
        regions: Some(found),
        next_token,
    })
}

/// All Regions of an instance as the service tells of them, by name.
pub(super) fn metadata_of_regions(
    call: &mut Call<'_>,
    instance: &Instance,
) -> Result<Vec<wire::RegionMetadata>, WireError> {
    let found = atrium_directory::regions(&call.cx, &mut *call.tx, instance);
    let metadata = |(region, status): (InstanceRegion, RegionStatus)| wire::RegionMetadata {
        is_primary_region: Some(region.region == instance.region),
        region_name: Some(region.region.to_string()),
        status: Some(status.as_str().to_owned()),
        added_date: Some(date(region.added)),
    };
    Ok(found
        .map_err(store_failure)?
        .into_iter()
        .map(metadata)
        .collect())
}

fn not_found(name: &str) -> WireError {
    WireError::not_found(format!(
        "The Region {name} was not found for this instance."
    ))
}

fn in_progress() -> WireError {
    WireError::conflict("A Region is already being added to or removed from this instance.")
}
