//! `identity_center_instances.csv`: one row an instance.

use super::redact::Redactor;
use super::table::{Table, count, text};
use crate::guardrails::{Guardrails, Verdict};
use crate::inventory::{Instance, Inventory};

const HEADER: &[&str] = &[
    "AccountId",
    "IdentityCenterInstance",
    "InstanceArn",
    "InstanceType",
    "Region",
    "Name",
    "Status",
    "OwnerAccountId",
    "AccountName",
    "CreatedDate",
    "Users",
    "Groups",
    "Applications",
    "StatusReason",
    "AccountEmail",
    "AccountStatus",
    "OuPath",
    "Regions",
    "JoinedOrgDate",
    "PredatesOrgMembership",
    "PermissionSets",
    "AccountAssignments",
    "AppAssignments",
    "CanAccountCreateInstance",
    "DecidingPolicy",
];

pub(super) fn table(
    inventory: &Inventory,
    guardrails: Option<&Guardrails<'_>>,
    redactor: &Redactor,
) -> Table {
    let rows = inventory
        .instances
        .iter()
        .map(|instance| row(inventory, instance, guardrails, redactor))
        .collect();
    Table {
        file: "identity_center_instances.csv",
        title: "Instances",
        header: HEADER,
        rows,
    }
}

fn row(
    inventory: &Inventory,
    instance: &Instance,
    guardrails: Option<&Guardrails<'_>>,
    redactor: &Redactor,
) -> Vec<String> {
    let account = inventory.accounts.get(&instance.account_id);
    let joined = account.and_then(|account| account.joined);
    let predates = instance
        .created
        .zip(joined)
        .map(|(created, joined)| created < joined);
    let assignments = instance.applications.as_ref().and_then(|applications| {
        let counts = applications
            .iter()
            .map(|application| application.assignments.as_ref().map(|list| list.len()));
        counts.sum::<Option<usize>>()
    });
    let verdict = guardrails
        .zip(account)
        .map_or(Verdict::Unknown, |(guardrails, account)| {
            guardrails.verdict(account, &instance.region)
        });
    vec![
        instance.account_id.clone(),
        instance.identity_store_id.clone(),
        instance.arn.clone(),
        instance.instance_type.as_str().to_owned(),
        instance.region.clone(),
        text(instance.name.as_deref()),
        instance.status.clone(),
        // Only the owner's instances are listed under an account, so the two are the same.
        instance.account_id.clone(),
        text(account.and_then(|account| account.name.as_deref())),
        instance
            .created
            .map(|time| time.to_string())
            .unwrap_or_default(),
        count(instance.users.as_ref()),
        count(instance.groups.as_ref()),
        count(instance.applications.as_ref()),
        text(instance.status_reason.as_deref()),
        redactor.cell(account.and_then(|account| account.email.as_deref())),
        text(account.and_then(|account| account.status.as_deref())),
        text(account.and_then(|account| account.ou_path.as_deref())),
        instance
            .regions
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(", "),
        joined.map(|time| time.to_string()).unwrap_or_default(),
        predates
            .map(|predates| predates.to_string())
            .unwrap_or_default(),
        count(instance.permission_sets.as_ref()),
        count(instance.account_assignments.as_ref()),
        assignments
            .map(|count| count.to_string())
            .unwrap_or_default(),
        verdict.cell(),
        verdict.decider(),
    ]
}
