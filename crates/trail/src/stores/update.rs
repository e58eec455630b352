use atrium_model::OpContext;
use atrium_model::lake::{BillingMode, EventDataStore};
use atrium_model::trail::AdvancedEventSelector;
use atrium_store::Tx;

use super::life::refuse_while_importing;
use super::{Quotas, StoreRuleError, change, selectors, settings};
use crate::trails::{TrailError, trail_organization};

/// What UpdateEventDataStore is asked for. What is not given stays as it is.
#[derive(Clone, Debug, Default)]
pub struct StoreUpdate {
    /// `Name`.
    pub name: Option<String>,
    /// `AdvancedEventSelectors`.
    pub selectors: Option<Vec<AdvancedEventSelector>>,
    /// `MultiRegionEnabled`.
    pub multi_region: Option<bool>,
    /// `OrganizationEnabled`.
    pub organization: Option<bool>,
    /// `RetentionPeriod`.
    pub retention: Option<i64>,
    /// `TerminationProtectionEnabled`.
    pub termination_protection: Option<bool>,
    /// `BillingMode`.
    pub billing: Option<BillingMode>,
}

/// Changes an event data store.
pub fn update_store(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    quotas: &Quotas,
    mut store: EventDataStore,
    update: StoreUpdate,
) -> Result<EventDataStore, StoreRuleError> {
    refuse_while_importing(tx, &store)?;
    if let Some(asked) = update.organization {
        set_organization(cx, tx, &mut store, asked)?;
    }
    let kept = &mut store.settings;
    if let Some(billing) = update.billing {
        check_billing(kept.billing, billing)?;
        kept.billing = billing;
    }
    if let Some(days) = update.retention {
        settings::check_retention(kept.billing, days)?;
        kept.retention = days;
    }
    if update.selectors.is_some() {
        let before = store.is_of_channels();
        store.settings.selectors = selectors::checked(quotas, update.selectors)?;
        if store.is_of_channels() != before {
            // What is in it has another form.
            let why = "The kind of events that an event data store collects can't be changed.";
            return Err(StoreRuleError::Selectors(why.to_owned()));
        }
    }
    let kept = &mut store.settings;
    if let Some(multi_region) = update.multi_region {
        kept.multi_region = multi_region;
    }
    if let Some(protection) = update.termination_protection {
        kept.termination_protection = protection;
    }
    if let Some(name) = update.name {
        store.name = name;
    }
    change::change(cx, tx, &mut store)?;
    Ok(store)
}

/// "You can't change the billing mode from EXTENDABLE_RETENTION_PRICING to FIXED_RETENTION_PRICING"; UpdateEventDataStore.
fn check_billing(from: BillingMode, to: BillingMode) -> Result<(), StoreRuleError> {
    match (from, to) {
        (BillingMode::ExtendableRetention, BillingMode::FixedRetention) => {
            let why = "The billing mode can't be changed from EXTENDABLE_RETENTION_PRICING to FIXED_RETENTION_PRICING.";
            Err(StoreRuleError::Parameter(why.to_owned()))
        }
        _ => Ok(()),
    }
}

/// Only the management account, whose store it is, makes it the organization's or its own.
fn set_organization(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    store: &mut EventDataStore,
    asked: bool,
) -> Result<(), StoreRuleError> {
    if asked == store.settings.organization.is_some() {
        return Ok(());
    }
    let not_administrator = StoreRuleError::Shared(TrailError::NotAdministrator);
    if !asked {
        if store.account != cx.caller.account {
            return Err(not_administrator);
        }
        store.settings.organization = None;
        return Ok(());
    }
    let membership = trail_organization(cx, tx)?;
    if membership.management != store.account {
        return Err(not_administrator);
    }
    store.settings.organization = Some(membership.organization);
    Ok(())
}
