//! The counts that a command line prints, and the exit status they mean.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::coverage::Outcome;
use crate::findings::{Finding, Severity};
use crate::inventory::{InstanceType, Inventory};
use crate::report::Duplicate;

/// A run in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Summary {
    /// Accounts known.
    pub accounts: usize,
    /// Accounts that were looked into.
    pub accounts_examined: usize,
    /// Pairs of account and Region that were looked into.
    pub account_regions_examined: usize,
    /// Organization instances, of which there is at most one.
    pub organization_instances: usize,
    /// Account instances.
    pub account_instances: usize,
    /// Entries in all identity stores.
    pub users: usize,
    /// Groups in all identity stores.
    pub groups: usize,
    /// Applications of all instances.
    pub applications: usize,
    /// Rows of `duplicated_users.csv`.
    pub duplicated_users: usize,
    /// Findings by severity.
    pub findings: BTreeMap<Severity, usize>,
    /// Calls made.
    pub api_calls: u64,
    /// Rows that came or went since the run that this one was compared with.
    pub changes: usize,
    /// Whether everything was looked at.
    pub complete: bool,
}

impl Summary {
    pub(crate) fn of(
        inventory: &Inventory,
        duplicates: &[Duplicate<'_>],
        findings: &[Finding],
    ) -> Self {
        let coverage = &inventory.coverage;
        let examined = |outcome: Outcome| outcome == Outcome::Examined;
        let organizational = inventory
            .instances
            .iter()
            .filter(|i| i.instance_type == InstanceType::Organization)
            .count();
        let mut summary = Self {
            accounts: coverage.accounts.len(),
            accounts_examined: coverage
                .accounts
                .values()
                .filter(|account| examined(account.outcome))
                .count(),
            account_regions_examined: coverage
                .accounts
                .values()
                .flat_map(|account| account.regions.values())
                .filter(|region| examined(region.outcome))
                .count(),
            organization_instances: organizational,
            account_instances: inventory.instances.len() - organizational,
            duplicated_users: duplicates.len(),
            api_calls: coverage.total_calls(),
            complete: coverage.is_complete(),
            ..Self::default()
        };
        let mut stores = BTreeSet::new();
        for instance in &inventory.instances {
            if stores.insert(&instance.identity_store_id) {
                summary.users += instance.users.as_ref().map_or(0, Vec::len);
                summary.groups += instance.groups.as_ref().map_or(0, Vec::len);
            }
            summary.applications += instance.applications.as_ref().map_or(0, Vec::len);
        }
        for finding in findings {
            *summary.findings.entry(finding.severity).or_default() += 1;
        }
        summary
    }

    /// 0 clean, 3 findings at or above `fail_on`, 4 incomplete coverage, 5 drift; of several, 4 outweighs
    /// 3, and 3 outweighs 5. That the tool itself failed (1) or was called wrongly (2) is known before
    /// there is a summary.
    pub fn exit_status(&self, fail_on: Option<Severity>) -> u8 {
        let found =
            fail_on.is_some_and(|least| self.findings.range(least..).any(|(_, count)| *count > 0));
        match (self.complete, found, self.changes) {
            (false, _, _) => 4,
            (true, true, _) => 3,
            (true, false, 1..) => 5,
            (true, false, 0) => 0,
        }
    }
}
