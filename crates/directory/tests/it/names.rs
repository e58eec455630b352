//! What is kept of how users, groups and instances were called.

use std::time::Duration;

use atrium_directory::{
    AttributeOperation, InstanceChange, NewGroup, create_group, create_membership, delete_group,
    delete_instance, readable_instances, update_group, update_instance, update_user,
};
use atrium_model::Timestamp;
use atrium_model::directory::{End, Instance};
use atrium_model::lake::PeopleSource;
use atrium_model::organization::FeatureSet;
use atrium_store::{NameAge, NamePage};
use serde_json::json;

use crate::users::{create, jane};
use crate::world::{ADMINISTRATOR, ALONE, HOME, MANAGEMENT, MEMBER, NOW, World};

const SECOND: Duration = Duration::from_secs(1);

fn page(source: &PeopleSource) -> NamePage<'_> {
    NamePage {
        source,
        age: NameAge::Former,
        after: ("", 0),
        limit: 99,
    }
}

/// When a name held: seconds from the beginning, and whether it was the last one.
fn span(from: Timestamp, ended: Option<End>) -> (u64, u64, bool) {
    let (until, is_last) = match ended {
        Some(End::Changed(at)) => (at, false),
        Some(End::Gone(at)) => (at, true),
        None => panic!("a name of before"),
    };
    (
        from.since(NOW).as_secs(),
        until.since(NOW).as_secs(),
        is_last,
    )
}

fn set(path: &str, value: &str) -> Vec<AttributeOperation> {
    vec![AttributeOperation {
        path: path.to_owned(),
        value: Some(json!(value)),
    }]
}

#[test]
fn a_name_is_kept_when_it_changes_and_not_otherwise() {
    let world = World::new();
    let instance = world.instance_of(ALONE);
    let user = create(&world, &instance, jane(), 10).expect("a user");
    for (path, value) in [
        ("title", "Dr"),
        ("userName", "jd"),
        ("userName", "jd"),
        ("nickName", "J"),
        ("name.familyName", "Roe"),
        ("name.middleName", "M"),
        ("displayName", "Jane Roe"),
    ] {
        world.pass(SECOND);
        let (store, id, changes) = (user.store.clone(), user.id.clone(), set(path, value));
        world
            .run(ALONE, HOME, move |cx, tx| {
                update_user(cx, tx, &store, &id, changes, None)
            })
            .expect("a change");
    }
    let source = PeopleSource::from(&instance);
    let found = world.step(move |_, tx| tx.named_users(&page(&source)));
    let found: Vec<_> = found
        .into_iter()
        .map(|version| {
            let names = version.value.names;
            let span = span(version.from, version.ended);
            (names.user_name, names.family_name, names.display_name, span)
        })
        .collect();
    let version = |name: &str, family: &str, from, until| {
        let display = "Jane Doe".to_owned();
        (
            name.to_owned(),
            family.to_owned(),
            display,
            (from, until, false),
        )
    };
    assert_eq!(
        found,
        [
            version("jane", "Doe", 0, 2),
            version("jd", "Doe", 2, 5),
            version("jd", "Roe", 5, 7),
        ]
    );
}

#[test]
fn a_group_is_known_by_name_and_description() {
    let world = World::new();
    let instance = world.instance_of(ALONE);
    let user = create(&world, &instance, jane(), 10).expect("a user");
    let new = NewGroup {
        store: instance.identity_store.clone(),
        display_name: Some("Admins".to_owned()),
        description: None,
        external_ids: Vec::new(),
    };
    let group = world
        .run(ALONE, HOME, move |cx, tx| create_group(cx, tx, new, 9))
        .expect("a group");
    let (store, group_id) = (group.store.clone(), group.id.clone());
    world
        .run(ALONE, HOME, move |cx, tx| {
            create_membership(cx, tx, &store, &group_id, &user.id)
        })
        .expect("a membership");
    for (path, value) in [
        ("displayName", "Owners"),
        ("displayName", "Owners"),
        ("description", "x"),
    ] {
        world.pass(SECOND);
        let (store, id, changes) = (group.store.clone(), group.id.clone(), set(path, value));
        world
            .run(ALONE, HOME, move |cx, tx| {
                update_group(cx, tx, &store, &id, changes, None)
            })
            .expect("a change");
    }
    world.pass(SECOND);
    let (here, id) = (instance.clone(), group.id);
    world
        .run(ALONE, HOME, move |cx, tx| {
            delete_group(cx, tx, &here, &id, None)
        })
        .expect("gone");
    let source = PeopleSource::from(&instance);
    let (groups, memberships) = world.step(move |_, tx| {
        Ok((
            tx.named_groups(&page(&source))?,
            tx.named_memberships(&page(&source))?,
        ))
    });
    let groups: Vec<_> = groups
        .iter()
        .map(|version| {
            let group = &version.value;
            let span = span(version.from, version.ended);
            (
                group.display_name.as_str(),
                group.description.as_deref(),
                span,
            )
        })
        .collect();
    assert_eq!(
        groups,
        [
            ("Admins", None, (0, 1, false)),
            ("Owners", None, (1, 3, false)),
            ("Owners", Some("x"), (3, 4, true)),
        ]
    );
    let memberships: Vec<_> = memberships
        .iter()
        .map(|version| span(version.from, version.ended))
        .collect();
    assert_eq!(memberships, [(0, 4, true)]);
}

fn rename(world: &World, instance: &Instance, name: &str) -> Instance {
    let (old, name) = (instance.clone(), Some(name.to_owned()));
    let change = InstanceChange {
        name,
        ..InstanceChange::default()
    };
    world
        .run(ALONE, HOME, move |cx, tx| {
            update_instance(cx, tx, old, change)
        })
        .expect("a change")
}

#[test]
fn an_instance_is_known_by_name() {
    let world = World::new();
    let mut instance = world.instance_of(ALONE);
    for name in ["one", "one", "two"] {
        world.pass(SECOND);
        instance = rename(&world, &instance, name);
    }
    world.pass(SECOND);
    let gone = instance.clone();
    world.step(move |cx, tx| delete_instance(cx, tx, &gone));
    let source = PeopleSource::from(&instance);
    let found = world.step(move |_, tx| tx.named_instances(&page(&source)));
    let found: Vec<_> = found
        .iter()
        .map(|version| {
            let span = span(version.from, version.ended);
            (version.value.name.as_deref(), span)
        })
        .collect();
    assert_eq!(
        found,
        [
            (None, (0, 1, false)),
            (Some("one"), (1, 3, false)),
            (Some("two"), (3, 4, true)),
        ]
    );
}

#[test]
fn an_account_reads_its_own_people_and_its_organizations() {
    let world = World::organized(FeatureSet::All);
    let whole = world.enable(None);
    let (member, alone) = (world.instance_of(MEMBER), world.instance_of(ALONE));
    let gone = world.instance_of(ADMINISTRATOR);
    let deleted = gone.clone();
    world.step(move |cx, tx| delete_instance(cx, tx, &deleted));
    let cases = [
        (MANAGEMENT, vec![&whole], vec![]),
        (MEMBER, vec![&member, &whole], vec![]),
        (ADMINISTRATOR, vec![&whole], vec![&gone]),
        (ALONE, vec![&alone], vec![]),
    ];
    for (who, present, former) in cases {
        // Wherever it asks.
        for at in [HOME, "eu-west-1"] {
            let found = world.run(who, at, readable_instances).expect("instances");
            let mut got: Vec<_> = found.present.iter().map(|found| &found.id).collect();
            let mut want: Vec<_> = present.iter().map(|instance| &instance.id).collect();
            got.sort();
            want.sort();
            assert_eq!(got, want, "{who}");
            let former: Vec<_> = former.iter().copied().map(PeopleSource::from).collect();
            assert_eq!(found.former, former, "{who}");
        }
    }
}
