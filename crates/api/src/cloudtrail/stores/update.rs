//! UpdateEventDataStore.

use atrium_trail::stores::{StoreUpdate, update_store};
use atrium_wire::WireError;
use atrium_wire::cloudtrail::{self as wire, ops};

use super::create::billing;
use super::failure::refuse_key;
use super::{failure, to_change};
use crate::cloudtrail::convert;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::UpdateEventDataStore>(update);
}

fn update(
    call: &mut Call<'_>,
    input: wire::UpdateEventDataStoreRequest,
) -> Result<wire::UpdateEventDataStoreResponse, WireError> {
    let store = to_change(call, &input.event_data_store, &[])?;
    refuse_key(input.kms_key_id.as_deref())?;
    let update = StoreUpdate {
        name: input.name,
        selectors: input.advanced_event_selectors.map(convert::advanced_in),
        multi_region: input.multi_region_enabled,
        organization: input.organization_enabled,
        retention: input.retention_period,
        termination_protection: input.termination_protection_enabled,
        billing: input.billing_mode.as_deref().map(billing).transpose()?,
    };
    let quotas = &call.quotas().lake;
    let store = update_store(&call.cx, &mut *call.tx, quotas, store, update).map_err(failure)?;
    let arn = store.arn();
    let settings = store.settings;
    Ok(wire::UpdateEventDataStoreResponse {
        event_data_store_arn: Some(arn),
        name: Some(store.name),
        status: Some(store.status.as_str().to_owned()),
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
    })
}
