//! GetEventDataStore and ListEventDataStores.

use atrium_model::lake::EventDataStore;
use atrium_trail::stores::list_stores;
use atrium_wire::WireError;
use atrium_wire::cloudtrail::{self as wire, ops};

use super::life::status;
use super::to_read;
use crate::call::store_failure;
use crate::cloudtrail::convert;
use crate::{Call, Registry};

/// The size of a page if nothing is said. AWS doesn't say.
const PAGE: usize = 100;

pub(super) fn register(registry: &mut Registry) {
    registry.read::<ops::GetEventDataStore>(get);
    registry.read::<ops::ListEventDataStores>(list);
}

fn get(
    call: &mut Call<'_>,
    input: wire::GetEventDataStoreRequest,
) -> Result<wire::GetEventDataStoreResponse, WireError> {
    let store = to_read(call, &input.event_data_store)?;
    let (arn, status) = (store.arn(), status(&store));
    let settings = store.settings;
    Ok(wire::GetEventDataStoreResponse {
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
        federation_status: None,
        federation_role_arn: None,
        partition_keys: None,
    })
}

fn list(
    call: &mut Call<'_>,
    input: wire::ListEventDataStoresRequest,
) -> Result<wire::ListEventDataStoresResponse, WireError> {
    call.authorize("cloudtrail:ListEventDataStores", "*", &[])?;
    let after = call.page("", input.next_token.as_deref())?;
    let limit = input
        .max_results
        .and_then(|most| usize::try_from(most).ok())
        .unwrap_or(PAGE);
    let found = list_stores(&call.cx, &mut *call.tx, after.as_ref(), limit);
    let (stores, next) = found.map_err(store_failure)?;
    Ok(wire::ListEventDataStoresResponse {
        event_data_stores: Some(stores.into_iter().map(entry).collect()),
        next_token: next.map(|after| call.next_token("", &after)),
    })
}

/// What a list shows. AWS calls the other members deprecated, and leaves them out.
fn entry(store: EventDataStore) -> wire::EventDataStore {
    wire::EventDataStore {
        event_data_store_arn: Some(store.arn()),
        name: Some(store.name),
        ..wire::EventDataStore::default()
    }
}
