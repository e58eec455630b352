//! IDC-010, 011, 012 and 014: people in several stores, and people without an address.

use std::collections::BTreeSet;

use super::{Finding, Severity};
use crate::inventory::Inventory;
use crate::report::{Duplicate, MatchKind, Redactor};

pub(super) fn findings(
    inventory: &Inventory,
    duplicates: &[Duplicate<'_>],
    redactor: &Redactor,
) -> Vec<Finding> {
    let mut found = Vec::new();
    for duplicate in duplicates {
        found.push(several(inventory, duplicate, redactor));
        found.extend(left_in_one(inventory, duplicate, redactor));
    }
    for instance in &inventory.instances {
        let store = &instance.identity_store_id;
        for user in instance
            .users
            .iter()
            .flatten()
            .filter(|user| user.email().is_none())
        {
            let name = user.user_name.as_deref().unwrap_or(&user.id);
            found.push(Finding {
                rule: "IDC-014",
                severity: Severity::Low,
                account_id: instance.account_id.clone(),
                instance_arn: instance.arn.clone(),
                resource: format!("{store}/{}", user.id),
                message: format!("user `{}` has no e-mail address and cannot be matched by it", redactor.person(name)),
                remediation: format!(
                    "add one: aws identitystore update-user --region {} --identity-store-id {store} --user-id {} \
                     --operations AttributePath=emails,AttributeValue='[{{\"Value\":\"ADDRESS\",\"Primary\":true}}]'",
                    instance.region, user.id
                ),
            });
        }
    }
    found
}

/// The account of a duplicate's first entry: where a finding that spans several is filed.
fn account(inventory: &Inventory, duplicate: &Duplicate<'_>) -> (String, String) {
    let arn = duplicate
        .entries
        .first()
        .map(|entry| entry.instance_arn)
        .unwrap_or_default();
    let instance = inventory
        .instances
        .iter()
        .find(|instance| instance.arn == arn);
    (
        instance
            .map(|instance| instance.account_id.clone())
            .unwrap_or_default(),
        arn.to_owned(),
    )
}

fn resource(duplicate: &Duplicate<'_>, redactor: &Redactor) -> String {
    format!(
        "{}/{}",
        duplicate.kind.as_str(),
        redactor.person(&duplicate.key)
    )
}

fn several(inventory: &Inventory, duplicate: &Duplicate<'_>, redactor: &Redactor) -> Finding {
    let exact = duplicate.kind == MatchKind::Exact;
    let (account_id, instance_arn) = account(inventory, duplicate);
    let stores: Vec<&str> = duplicate.stores().into_iter().collect();
    Finding {
        rule: if exact { "IDC-010" } else { "IDC-011" },
        severity: if exact { Severity::Medium } else { Severity::Low },
        account_id,
        instance_arn,
        resource: resource(duplicate, redactor),
        message: format!(
            "the same person ({} match of `{}`) is in {} identity stores: {}",
            duplicate.kind.as_str(),
            redactor.person(&duplicate.key),
            stores.len(),
            stores.join(", ")
        ),
        remediation: "keep one entry, and remove the others: aws identitystore delete-user --identity-store-id STORE \
                      --user-id USER"
            .to_owned(),
    }
}

/// Somebody disabled in one store who can still sign in through another. A shared user name alone
/// is too weak a sign for that.
fn left_in_one(
    inventory: &Inventory,
    duplicate: &Duplicate<'_>,
    redactor: &Redactor,
) -> Option<Finding> {
    if duplicate.kind == MatchKind::UserName {
        return None;
    }
    let disabled: BTreeSet<&str> = duplicate
        .entries
        .iter()
        .filter(|entry| entry.user.is_disabled())
        .map(|entry| entry.store)
        .collect();
    let active: Vec<_> = duplicate
        .entries
        .iter()
        .filter(|entry| entry.user.status.as_deref() == Some("ENABLED"))
        .collect();
    let open = active
        .iter()
        .find(|entry| disabled.iter().any(|store| *store != entry.store))?;
    let instance = inventory
        .instances
        .iter()
        .find(|instance| instance.arn == open.instance_arn);
    let region = instance
        .map(|instance| instance.region.as_str())
        .unwrap_or_default();
    Some(Finding {
        rule: "IDC-012",
        severity: Severity::Critical,
        account_id: instance
            .map(|instance| instance.account_id.clone())
            .unwrap_or_default(),
        instance_arn: open.instance_arn.to_owned(),
        resource: resource(duplicate, redactor),
        message: format!(
            "`{}` is disabled in {} but still active in {}",
            redactor.person(&duplicate.key),
            disabled.into_iter().collect::<Vec<_>>().join(", "),
            active
                .iter()
                .map(|entry| entry.store)
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect::<Vec<_>>()
                .join(", ")
        ),
        remediation: format!(
            "if the person has left, end the access that remains: aws identitystore delete-user --region {region} \
             --identity-store-id {} --user-id {}",
            open.store, open.user.id
        ),
    })
}
