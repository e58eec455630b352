//! The three files as AWS's published sample names its columns, for whoever parses those today
//! (aws-samples/multiple-iam-identity-center-instance-management). Only the columns are the
//! sample's; what stands in them is right where the sample is wrong.

use std::collections::BTreeMap;

use super::duplicates::{Duplicate, MatchKind};
use super::redact::Redactor;
use super::table::{Table, text};
use crate::inventory::Inventory;

pub(super) fn tables(
    inventory: &Inventory,
    duplicates: &[Duplicate<'_>],
    redactor: &Redactor,
) -> Vec<Table> {
    vec![
        instances(inventory),
        people(duplicates, redactor),
        applications(inventory),
    ]
}

/// The sample's `Identity Store Arn` holds the ARN of the instance, and so does this one.
fn instances(inventory: &Inventory) -> Table {
    let rows = inventory.instances.iter().map(|instance| {
        vec![
            instance.account_id.clone(),
            instance.identity_store_id.clone(),
            instance.arn.clone(),
        ]
    });
    Table {
        file: "identity_center_instances.csv",
        title: "Instances",
        header: &["accountId", "IdentityCenterInstance", "Identity Store Arn"],
        rows: rows.collect(),
    }
}

/// The sample knows matches by e-mail only.
fn people(duplicates: &[Duplicate<'_>], redactor: &Redactor) -> Table {
    let by_email = duplicates
        .iter()
        .filter(|found| matches!(found.kind, MatchKind::Exact | MatchKind::Normalised));
    let rows: BTreeMap<String, String> = by_email
        .map(|found| {
            let stores = found.stores().into_iter().collect::<Vec<_>>().join(",");
            (redactor.person(&found.key).into_owned(), stores)
        })
        .collect();
    Table {
        file: "duplicated_users.csv",
        title: "People in several instances",
        header: &["User_email", "IdentityStoreId"],
        rows: rows
            .into_iter()
            .map(|(email, stores)| vec![email, stores])
            .collect(),
    }
}

/// As in the sample, only applications with assignments, and `Users` is the text that Python makes
/// of a list, groups' ids among users'.
fn applications(inventory: &Inventory) -> Table {
    let mut rows = Vec::new();
    for application in inventory
        .instances
        .iter()
        .filter_map(|instance| instance.applications.as_ref())
        .flatten()
    {
        let assigned = application.assignments.iter().flatten();
        let ids: Vec<String> = assigned
            .map(|assignment| format!("'{}'", assignment.principal_id))
            .collect();
        if !ids.is_empty() {
            let users = format!("[{}]", ids.join(", "));
            rows.push(vec![
                text(application.name.as_deref()),
                application.arn.clone(),
                users,
            ]);
        }
    }
    rows.sort();
    Table {
        file: "application_assignment.csv",
        title: "Applications",
        header: &["Name", "Application ARN", "Users"],
        rows,
    }
}
