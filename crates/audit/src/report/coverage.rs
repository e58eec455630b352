//! `coverage.json`: what was looked at, what was not, and how many calls it took.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::ReportFile;
use super::json::pretty;
use crate::coverage::AccountCoverage;
use crate::inventory::Inventory;

pub(super) fn file(inventory: &Inventory) -> ReportFile {
    let coverage = &inventory.coverage;
    let mut accounts: BTreeMap<&str, u64> = BTreeMap::new();
    let mut regions: BTreeMap<&str, u64> = BTreeMap::new();
    for account in coverage.accounts.values() {
        *accounts.entry(account.outcome.as_str()).or_default() += 1;
        for region in account.regions.values() {
            *regions.entry(region.outcome.as_str()).or_default() += 1;
        }
    }
    let rows: Vec<Value> = coverage
        .accounts
        .iter()
        .map(|(id, found)| account(inventory, id, found))
        .collect();
    let value = json!({
        "SchemaVersion": 1,
        "Complete": coverage.is_complete(),
        "Totals": {
            "Accounts": coverage.accounts.len(),
            "AccountsByOutcome": accounts,
            "AccountRegions": regions.values().sum::<u64>(),
            "AccountRegionsByOutcome": regions,
            "Instances": inventory.instances.len(),
            "Gaps": coverage.gaps.len(),
        },
        "ApiCalls": { "Total": coverage.total_calls(), "ByOperation": coverage.api_calls },
        "Accounts": rows,
        "Gaps": coverage.gaps,
        "Notes": coverage.notes,
    });
    ReportFile {
        name: "coverage.json",
        content_type: "application/json",
        bytes: pretty(&value),
    }
}

fn account(inventory: &Inventory, id: &str, found: &AccountCoverage) -> Value {
    let known = inventory.accounts.get(id);
    json!({
        "AccountId": id,
        "Name": known.and_then(|account| account.name.as_deref()),
        "Status": known.and_then(|account| account.status.as_deref()),
        "Outcome": found.outcome,
        "Reason": found.reason,
        "RegionSource": found.region_source,
        "Regions": found.regions.iter().map(|(region, at)| json!({
            "Region": region, "Outcome": at.outcome, "Reason": at.reason,
        })).collect::<Vec<_>>(),
    })
}
