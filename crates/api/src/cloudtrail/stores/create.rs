//! CreateEventDataStore.

use atrium_model::Partition;
use atrium_model::lake::BillingMode;
use atrium_trail::stores::{NewStore, create_store};
use atrium_trail::trails::trail_organization;
use atrium_wire::WireError;
use atrium_wire::cloudtrail::{self as wire, ops};

use super::failure;
use super::failure::refuse_key;
use crate::cloudtrail::find::works_on_store;
use crate::cloudtrail::{convert, tags};
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::CreateEventDataStore>(create);
}

/// The billing mode of a request; the model allows no others.
pub(super) fn billing(text: &str) -> Result<BillingMode, WireError> {
    text.parse()
        .map_err(|_| WireError::validation("BillingMode is not known."))
}

fn create(
    call: &mut Call<'_>,
    input: wire::CreateEventDataStoreRequest,
) -> Result<wire::CreateEventDataStoreResponse, WireError> {
    let given = convert::tags_in(input.tags_list.unwrap_or_default());
    let names: Vec<String> = given.iter().map(|tag| tag.key.clone()).collect();
    let (account, region) = (call.account(), call.cx.region);
    // Its id is not known yet.
    let any = format!(
        "arn:{}:cloudtrail:{region}:{account}:eventdatastore/*",
        Partition::NAME
    );
    tags::with_keys(&given, &names, |keys| {
        call.authorize("cloudtrail:CreateEventDataStore", &any, keys)
    })?;
    let is_shared = input.organization_enabled == Some(true);
    if is_shared && let Ok(found) = trail_organization(&call.cx, &mut *call.tx) {
        call.notes.owner = Some(found.management);
    }
    refuse_key(input.kms_key_id.as_deref())?;
    let new = NewStore {
        name: input.name,
        selectors: input.advanced_event_selectors.map(convert::advanced_in),
        multi_region: input.multi_region_enabled.unwrap_or(true),
        organization: input.organization_enabled.unwrap_or(false),
        retention: input.retention_period,
        termination_protection: input.termination_protection_enabled.unwrap_or(true),
        tags: given,
        ingest: input.start_ingestion.unwrap_or(true),
        billing: input
            .billing_mode
            .as_deref()
            .map_or(Ok(BillingMode::ExtendableRetention), billing)?,
    };
    let quotas = &call.quotas().lake;
    let store = create_store(&call.cx, &mut *call.tx, quotas, new).map_err(failure)?;
    let arn = store.arn();
    works_on_store(call, &store.account, arn.clone());
    let settings = store.settings;
    Ok(wire::CreateEventDataStoreResponse {
        event_data_store_arn: Some(arn),
        name: Some(store.name),
        status: Some(store.status.as_str().to_owned()),
        advanced_event_selectors: Some(convert::all_advanced_out(settings.selectors)),
        multi_region_enabled: Some(settings.multi_region),
        organization_enabled: Some(settings.organization.is_some()),
        retention_period: Some(settings.retention),
        termination_protection_enabled: Some(settings.termination_protection),
        tags_list: Some(convert::tags_out(store.tags)),
        created_timestamp: convert::time(store.created),
        updated_timestamp: convert::time(store.updated),
        kms_key_id: None,
        billing_mode: Some(settings.billing.as_str().to_owned()),
    })
}
