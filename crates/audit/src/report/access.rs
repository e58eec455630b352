//! `access.csv`: who reaches which account with which permission set.

use std::collections::HashMap;

use super::people::{People, Reached};
use super::redact::Redactor;
use super::table::{Table, text};
use crate::inventory::{AccountAssignment, Instance, Inventory, PermissionSet, PrincipalType};

const HEADER: &[&str] = &[
    "UserId",
    "UserName",
    "Email",
    "InstanceArn",
    "AccountId",
    "PermissionSetName",
    "Via",
    "UserStatus",
    "PrincipalType",
    "PrincipalId",
    "PrincipalState",
    "AccountName",
    "OuPath",
    "PermissionSetArn",
    "SessionDuration",
];

pub(super) fn table(inventory: &Inventory, people: &People<'_>, redactor: &Redactor) -> Table {
    let mut rows = Vec::new();
    for instance in &inventory.instances {
        let sets: HashMap<&str, &PermissionSet> = instance
            .permission_sets
            .iter()
            .flatten()
            .map(|set| (set.arn.as_str(), set))
            .collect();
        for assignment in instance.account_assignments.iter().flatten() {
            let set = sets.get(assignment.permission_set_arn.as_str()).copied();
            rows.extend(expanded(
                inventory, instance, assignment, set, people, redactor,
            ));
        }
    }
    rows.sort();
    Table {
        file: "access.csv",
        title: "Who reaches which account",
        header: HEADER,
        rows,
    }
}

fn expanded(
    inventory: &Inventory,
    instance: &Instance,
    assignment: &AccountAssignment,
    set: Option<&PermissionSet>,
    people: &People<'_>,
    redactor: &Redactor,
) -> Vec<Vec<String>> {
    let (kind, id) = (assignment.principal_type, assignment.principal_id.as_str());
    let account = inventory.accounts.get(&assignment.account_id);
    let via = match kind {
        PrincipalType::Group => people.name(instance, kind, id).unwrap_or(id),
        _ => "DIRECT",
    };
    let row = |user: [String; 4], state: &str| {
        let [user_id, user_name, email, status] = user;
        vec![
            user_id,
            user_name,
            email,
            instance.arn.clone(),
            assignment.account_id.clone(),
            text(set.and_then(|set| set.name.as_deref())),
            via.to_owned(),
            status,
            kind.as_str().to_owned(),
            id.to_owned(),
            state.to_owned(),
            text(account.and_then(|account| account.name.as_deref())),
            text(account.and_then(|account| account.ou_path.as_deref())),
            assignment.permission_set_arn.clone(),
            text(set.and_then(|set| set.session_duration.as_deref())),
        ]
    };
    let nobody = || {
        let id = if kind == PrincipalType::User {
            id.to_owned()
        } else {
            String::new()
        };
        [id, String::new(), String::new(), String::new()]
    };
    match people.reached(instance, kind, id) {
        Reached::People(users) => users
            .into_iter()
            .map(|user| {
                let name = redactor.cell(user.user_name.as_deref());
                row(
                    [
                        user.id.clone(),
                        name,
                        redactor.cell(user.email()),
                        text(user.status.as_deref()),
                    ],
                    "FOUND",
                )
            })
            .collect(),
        Reached::Missing => vec![row(nobody(), "MISSING")],
        Reached::Unknown => vec![row(nobody(), "UNKNOWN")],
    }
}
