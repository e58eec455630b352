use atrium_model::OpContext;
use atrium_model::trail::Trail;
use atrium_store::Tx;

use super::create::check_quota;
use super::{Quotas, TrailError, bucket, status, topic, trail_organization};

/// What UpdateTrail is asked for. What is not given stays as it is.
#[derive(Clone, Debug, Default)]
pub struct TrailUpdate {
    /// `S3BucketName`.
    pub bucket: Option<String>,
    /// `S3KeyPrefix`; an empty one is none.
    pub prefix: Option<String>,
    /// `SnsTopicName`; an empty one is none.
    pub topic: Option<String>,
    /// `IncludeGlobalServiceEvents`.
    pub global_events: Option<bool>,
    /// `IsMultiRegionTrail`.
    pub multi_region: Option<bool>,
    /// `EnableLogFileValidation`.
    pub validation: Option<bool>,
    /// `IsOrganizationTrail`.
    pub organization: Option<bool>,
    /// `RecursiveLogging`.
    pub recursive: Option<bool>,
}

/// Changes a trail's settings.
pub fn update_trail(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    quotas: &Quotas,
    mut trail: Trail,
    update: TrailUpdate,
) -> Result<Trail, TrailError> {
    let settings = &mut trail.settings;
    let multi_region = update.multi_region.unwrap_or(settings.multi_region);
    // A trail that becomes one for all Regions takes the events of services without Regions, unless that is refused.
    let becomes = multi_region && !settings.multi_region;
    let global_events = update
        .global_events
        .unwrap_or(settings.global_events || becomes);
    status::check_regions(multi_region, global_events)?;
    (settings.multi_region, settings.global_events) = (multi_region, global_events);
    if let Some(validation) = update.validation {
        settings.validation = validation;
    }
    if update.recursive.is_some() {
        settings.recursive = update.recursive;
    }
    match update.organization {
        Some(true) if settings.organization.is_none() => {
            let membership = trail_organization(cx, tx)?;
            if membership.management != trail.account {
                // A delegated administrator's own trail stays its own.
                return Err(TrailError::NotAdministrator);
            }
            settings.organization = Some(membership.organization);
        }
        Some(false) if settings.organization.is_some() => {
            // "Only the management account for the organization can convert an organization trail"; UpdateTrail.
            if trail.account != cx.caller.account {
                return Err(TrailError::NotAdministrator);
            }
            settings.organization = None;
        }
        Some(_) | None => {}
    }
    if update.prefix.is_some() {
        settings.prefix = bucket::prefix(update.prefix)?;
    }
    if update.topic.is_some() {
        settings.topic = topic::topic(cx, update.topic.as_deref())?;
    }
    if let Some(name) = update.bucket {
        bucket::check(tx, &trail.account, &name)?;
        settings.bucket = name;
    }
    status::change(cx, tx, &trail)?;
    if becomes {
        check_quota(tx, quotas, &trail)?;
    }
    Ok(trail)
}
