//! CreateTrail.

use atrium_model::trail::trail_arn;
use atrium_trail::trails::{NewTrail, create_trail, trail_organization};
use atrium_wire::WireError;
use atrium_wire::cloudtrail::{self as wire, ops};

use super::convert;
use super::failure::{failure, refuse_targets};
use super::find::works_on_trail;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::CreateTrail>(create);
}

fn create(
    call: &mut Call<'_>,
    input: wire::CreateTrailRequest,
) -> Result<wire::CreateTrailResponse, WireError> {
    let organization = input.is_organization_trail.unwrap_or(false);
    let tags = convert::tags_in(input.tags_list.unwrap_or_default());
    // Of an organization's trail, the owner is known once it is known that the caller may make one.
    let owner = match organization {
        true => trail_organization(&call.cx, &mut *call.tx)
            .map_or_else(|_| call.account().clone(), |found| found.management),
        false => call.account().clone(),
    };
    let arn = trail_arn(&owner, call.cx.region, &input.name);
    let keys: Vec<String> = tags.iter().map(|tag| tag.key.clone()).collect();
    super::tags::with_keys(&tags, &keys, |keys| {
        call.authorize("cloudtrail:CreateTrail", &arn, keys)
    })?;
    works_on_trail(call, &owner, arn);
    refuse_targets(
        input.kms_key_id.as_deref(),
        input.cloud_watch_logs_log_group_arn.as_deref(),
        input.cloud_watch_logs_role_arn.as_deref(),
    )?;
    let new = NewTrail {
        name: input.name,
        bucket: input.s3_bucket_name,
        prefix: input.s3_key_prefix,
        topic: input.sns_topic_name,
        global_events: input.include_global_service_events,
        multi_region: input.is_multi_region_trail.unwrap_or(false),
        validation: input.enable_log_file_validation.unwrap_or(false),
        organization,
        recursive: input.recursive_logging,
        tags,
    };
    let quotas = &call.quotas().trail;
    let trail = create_trail(&call.cx, &mut *call.tx, quotas, new).map_err(failure)?;
    let arn = trail.arn();
    let settings = trail.settings;
    Ok(wire::CreateTrailResponse {
        name: Some(trail.name),
        s3_key_prefix: settings.prefix,
        s3_bucket_name: Some(settings.bucket),
        sns_topic_name: convert::topic_name(settings.topic.as_ref()),
        sns_topic_arn: settings.topic,
        include_global_service_events: Some(settings.global_events),
        is_multi_region_trail: Some(settings.multi_region),
        trail_arn: Some(arn),
        log_file_validation_enabled: Some(settings.validation),
        cloud_watch_logs_log_group_arn: None,
        cloud_watch_logs_role_arn: None,
        kms_key_id: None,
        is_organization_trail: Some(settings.organization.is_some()),
        recursive_logging: settings.recursive,
    })
}
