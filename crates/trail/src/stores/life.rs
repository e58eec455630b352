use std::time::Duration;

use atrium_model::OpContext;
use atrium_model::lake::{EventDataStore, StoreStatus};
use atrium_store::Tx;

use super::create::check_quota;
use super::{Quotas, StoreRuleError, change};

/// How long a deleted event data store can be restored; DeleteEventDataStore in the CloudTrail API reference.
pub const DELETION: Duration = Duration::from_secs(7 * 24 * 3600);

/// Deletes a store: it takes no events any more and ceases to be after a week.
pub fn delete_store(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    mut store: EventDataStore,
) -> Result<(), StoreRuleError> {
    if store.settings.termination_protection {
        return Err(StoreRuleError::Protected(store.arn()));
    }
    refuse_while_importing(tx, &store)?;
    if tx.has_channel(&store.account, &store.id)? {
        return Err(StoreRuleError::HasChannel(store.arn()));
    }
    store.ends = Some(cx.now() + DELETION);
    change::cease(cx, tx, &mut store)
}

/// Refuses while an import brings records into a store.
pub(super) fn refuse_while_importing(
    tx: &mut dyn Tx,
    store: &EventDataStore,
) -> Result<(), StoreRuleError> {
    match tx.is_imported_into(&store.account, &store.id)? {
        true => Err(StoreRuleError::HasImport(store.arn())),
        false => Ok(()),
    }
}

/// Takes a deletion back. The store does again what it did before.
pub fn restore_store(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    quotas: &Quotas,
    mut store: EventDataStore,
) -> Result<EventDataStore, StoreRuleError> {
    match store.ends {
        None => return Err(wrong_status(&store)),
        // Its time is over: what is left of it is on its way out.
        Some(ends) if ends <= cx.now() => return Err(StoreRuleError::NotFound(store.arn())),
        Some(_) => store.ends = None,
    }
    change::change(cx, tx, &mut store)?;
    check_quota(tx, quotas, &store)?;
    Ok(store)
}

/// Lets a store take events from now on.
pub fn start_ingestion(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    mut store: EventDataStore,
) -> Result<(), StoreRuleError> {
    if store.is_deleted() || store.status != StoreStatus::StoppedIngestion {
        return Err(wrong_status(&store));
    }
    store.status = StoreStatus::Enabled;
    change::change(cx, tx, &mut store)
}

/// Lets a store take no more events. The event that tells so is the last one that it takes.
pub fn stop_ingestion(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    mut store: EventDataStore,
) -> Result<(), StoreRuleError> {
    if store.is_deleted() || store.status != StoreStatus::Enabled {
        return Err(wrong_status(&store));
    }
    store.status = StoreStatus::StoppedIngestion;
    change::cease(cx, tx, &mut store)
}

fn wrong_status(store: &EventDataStore) -> StoreRuleError {
    StoreRuleError::Status {
        store: store.arn(),
        status: match store.is_deleted() {
            true => "PENDING_DELETION",
            false => store.status.as_str(),
        },
    }
}
