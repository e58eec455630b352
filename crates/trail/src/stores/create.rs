use atrium_model::OpContext;
use atrium_model::iam::Tag;
use atrium_model::lake::{BillingMode, EventDataStore, StoreSettings, StoreStatus};
use atrium_model::trail::AdvancedEventSelector;
use atrium_store::{StoreError, Tx};

use super::{Quotas, StoreRuleError, change, selectors, settings};
use crate::trails::{merge_tags, trail_organization};

/// What CreateEventDataStore is asked for.
#[derive(Clone, Debug)]
pub struct NewStore {
    /// `Name`.
    pub name: String,
    /// `AdvancedEventSelectors`.
    pub selectors: Option<Vec<AdvancedEventSelector>>,
    /// `MultiRegionEnabled`.
    pub multi_region: bool,
    /// `OrganizationEnabled`.
    pub organization: bool,
    /// `RetentionPeriod`.
    pub retention: Option<i64>,
    /// `TerminationProtectionEnabled`.
    pub termination_protection: bool,
    /// `TagsList`.
    pub tags: Vec<Tag>,
    /// `StartIngestion`.
    pub ingest: bool,
    /// `BillingMode`.
    pub billing: BillingMode,
}

/// Makes an event data store.
pub fn create_store(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    quotas: &Quotas,
    new: NewStore,
) -> Result<EventDataStore, StoreRuleError> {
    let retention = new
        .retention
        .unwrap_or_else(|| settings::usual_retention(new.billing));
    settings::check_retention(new.billing, retention)?;
    let selectors = selectors::checked(quotas, new.selectors)?;
    let (account, organization) = match new.organization {
        true => {
            let membership = trail_organization(cx, tx)?;
            (membership.management, Some(membership.organization))
        }
        false => (cx.caller.account.clone(), None),
    };
    let mut tags = Vec::new();
    merge_tags(&mut tags, new.tags, quotas.tags)?;
    let store = EventDataStore {
        account,
        region: cx.region.clone(),
        id: cx.new_uuid(),
        name: new.name,
        settings: StoreSettings {
            selectors,
            multi_region: new.multi_region,
            organization,
            retention,
            billing: new.billing,
            termination_protection: new.termination_protection,
        },
        status: match new.ingest {
            true => StoreStatus::Enabled,
            false => StoreStatus::StoppedIngestion,
        },
        tags,
        created: cx.now(),
        updated: cx.now(),
        ends: None,
    };
    tx.insert_event_data_store(&store)
        .map_err(|error| match error {
            StoreError::Duplicate(_) => StoreRuleError::Exists(store.name.clone()),
            error => error.into(),
        })?;
    check_quota(tx, quotas, &store)?;
    change::follow(cx, tx, &store, store.plan())?;
    Ok(store)
}

/// Refuses when the account now has more stores in the Region than it may.
pub(super) fn check_quota(
    tx: &mut dyn Tx,
    quotas: &Quotas,
    store: &EventDataStore,
) -> Result<(), StoreRuleError> {
    match tx.count_event_data_stores(&store.account, &store.region)? > quotas.stores {
        true => Err(StoreRuleError::TooMany(quotas.stores)),
        false => Ok(()),
    }
}
