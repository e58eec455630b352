//! GetTrailStatus.

use atrium_model::Timestamp;
use atrium_wire::WireError;
use atrium_wire::cloudtrail::{self as wire, ops};

use super::{convert, find};
use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.read::<ops::GetTrailStatus>(status);
}

fn status(
    call: &mut Call<'_>,
    input: wire::GetTrailStatusRequest,
) -> Result<wire::GetTrailStatusResponse, WireError> {
    let trail = find::to_read(call, &input.name)?;
    let status = call.tx.trail_status(&trail.account, &trail.id);
    let status = status.map_err(store_failure)?;
    let time = |time: Option<Timestamp>| time.and_then(convert::time);
    // These are texts in the model, empty as long as there is nothing to tell.
    let text = |time: Option<Timestamp>| Some(time.map(iso).unwrap_or_default());
    Ok(wire::GetTrailStatusResponse {
        is_logging: Some(trail.logging),
        latest_delivery_error: status.error,
        latest_delivery_time: time(status.delivered),
        latest_delivery_attempt_time: text(status.attempted),
        latest_delivery_attempt_succeeded: text(status.delivered),
        latest_digest_delivery_error: status.digest_error,
        latest_digest_delivery_time: time(status.digested),
        start_logging_time: time(trail.started),
        stop_logging_time: time(trail.stopped),
        time_logging_started: text(trail.started),
        time_logging_stopped: text(trail.stopped),
        latest_notification_attempt_time: text(status.notify_attempted),
        latest_notification_attempt_succeeded: text(status.notified),
        latest_notification_error: status.notify_error,
        latest_notification_time: time(status.notified),
        latest_cloud_watch_logs_delivery_error: None,
        latest_cloud_watch_logs_delivery_time: None,
    })
}

/// Such as `2026-01-05T09:01:02Z`.
fn iso(time: Timestamp) -> String {
    jiff::Timestamp::from_second(time.as_seconds())
        .map(|time| time.to_string())
        .unwrap_or_default()
}
