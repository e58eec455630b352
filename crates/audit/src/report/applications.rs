//! `application_assignment.csv`, one row a person, and `applications.csv`, one row an application.

use std::collections::BTreeSet;

use super::people::{People, Reached};
use super::redact::Redactor;
use super::table::{Table, count, text};
use crate::inventory::{Application, Assignment, Instance, Inventory, PrincipalType};

const HEADER: &[&str] = &[
    "AccountId",
    "InstanceArn",
    "Name",
    "ApplicationArn",
    "PrincipalType",
    "PrincipalId",
    "PrincipalName",
    "UserId",
    "UserName",
    "UserEmail",
    "Via",
    "UserStatus",
    "PrincipalState",
    "ApplicationStatus",
];

/// Who can reach an application without being assigned: everybody in the store.
const NOT_REQUIRED: &str = "ASSIGNMENT_NOT_REQUIRED";

/// Everybody who reaches an application, groups expanded.
///
/// An empty group gives no row, as nobody reaches anything through it. An assignment whose people
/// cannot be told gives one row without a user, so that it does not go unseen.
pub(super) fn assignments(
    inventory: &Inventory,
    people: &People<'_>,
    redactor: &Redactor,
) -> Table {
    let mut rows = Vec::new();
    for instance in &inventory.instances {
        for application in instance.applications.iter().flatten() {
            for assignment in effective(application) {
                rows.extend(expanded(
                    instance,
                    application,
                    &assignment,
                    people,
                    redactor,
                ));
            }
        }
    }
    rows.sort();
    Table {
        file: "application_assignment.csv",
        title: "Who reaches which application",
        header: HEADER,
        rows,
    }
}

/// The assignments, and that of everybody if none is required.
pub(crate) fn effective(application: &Application) -> BTreeSet<Assignment> {
    let mut all = application.assignments.clone().unwrap_or_default();
    if application.assignment_required == Some(false) {
        let everyone = "EVERYONE".to_owned();
        all.insert(Assignment {
            principal_type: PrincipalType::Everyone,
            principal_id: everyone,
        });
    }
    all
}

/// The account that owns the application; for those of an organization instance it may be any.
pub(crate) fn owner<'a>(instance: &'a Instance, application: &'a Application) -> &'a str {
    application
        .account_id
        .as_deref()
        .unwrap_or(&instance.account_id)
}

fn expanded(
    instance: &Instance,
    application: &Application,
    assignment: &Assignment,
    people: &People<'_>,
    redactor: &Redactor,
) -> Vec<Vec<String>> {
    let (kind, id) = (assignment.principal_type, assignment.principal_id.as_str());
    let name = people.name(instance, kind, id);
    let via = match kind {
        PrincipalType::User => "DIRECT",
        PrincipalType::Group => name.unwrap_or(id),
        PrincipalType::Everyone => NOT_REQUIRED,
    };
    let shown = match kind {
        PrincipalType::User => redactor.cell(name),
        _ => text(name),
    };
    let row = |user: [String; 4], state: &str| {
        let [user_id, user_name, email, status] = user;
        vec![
            owner(instance, application).to_owned(),
            instance.arn.clone(),
            text(application.name.as_deref()),
            application.arn.clone(),
            kind.as_str().to_owned(),
            id.to_owned(),
            shown.clone(),
            user_id,
            user_name,
            email,
            via.to_owned(),
            status,
            state.to_owned(),
            text(application.status.as_deref()),
        ]
    };
    // The id of an assigned user is known even if nothing else about the user is.
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
                let names = [
                    redactor.cell(user.user_name.as_deref()),
                    redactor.cell(user.email()),
                ];
                let [user_name, email] = names;
                row(
                    [
                        user.id.clone(),
                        user_name,
                        email,
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

const APPLICATIONS: &[&str] = &[
    "AccountId",
    "InstanceArn",
    "Name",
    "ApplicationArn",
    "ProviderArn",
    "Status",
    "AssignmentRequired",
    "Assignments",
    "People",
];

/// Every application, those without assignments too.
pub(super) fn table(inventory: &Inventory, people: &People<'_>) -> Table {
    let mut rows = Vec::new();
    for instance in &inventory.instances {
        for application in instance.applications.iter().flatten() {
            let list = application
                .assignments
                .as_ref()
                .map(|set| set.iter().collect::<Vec<_>>());
            rows.push(vec![
                owner(instance, application).to_owned(),
                instance.arn.clone(),
                text(application.name.as_deref()),
                application.arn.clone(),
                text(application.provider_arn.as_deref()),
                text(application.status.as_deref()),
                application
                    .assignment_required
                    .map(|required| required.to_string())
                    .unwrap_or_default(),
                count(list.as_ref()),
                reach(instance, application, people),
            ]);
        }
    }
    rows.sort();
    Table {
        file: "applications.csv",
        title: "Applications",
        header: APPLICATIONS,
        rows,
    }
}

/// How many people reach the application; empty if that cannot be told.
fn reach(instance: &Instance, application: &Application, people: &People<'_>) -> String {
    if application.assignments.is_none() && application.assignment_required != Some(false) {
        return String::new();
    }
    let mut ids = BTreeSet::new();
    for assignment in effective(application) {
        match people.reached(
            instance,
            assignment.principal_type,
            &assignment.principal_id,
        ) {
            Reached::People(users) => ids.extend(users.into_iter().map(|user| user.id.as_str())),
            Reached::Missing => {}
            Reached::Unknown => return String::new(),
        }
    }
    ids.len().to_string()
}
