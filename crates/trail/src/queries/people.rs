//! The tables of people in queries: how users, groups and instances were called when an event happened.
//!
//! A record's time is in whole seconds, so versions begin with the second in which they came about: of several names in one
//! second the last one counts. What is deleted holds through the next second too, so that the record of its deletion finds it.

use std::time::Duration;

use atrium_model::Timestamp;
use atrium_model::directory::{
    End, Instance, NamedGroup, NamedInstance, NamedMembership, NamedUser, Version,
};
use atrium_model::lake::{PeopleSource, PeopleTable};
use atrium_store::{NameAge, NamePage, PeopleTx, StoreError};
use serde_json::{Map, Value, json};

use crate::text::iso_seconds;

/// For how long names are kept after they ended: as long as an event data store may keep records, ten years.
pub const PEOPLE_KEPT: Duration = Duration::from_secs(3653 * 24 * 3600);

/// Within which time a call that began is recorded: what is deleted ends with the call's beginning, its record tells the call's end.
const RECORDED: Duration = Duration::from_secs(1);

/// How many names are read or forgotten at once.
const PAGE: i64 = 1_000;

const TEXT: &str = "varchar";
const TIME: &str = "timestamp";

/// A column's name and its type in SQL.
pub type Column = (&'static str, &'static str);

/// What every table of people ends with.
const COMMON: [Column; 6] = [
    ("identity_store_id", TEXT),
    ("identity_store_arn", TEXT),
    ("instance_arn", TEXT),
    ("owner_account_id", TEXT),
    ("valid_from", TIME),
    ("valid_until", TIME),
];

/// The columns of a table, in their order.
pub fn people_columns(table: PeopleTable) -> Vec<Column> {
    let own: &[&str] = match table {
        PeopleTable::Users => &[
            "user_id",
            "user_name",
            "display_name",
            "given_name",
            "family_name",
            "email",
        ],
        PeopleTable::Groups => &["group_id", "display_name", "description"],
        PeopleTable::Memberships => &["membership_id", "group_id", "user_id"],
        PeopleTable::Instances => &["instance_name", "instance_type", "region"],
    };
    own.iter().map(|name| (*name, TEXT)).chain(COMMON).collect()
}

/// Hands over the rows of a table, each as an object that has the values of its columns but those that are NULL.
pub fn people_rows<E: From<StoreError>>(
    tx: &mut dyn PeopleTx,
    table: PeopleTable,
    sources: &[PeopleSource],
    mut each: impl FnMut(&Value) -> Result<(), E>,
) -> Result<(), E> {
    for source in sources {
        for age in [NameAge::Present, NameAge::Former] {
            let mut after = (String::new(), 0);
            loop {
                let page = NamePage {
                    source,
                    age,
                    after: (&after.0, after.1),
                    limit: PAGE,
                };
                let found = rows(tx, table, &page)?;
                let Some(last) = found.last() else { break };
                after.clone_from(&last.key);
                for row in &found {
                    each(&row.shown)?;
                }
            }
        }
    }
    Ok(())
}

/// Whether there are names that ended too long ago.
pub fn may_forget_people(tx: &mut dyn PeopleTx, now: Timestamp) -> Result<bool, StoreError> {
    tx.has_names_before(oldest(now))
}

/// Forgets some of the names that ended too long ago.
pub fn forget_people(tx: &mut dyn PeopleTx, now: Timestamp) -> Result<(), StoreError> {
    tx.forget_names(oldest(now), PAGE).map(drop)
}

/// The earliest end of a name that is kept.
fn oldest(now: Timestamp) -> Timestamp {
    let kept = i64::try_from(PEOPLE_KEPT.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millis(now.as_millis().saturating_sub(kept))
}

/// A row with what stands for it where a list goes on.
struct Row {
    key: (String, i64),
    shown: Value,
}

fn rows(
    tx: &mut dyn PeopleTx,
    table: PeopleTable,
    page: &NamePage<'_>,
) -> Result<Vec<Row>, StoreError> {
    let source = page.source;
    Ok(match table {
        PeopleTable::Users => shown(tx.named_users(page)?, source, user),
        PeopleTable::Groups => shown(tx.named_groups(page)?, source, group),
        PeopleTable::Memberships => shown(tx.named_memberships(page)?, source, membership),
        PeopleTable::Instances => shown(tx.named_instances(page)?, source, |named| {
            instance(source, named)
        }),
    })
}

fn shown<T>(
    versions: Vec<Version<T>>,
    source: &PeopleSource,
    own: impl Fn(&T) -> (String, Value),
) -> Vec<Row> {
    let row = |version: Version<T>| {
        let (id, value) = own(&version.value);
        let mut columns = match value {
            Value::Object(columns) => columns,
            _ => Map::new(),
        };
        columns.extend(common(source, version.from, version.ended));
        columns.retain(|_, value| !value.is_null());
        Row {
            key: (id, version.number),
            shown: columns.into(),
        }
    };
    versions.into_iter().map(row).collect()
}

fn common(
    source: &PeopleSource,
    from: Timestamp,
    ended: Option<End>,
) -> impl Iterator<Item = (String, Value)> {
    let until = ended.map(|end| match end {
        End::Changed(at) => at,
        End::Gone(at) => at + RECORDED + Duration::from_secs(1),
    });
    let values: [Value; 6] = [
        source.identity_store.as_str().into(),
        source.identity_store_arn().into(),
        Instance::arn_of(&source.instance).into(),
        source.owner.as_str().into(),
        iso_seconds(from).into(),
        until.map(iso_seconds).into(),
    ];
    let names = COMMON.iter().map(|(name, _)| (*name).to_owned());
    names.zip(values)
}

fn user(user: &NamedUser) -> (String, Value) {
    let names = &user.names;
    let columns = json!({
        "user_id": user.id.as_str(),
        "user_name": names.user_name,
        "display_name": names.display_name,
        "given_name": names.given_name,
        "family_name": names.family_name,
        "email": names.email,
    });
    (user.id.to_string(), columns)
}

fn group(group: &NamedGroup) -> (String, Value) {
    let columns = json!({
        "group_id": group.id.as_str(),
        "display_name": group.display_name,
        "description": group.description,
    });
    (group.id.to_string(), columns)
}

fn membership(membership: &NamedMembership) -> (String, Value) {
    let columns = json!({
        "membership_id": membership.id.as_str(),
        "group_id": membership.group.as_str(),
        "user_id": membership.user.as_str(),
    });
    (membership.id.to_string(), columns)
}

fn instance(source: &PeopleSource, instance: &NamedInstance) -> (String, Value) {
    let columns = json!({
        "instance_name": instance.name,
        "instance_type": instance.kind.as_str(),
        "region": instance.region.as_str(),
    });
    (source.instance.to_string(), columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(1_780_000_000_000 + millis)
    }

    #[test]
    fn versions_begin_and_end_with_the_seconds_of_records() {
        let source = PeopleSource {
            owner: "111111111111".parse().expect("an account"),
            instance: "ssoins-7223000000000001".parse().expect("an instance"),
            identity_store: "d-9067000001".parse().expect("a store"),
        };
        let cases = [
            (0, None, ("20:26:40", None)),
            (999, None, ("20:26:40", None)),
            (
                1000,
                Some(End::Changed(at(2999))),
                ("20:26:41", Some("20:26:42")),
            ),
            (
                1000,
                Some(End::Gone(at(2999))),
                ("20:26:41", Some("20:26:44")),
            ),
            (
                1000,
                Some(End::Gone(at(1000))),
                ("20:26:41", Some("20:26:43")),
            ),
        ];
        for (from, ended, (begin, end)) in cases {
            let found: Map<String, Value> = common(&source, at(from), ended).collect();
            let day = |time: &str| format!("2026-05-28T{time}Z");
            assert_eq!(found["valid_from"], day(begin), "{from} {ended:?}");
            assert_eq!(
                found["valid_until"],
                json!(end.map(day)),
                "{from} {ended:?}"
            );
        }
    }

    #[test]
    fn rows_have_the_columns_of_their_table() {
        let names = |table| -> Vec<&str> {
            let columns = people_columns(table);
            columns.into_iter().map(|(name, _)| name).take(3).collect()
        };
        let id = "00000000-0000-4000-8000-000000000001";
        let group = group(&NamedGroup {
            id: id.parse().expect("a group"),
            display_name: "Admins".to_owned(),
            description: None,
        });
        let membership = membership(&NamedMembership {
            id: id.parse().expect("a membership"),
            group: id.parse().expect("a group"),
            user: id.parse().expect("a user"),
        });
        for (table, (key, row)) in [
            (PeopleTable::Groups, group),
            (PeopleTable::Memberships, membership),
        ] {
            assert_eq!(key, id);
            let mut columns: Vec<&String> = row.as_object().expect("an object").keys().collect();
            let mut want = names(table);
            columns.sort();
            want.sort_unstable();
            assert_eq!(columns, want);
        }
    }
}
