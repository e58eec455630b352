//! DeleteEventDataStore, RestoreEventDataStore, StartEventDataStoreIngestion and StopEventDataStoreIngestion.

use atrium_model::lake::EventDataStore;
use atrium_trail::stores::{delete_store, restore_store, start_ingestion, stop_ingestion};
use atrium_wire::WireError;
use atrium_wire::cloudtrail::{self as wire, ops};

use super::{failure, to_change, to_read};
use crate::cloudtrail::convert;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::DeleteEventDataStore>(delete);
    registry.write::<ops::RestoreEventDataStore>(restore);
    registry.write::<ops::StartEventDataStoreIngestion>(start);
    registry.write::<ops::StopEventDataStoreIngestion>(stop);
}

/// The status that the API shows.
pub(super) fn status(store: &EventDataStore) -> String {
    match store.is_deleted() {
        true => "PENDING_DELETION".to_owned(),
        false => store.status.as_str().to_owned(),
    }
}

fn delete(
    call: &mut Call<'_>,
    input: wire::DeleteEventDataStoreRequest,
) -> Result<wire::DeleteEventDataStoreResponse, WireError> {
    let store = to_change(call, &input.event_data_store, &[])?;
    delete_store(&call.cx, &mut *call.tx, store).map_err(failure)?;
    Ok(wire::DeleteEventDataStoreResponse {})
}

fn restore(
    call: &mut Call<'_>,
    input: wire::RestoreEventDataStoreRequest,
) -> Result<wire::RestoreEventDataStoreResponse, WireError> {
    let store = to_read(call, &input.event_data_store)?;
    let quotas = &call.quotas().lake;
    let store = restore_store(&call.cx, &mut *call.tx, quotas, store).map_err(failure)?;
    let (arn, status) = (store.arn(), status(&store));
    let settings = store.settings;
    Ok(wire::RestoreEventDataStoreResponse {
        event_data_store_arn: Some(arn),
        name: Some(store.name),
        status: Some(status),
        advanced_event_selectors: Some(convert::all_advanced_out(settings.selectors)),
        multi_region_enabled: Some(settings.multi_region),
        organization_enabled: Some(settings.organization.is_some()),
        retention_period: Some(settings.retention),
        termination_protection_enabled: Some(settings.termination_protection),
        created_timestamp: convert::time(store.created),
        updated_timestamp: convert::time(store.updated),
        kms_key_id: None,
        billing_mode: Some(settings.billing.as_str().to_owned()),
    })
}

fn start(
    call: &mut Call<'_>,
    input: wire::StartEventDataStoreIngestionRequest,
) -> Result<wire::StartEventDataStoreIngestionResponse, WireError> {
    let store = to_read(call, &input.event_data_store)?;
    start_ingestion(&call.cx, &mut *call.tx, store).map_err(failure)?;
    Ok(wire::StartEventDataStoreIngestionResponse {})
}

fn stop(
    call: &mut Call<'_>,
    input: wire::StopEventDataStoreIngestionRequest,
) -> Result<wire::StopEventDataStoreIngestionResponse, WireError> {
    let store = to_read(call, &input.event_data_store)?;
    stop_ingestion(&call.cx, &mut *call.tx, store).map_err(failure)?;
    Ok(wire::StopEventDataStoreIngestionResponse {})
}
