//! `accounts.csv`: one row an account, whether it has an instance or not.

use std::collections::BTreeMap;

use super::redact::Redactor;
use super::table::{Table, text};
use crate::guardrails::{Guardrails, Verdict};
use crate::inventory::Inventory;

const HEADER: &[&str] = &[
    "AccountId",
    "AccountName",
    "AccountEmail",
    "AccountStatus",
    "OuPath",
    "JoinedMethod",
    "JoinedOrgDate",
    "Outcome",
    "Reason",
    "Instances",
    "CanAccountCreateInstance",
    "DecidingPolicy",
];

pub(super) fn table(
    inventory: &Inventory,
    guardrails: Option<&Guardrails<'_>>,
    redactor: &Redactor,
) -> Table {
    let mut owned: BTreeMap<&str, usize> = BTreeMap::new();
    for instance in &inventory.instances {
        *owned.entry(&instance.account_id).or_default() += 1;
    }
    let rows = inventory.accounts.values().map(|account| {
        let seen = inventory.coverage.accounts.get(&account.id);
        let regions = seen
            .into_iter()
            .flat_map(|seen| seen.regions.keys().map(String::as_str));
        let verdict = guardrails.map_or(Verdict::Unknown, |guardrails| {
            guardrails.anywhere(account, regions)
        });
        vec![
            account.id.clone(),
            text(account.name.as_deref()),
            redactor.cell(account.email.as_deref()),
            text(account.status.as_deref()),
            text(account.ou_path.as_deref()),
            text(account.joined_method.as_deref()),
            account
                .joined
                .map(|time| time.to_string())
                .unwrap_or_default(),
            text(seen.map(|seen| seen.outcome.as_str())),
            text(seen.and_then(|seen| seen.reason.as_deref())),
            owned
                .get(account.id.as_str())
                .copied()
                .unwrap_or_default()
                .to_string(),
            verdict.cell(),
            verdict.decider(),
        ]
    });
    Table {
        file: "accounts.csv",
        title: "Accounts",
        header: HEADER,
        rows: rows.collect(),
    }
}
