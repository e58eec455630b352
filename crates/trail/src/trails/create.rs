use atrium_model::iam::Tag;
use atrium_model::trail::{Selectors, Trail, TrailSettings};
use atrium_model::{OpContext, REGIONS, Region};
use atrium_store::{StoreError, Tx};

use super::{Quotas, TrailError, bucket, name, status, tags, topic, trail_organization};

/// What CreateTrail is asked for.
#[derive(Clone, Debug, Default)]
pub struct NewTrail {
    /// `Name`.
    pub name: String,
    /// `S3BucketName`.
    pub bucket: String,
    /// `S3KeyPrefix`.
    pub prefix: Option<String>,
    /// `SnsTopicName`.
    pub topic: Option<String>,
    /// `IncludeGlobalServiceEvents`.
    pub global_events: Option<bool>,
    /// `IsMultiRegionTrail`.
    pub multi_region: bool,
    /// `EnableLogFileValidation`.
    pub validation: bool,
    /// `IsOrganizationTrail`.
    pub organization: bool,
    /// `RecursiveLogging`.
    pub recursive: Option<bool>,
    /// `TagsList`.
    pub tags: Vec<Tag>,
}

/// Makes a trail; it takes events once it is told to.
pub fn create_trail(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    quotas: &Quotas,
    new: NewTrail,
) -> Result<Trail, TrailError> {
    name::check(&new.name)?;
    let global_events = new.global_events.unwrap_or(true);
    status::check_regions(new.multi_region, global_events)?;
    let (account, organization) = match new.organization {
        true => {
            let membership = trail_organization(cx, tx)?;
            (membership.management, Some(membership.organization))
        }
        false => (cx.caller.account.clone(), None),
    };
    let prefix = bucket::prefix(new.prefix)?;
    bucket::check(tx, &account, &new.bucket)?;
    let trail = Trail {
        account,
        region: cx.region.clone(),
        name: new.name,
        id: cx.new_uuid(),
        settings: TrailSettings {
            bucket: new.bucket,
            prefix,
            topic: topic::topic(cx, new.topic.as_deref())?,
            global_events,
            multi_region: new.multi_region,
            validation: new.validation,
            organization,
            recursive: new.recursive,
            selectors: Selectors::default(),
            insights: Vec::new(),
        },
        logging: false,
        started: None,
        stopped: None,
        tags: tags::checked(new.tags, quotas.tags)?,
        created: cx.now(),
    };
    tx.insert_trail(&trail).map_err(|error| match error {
        StoreError::Duplicate(_) => TrailError::Exists(trail.name.clone()),
        error => error.into(),
    })?;
    check_quota(tx, quotas, &trail)?;
    Ok(trail)
}

/// Refuses when a Region whose events the trail takes now has more trails than it may.
pub(super) fn check_quota(
    tx: &mut dyn Tx,
    quotas: &Quotas,
    trail: &Trail,
) -> Result<(), TrailError> {
    let elsewhere = REGIONS
        .iter()
        .filter(|_| trail.settings.multi_region)
        .filter_map(|region| region.name.parse::<Region>().ok());
    for region in std::iter::once(trail.region.clone()).chain(elsewhere) {
        if tx.count_trails(&trail.account, &region)? > quotas.trails {
            return Err(TrailError::TooMany {
                most: quotas.trails,
                region: region.to_string(),
            });
        }
    }
    Ok(())
}
