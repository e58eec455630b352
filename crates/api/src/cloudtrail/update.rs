//! UpdateTrail.

use atrium_trail::trails::{TrailUpdate, update_trail};
use atrium_wire::WireError;
use atrium_wire::cloudtrail::{self as wire, ops};

use super::failure::{failure, refuse_targets};
use super::{convert, find};
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::UpdateTrail>(update);
}

fn update(
    call: &mut Call<'_>,
    input: wire::UpdateTrailRequest,
) -> Result<wire::UpdateTrailResponse, WireError> {
    let trail = find::to_change(call, &input.name)?;
    refuse_targets(
        input.kms_key_id.as_deref(),
        input.cloud_watch_logs_log_group_arn.as_deref(),
        input.cloud_watch_logs_role_arn.as_deref(),
    )?;
    let update = TrailUpdate {
        bucket: input.s3_bucket_name,
        prefix: input.s3_key_prefix,
        topic: input.sns_topic_name,
        global_events: input.include_global_service_events,
        multi_region: input.is_multi_region_trail,
        validation: input.enable_log_file_validation,
        organization: input.is_organization_trail,
        recursive: input.recursive_logging,
    };
    let quotas = &call.quotas().trail;
    let trail = update_trail(&call.cx, &mut *call.tx, quotas, trail, update).map_err(failure)?;
    let arn = trail.arn();
    let settings = trail.settings;
    Ok(wire::UpdateTrailResponse {
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
