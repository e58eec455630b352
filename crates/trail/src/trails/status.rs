//! What every change of a trail has in common.

use atrium_model::OpContext;
use atrium_model::trail::{DigestChain, Trail, TrailPlan, TrailVersion};
use atrium_store::{StoreError, Tx};

use super::TrailError;
use crate::select::after;

/// A trail for all Regions takes events of services without Regions.
pub(super) fn check_regions(multi_region: bool, global_events: bool) -> Result<(), TrailError> {
    if multi_region && !global_events {
        let why = "Multi-Region trail must include global service events.";
        return Err(TrailError::Combination(why.to_owned()));
    }
    Ok(())
}

/// Keeps a changed trail, and what it does with events from now on.
pub(super) fn change(cx: &OpContext<'_>, tx: &mut dyn Tx, trail: &Trail) -> Result<(), TrailError> {
    tx.update_trail(trail)?;
    Ok(follow(cx, tx, trail, trail.plan())?)
}

/// Lets a trail follow a plan from now on. Digests begin with the first plan that wants them.
///
/// The last plan that is given is the one that holds, also if the server that gave the one before it has a clock that is ahead.
pub(super) fn follow(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    trail: &Trail,
    plan: TrailPlan,
) -> Result<(), StoreError> {
    let newest = tx.newest_trail_version(&trail.account, &trail.id)?;
    tx.put_trail_version(&TrailVersion {
        account: trail.account.clone(),
        trail: trail.id.clone(),
        since: after(newest, cx.now()),
        plan: plan.clone(),
    })?;
    if !plan.logging || !plan.settings.validation {
        return Ok(());
    }
    // Due at once: whoever makes digests gives it its hour.
    tx.begin_digest_chain(&DigestChain {
        account: trail.account.clone(),
        trail: trail.id.clone(),
        recipient: trail.account.clone(),
        region: trail.region.clone(),
        plan,
        start: cx.now(),
        due: cx.now(),
        previous: None,
    })
}
