//! What every change of an event data store has in common.

use atrium_model::OpContext;
use atrium_model::lake::{EventDataStore, StorePlan, StoreVersion};
use atrium_store::{StoreError, Tx};

use super::StoreRuleError;
use crate::select::after;

/// Keeps a changed store, and what it does with events from now on.
pub(super) fn change(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    store: &mut EventDataStore,
) -> Result<(), StoreRuleError> {
    keep(cx, tx, store)?;
    let plan = store.plan();
    Ok(follow(cx, tx, store, plan)?)
}

/// Keeps a changed store that takes no events from now on. The event that tells so is the last one that it takes.
pub(super) fn cease(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    store: &mut EventDataStore,
) -> Result<(), StoreRuleError> {
    keep(cx, tx, store)?;
    let plan = StorePlan {
        last_request: Some(cx.request_id.to_owned()),
        ..store.plan()
    };
    Ok(follow(cx, tx, store, plan)?)
}

/// Keeps what has changed about a store.
pub(super) fn keep(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    store: &mut EventDataStore,
) -> Result<(), StoreRuleError> {
    store.updated = cx.now();
    match tx.update_event_data_store(store) {
        Err(StoreError::Duplicate(_)) => Err(StoreRuleError::Exists(store.name.clone())),
        other => Ok(other.map(drop)?),
    }
}

/// Lets a store follow a plan from now on: the last one that is given holds, whatever the clock of the server says that gave it.
pub(super) fn follow(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    store: &EventDataStore,
    plan: StorePlan,
) -> Result<(), StoreError> {
    let newest = tx.newest_store_version(&store.account, &store.id)?;
    tx.put_store_version(&StoreVersion {
        account: store.account.clone(),
        store: store.id.clone(),
        since: after(newest, cx.now()),
        plan,
    })
}
