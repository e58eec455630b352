use atrium_model::OpContext;
use atrium_model::trail::{Trail, TrailPlan};
use atrium_store::Tx;

use super::{TrailError, status};

/// Lets a trail take events from now on.
pub fn start_logging(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    mut trail: Trail,
) -> Result<(), TrailError> {
    if trail.logging {
        return Ok(());
    }
    trail.logging = true;
    trail.started = Some(cx.now());
    status::change(cx, tx, &trail)
}

/// Lets a trail take no more events. The event that tells so is the last one that it takes.
pub fn stop_logging(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    mut trail: Trail,
) -> Result<(), TrailError> {
    if !trail.logging {
        return Ok(());
    }
    trail.logging = false;
    trail.stopped = Some(cx.now());
    tx.update_trail(&trail)?;
    Ok(status::follow(cx, tx, &trail, last_plan(cx, &trail))?)
}

/// Deletes a trail; what it has taken is delivered all the same.
pub fn delete_trail(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    mut trail: Trail,
) -> Result<(), TrailError> {
    tx.delete_trail(&trail)?;
    if !trail.logging {
        return Ok(());
    }
    trail.logging = false;
    Ok(status::follow(cx, tx, &trail, last_plan(cx, &trail))?)
}

fn last_plan(cx: &OpContext<'_>, trail: &Trail) -> TrailPlan {
    TrailPlan {
        last_request: Some(cx.request_id.to_owned()),
        ..trail.plan()
    }
}
