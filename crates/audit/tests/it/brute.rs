//! The expected rows, worked out from the world itself: pairs of everything with everything, no
//! indexes, none of the auditor's code.

use std::collections::BTreeSet;

use super::world::{World, WorldInstance, WorldUser};

/// Leading columns of a row, with spreadsheets' formula signs guarded.
pub type Rows = BTreeSet<Vec<String>>;

fn row(cells: &[&str]) -> Vec<String> {
    cells
        .iter()
        .map(|cell| match cell.chars().next() {
            Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{cell}"),
            _ => (*cell).to_owned(),
        })
        .collect()
}

/// Whether the audit gets at the instance: its owner is active and open.
fn reachable(world: &World, instance: &WorldInstance) -> bool {
    let active = world
        .accounts
        .iter()
        .any(|(id, status)| *id == instance.owner && *status == "ACTIVE");
    active && !world.closed.contains(&instance.owner) && world.regions.contains(&instance.region)
}

fn instances(world: &World) -> impl Iterator<Item = &WorldInstance> {
    world
        .instances
        .iter()
        .filter(|instance| reachable(world, instance))
}

pub fn instance_rows(world: &World) -> Rows {
    let rows = instances(world).map(|instance| {
        let kind = if instance.organizational {
            "ORGANIZATION"
        } else {
            "ACCOUNT"
        };
        row(&[
            &instance.owner,
            &instance.store(),
            &instance.arn(),
            kind,
            &instance.region,
        ])
    });
    rows.collect()
}

/// E-mail matches only: address, stores, kind.
pub fn email_rows(world: &World) -> Rows {
    let people: Vec<(&WorldInstance, &WorldUser)> = instances(world)
        .flat_map(|instance| instance.users.iter().map(move |user| (instance, user)))
        .collect();
    let mut rows = Rows::new();
    for (_, user) in &people {
        let Some(email) = &user.email else { continue };
        let same = |other: &WorldUser| {
            other
                .email
                .as_ref()
                .is_some_and(|other| other.trim().to_lowercase() == email.trim().to_lowercase())
        };
        let group: Vec<_> = people.iter().filter(|(_, other)| same(other)).collect();
        let stores: BTreeSet<String> = group.iter().map(|(instance, _)| instance.store()).collect();
        if stores.len() > 1 {
            let exact = group
                .iter()
                .all(|(_, other)| other.email.as_ref() == Some(email));
            let stores = stores.into_iter().collect::<Vec<_>>().join(", ");
            let kind = if exact { "exact" } else { "normalised" };
            rows.insert(row(&[&email.trim().to_lowercase(), &stores, kind]));
        }
    }
    rows
}

/// Application, principal type and id, user, way: for people who are there.
pub fn application_rows(world: &World) -> Rows {
    let mut rows = Rows::new();
    for instance in instances(world) {
        for application in &instance.applications {
            let mut add = |kind: &str, principal: &str, user: &str, via: &str| {
                rows.insert(row(&[
                    &application.account,
                    &application.arn,
                    kind,
                    principal,
                    user,
                    via,
                ]));
            };
            for user in &instance.users {
                if application.open {
                    add("EVERYONE", "EVERYONE", &user.id, "ASSIGNMENT_NOT_REQUIRED");
                }
                for (kind, principal) in &application.assignments {
                    if *kind == "USER" && *principal == user.id {
                        add("USER", principal, &user.id, "DIRECT");
                    }
                    for group in instance.groups.iter().filter(|_| *kind == "GROUP") {
                        if group.id == *principal && group.members.contains(&user.id) {
                            add("GROUP", principal, &user.id, &group.name);
                        }
                    }
                }
            }
        }
    }
    rows
}

/// User, instance, account, permission set, principal, way.
pub fn access_rows(world: &World) -> Rows {
    let mut rows = Rows::new();
    for instance in instances(world).filter(|instance| instance.organizational) {
        for set in &instance.permission_sets {
            for (account, kind, principal) in &set.assignments {
                for user in &instance.users {
                    if *kind == "USER" && *principal == user.id {
                        rows.insert(row(&[
                            &user.id,
                            &instance.arn(),
                            account,
                            &set.name,
                            principal,
                            "DIRECT",
                        ]));
                    }
                    for group in instance
                        .groups
                        .iter()
                        .filter(|group| *kind == "GROUP" && group.id == *principal)
                    {
                        if group.members.contains(&user.id) {
                            rows.insert(row(&[
                                &user.id,
                                &instance.arn(),
                                account,
                                &set.name,
                                principal,
                                &group.name,
                            ]));
                        }
                    }
                }
            }
        }
    }
    rows
}
