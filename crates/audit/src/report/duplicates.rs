//! `duplicated_users.csv`: people who exist in more than one identity store.

use std::collections::{BTreeMap, BTreeSet};

use super::redact::Redactor;
use super::table::Table;
use crate::inventory::{Inventory, User};

/// Why entries of two stores are taken for one person, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum MatchKind {
    /// The same e-mail address, letter for letter.
    Exact,
    /// The same e-mail address but for surrounding space and letter case.
    Normalised,
    /// The same id at the same external identity provider.
    ExternalId,
    /// The same user name.
    UserName,
}

impl MatchKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Normalised => "normalised",
            Self::ExternalId => "external-id",
            Self::UserName => "username",
        }
    }
}

/// One entry of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry<'a> {
    pub(crate) store: &'a str,
    pub(crate) user: &'a User,
    pub(crate) instance_arn: &'a str,
}

/// A person in several stores.
#[derive(Clone, Debug)]
pub(crate) struct Duplicate<'a> {
    pub(crate) kind: MatchKind,
    /// The normalised address, user name, or issuer and id that the entries share.
    pub(crate) key: String,
    /// By store, then by id.
    pub(crate) entries: Vec<Entry<'a>>,
}

impl Duplicate<'_> {
    /// The stores, in order, each once.
    pub(crate) fn stores(&self) -> BTreeSet<&str> {
        self.entries.iter().map(|entry| entry.store).collect()
    }

    /// The normalised addresses of the entries: for a match by address just that one.
    pub(crate) fn emails(&self) -> BTreeSet<String> {
        match self.kind {
            MatchKind::Exact | MatchKind::Normalised => BTreeSet::from([self.key.clone()]),
            _ => self
                .entries
                .iter()
                .flat_map(|entry| entry.user.emails.iter().map(|e| normalised(e)))
                .collect(),
        }
    }
}

/// Trimmed and in lower case, over all of Unicode.
pub(crate) fn normalised(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Finds people in at least two distinct stores. A weaker match is told only if a stronger one
/// doesn't already join all its stores' entries.
pub(crate) fn duplicates(inventory: &Inventory) -> Vec<Duplicate<'_>> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let mut seen = BTreeSet::new();
    for instance in &inventory.instances {
        let store = instance.identity_store_id.as_str();
        for user in instance.users.iter().flatten() {
            if seen.insert((store, user.id.as_str())) {
                entries.push(Entry {
                    store,
                    user,
                    instance_arn: &instance.arn,
                });
            }
        }
    }
    entries.sort_by(|a, b| (a.store, &a.user.id).cmp(&(b.store, &b.user.id)));

    let emails = |user: &User| {
        user.emails
            .iter()
            .map(|email| normalised(email))
            .collect::<BTreeSet<_>>()
    };
    let externals = |user: &User| {
        user.external_ids
            .iter()
            .map(|(issuer, id)| format!("{issuer} {id}"))
            .collect::<BTreeSet<_>>()
    };
    let names = |user: &User| {
        user.user_name
            .iter()
            .map(|name| normalised(name))
            .collect::<BTreeSet<_>>()
    };

    let mut found = Vec::new();
    for (key, group) in grouped(&entries, emails) {
        let written: BTreeSet<&str> = group
            .iter()
            .flat_map(|entry| &entry.user.emails)
            .filter(|email| normalised(email) == key)
            .map(String::as_str)
            .collect();
        let kind = if written.len() == 1 {
            MatchKind::Exact
        } else {
            MatchKind::Normalised
        };
        found.push(Duplicate {
            kind,
            key,
            entries: group,
        });
    }
    for (key, group) in grouped(&entries, externals) {
        if !joined(&group, |a, b| meet(&emails(a), &emails(b))) {
            found.push(Duplicate {
                kind: MatchKind::ExternalId,
                key,
                entries: group,
            });
        }
    }
    for (key, group) in grouped(&entries, names) {
        if !joined(&group, |a, b| {
            meet(&emails(a), &emails(b)) || meet(&externals(a), &externals(b))
        }) {
            found.push(Duplicate {
                kind: MatchKind::UserName,
                key,
                entries: group,
            });
        }
    }
    found
}

/// Entries that share a key, for keys found in at least two stores.
fn grouped<'a>(
    entries: &[Entry<'a>],
    keys: impl Fn(&User) -> BTreeSet<String>,
) -> BTreeMap<String, Vec<Entry<'a>>> {
    let mut groups: BTreeMap<String, Vec<Entry<'a>>> = BTreeMap::new();
    for entry in entries {
        for key in keys(entry.user).into_iter().filter(|key| !key.is_empty()) {
            groups.entry(key).or_default().push(*entry);
        }
    }
    groups.retain(|_, group| group.iter().any(|entry| entry.store != group[0].store));
    groups
}

fn meet(a: &BTreeSet<String>, b: &BTreeSet<String>) -> bool {
    !a.is_disjoint(b)
}

/// Whether every two entries of different stores are already known for one person.
fn joined(group: &[Entry<'_>], same: impl Fn(&User, &User) -> bool) -> bool {
    group.iter().enumerate().all(|(at, a)| {
        group[at + 1..]
            .iter()
            .all(|b| a.store == b.store || same(a.user, b.user))
    })
}

const HEADER: &[&str] = &[
    "User_email",
    "IdentityStoreId",
    "MatchKind",
    "UserIds",
    "UserNames",
    "Statuses",
    "InstanceArns",
];

pub(super) fn table(duplicates: &[Duplicate<'_>], redactor: &Redactor) -> Table {
    let list = |texts: Vec<String>| texts.join(", ");
    let row = |duplicate: &Duplicate<'_>| {
        let entries = &duplicate.entries;
        vec![
            list(
                duplicate
                    .emails()
                    .iter()
                    .map(|email| redactor.person(email).into_owned())
                    .collect(),
            ),
            list(duplicate.stores().into_iter().map(str::to_owned).collect()),
            duplicate.kind.as_str().to_owned(),
            list(entries.iter().map(|entry| entry.user.id.clone()).collect()),
            list(
                entries
                    .iter()
                    .map(|entry| redactor.cell(entry.user.user_name.as_deref()))
                    .collect(),
            ),
            list(
                entries
                    .iter()
                    .map(|entry| entry.user.status.clone().unwrap_or_default())
                    .collect(),
            ),
            list(
                entries
                    .iter()
                    .map(|entry| entry.instance_arn.to_owned())
                    .collect(),
            ),
        ]
    };
    let mut rows: Vec<Vec<String>> = duplicates.iter().map(row).collect();
    rows.sort();
    Table {
        file: "duplicated_users.csv",
        title: "People in several instances",
        header: HEADER,
        rows,
    }
}
