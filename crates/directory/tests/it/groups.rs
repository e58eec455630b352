use atrium_directory::{
    AttributeOperation, CreateGroupError, CreateMembershipError, DeleteGroupError, NewGroup,
    ProfileError, UpdateGroupError, create_group, create_membership, delete_group, delete_user,
    find_group, update_group,
};
use atrium_model::directory::{Group, Instance, UniqueAttribute, UniqueKey};
use atrium_model::{GroupId, UserId};
use atrium_store::GroupTx;
use serde_json::{Value, json};

use crate::users::{create as create_a_user, jane};
use crate::world::{ALONE, HOME, MEMBER, World};

fn create(
    world: &World,
    instance: &Instance,
    name: Option<&str>,
    quota: i64,
) -> Result<Group, CreateGroupError> {
    let new = NewGroup {
        store: instance.identity_store.clone(),
        display_name: name.map(str::to_owned),
        description: Some("for tests".to_owned()),
        external_ids: Vec::new(),
    };
    world.run(ALONE, HOME, move |cx, tx| create_group(cx, tx, new, quota))
}

fn update(
    world: &World,
    group: &Group,
    path: &str,
    value: Option<Value>,
    revision: Option<i64>,
) -> Result<Group, UpdateGroupError> {
    let (store, id) = (group.store.clone(), group.id.clone());
    let operations = vec![AttributeOperation {
        path: path.to_owned(),
        value,
    }];
    world.run(ALONE, HOME, move |cx, tx| {
        update_group(cx, tx, &store, &id, operations, revision)
    })
}

#[test]
fn groups_have_names_of_their_own() {
    let world = World::new();
    let (one, two) = (world.instance_of(ALONE), world.instance_of(MEMBER));
    let group = create(&world, &one, Some("Admins"), 2).expect("a group");
    create(&world, &two, Some("Admins"), 2).expect("in another store");
    let key = UniqueKey::folded(UniqueAttribute::GroupDisplayName, "admins");
    let store = one.identity_store.clone();
    assert_eq!(
        world.step(move |_, tx| find_group(tx, &store, &key)),
        Some(group.id)
    );
    let texts = |name: Option<&str>| create(&world, &one, name, 2).map_err(|e| e.to_string());
    let cases = [
        (
            Some("ADMINS"),
            CreateGroupError::Taken(UniqueAttribute::GroupDisplayName),
        ),
        (None, ProfileError::Required("displayName".into()).into()),
        (Some(""), ProfileError::Empty("displayName".into()).into()),
        (
            Some("AWSAdministrators"),
            ProfileError::Reserved("AWSAdministrators".into()).into(),
        ),
    ];
    for (name, want) in cases {
        assert_eq!(texts(name), Err(want.to_string()), "{name:?}");
    }
    create(&world, &one, Some("second"), 2).expect("room");
    assert_eq!(
        texts(Some("third")),
        Err(CreateGroupError::Quota(2).to_string())
    );
}

#[test]
fn names_too_long_for_an_index_are_kept_and_compared() {
    let world = World::new();
    let instance = world.instance_of(ALONE);
    let long = "ж".repeat(1024);
    create(&world, &instance, Some(&long), 9).expect("a group");
    let again = create(&world, &instance, Some(&long.to_uppercase()), 9);
    assert!(
        matches!(again, Err(CreateGroupError::Taken(_))),
        "{again:?}"
    );
    create(&world, &instance, Some(&"ж".repeat(1023)), 9).expect("another name");
}

#[test]
fn a_group_changes_by_operations() {
    let world = World::new();
    let instance = world.instance_of(ALONE);
    let group = create(&world, &instance, Some("one"), 9).expect("a group");
    create(&world, &instance, Some("two"), 9).expect("a group");
    let changed = update(&world, &group, "description", None, Some(1)).expect("a change");
    assert_eq!((changed.description, changed.revision), (None, 2));
    let changed = update(&world, &group, "DisplayName", Some(json!("uno")), None);
    assert_eq!(changed.expect("a change").display_name, "uno");
    let refused = |path: &str, value, revision| {
        update(&world, &group, path, value, revision)
            .expect_err(path)
            .to_string()
    };
    let taken = UpdateGroupError::Taken(UniqueAttribute::GroupDisplayName).to_string();
    let required: UpdateGroupError = ProfileError::Required("displayName".into()).into();
    assert_eq!(refused("displayName", Some(json!("Two")), None), taken);
    assert_eq!(refused("displayName", None, None), required.to_string());
    assert_eq!(
        refused("description", None, Some(1)),
        UpdateGroupError::Revision.to_string()
    );
}

#[test]
fn memberships_join_what_is_in_one_store() {
    let world = World::new();
    let (one, two) = (world.instance_of(ALONE), world.instance_of(MEMBER));
    let group = create(&world, &one, Some("group"), 9).expect("a group");
    let user = create_a_user(&world, &one, jane(), 9).expect("a user");
    let stranger = create_a_user(&world, &two, jane(), 9).expect("a user");
    let join = |group: &GroupId, user: &UserId| {
        let (store, group, user) = (one.identity_store.clone(), group.clone(), user.clone());
        world.run(ALONE, HOME, move |cx, tx| {
            create_membership(cx, tx, &store, &group, &user)
        })
    };
    join(&group.id, &user.id).expect("a membership");
    let nobody: GroupId = "94d00cd8-e9e6-4810-b177-b08e84775435"
        .parse()
        .expect("an id");
    type Want = fn(&CreateMembershipError) -> bool;
    let cases: [(&GroupId, &UserId, Want); 3] = [
        (&group.id, &user.id, |e| {
            matches!(e, CreateMembershipError::AlreadyMember)
        }),
        (&group.id, &stranger.id, |e| {
            matches!(e, CreateMembershipError::UserNotFound)
        }),
        (&nobody, &user.id, |e| {
            matches!(e, CreateMembershipError::GroupNotFound)
        }),
    ];
    for (group, user, want) in cases {
        let got = join(group, user).expect_err("no membership");
        assert!(want(&got), "{got}");
    }
}

#[test]
fn memberships_go_with_either_side() {
    let world = World::new();
    let instance = world.instance_of(ALONE);
    let group = create(&world, &instance, Some("group"), 9).expect("a group");
    let user = create_a_user(&world, &instance, jane(), 9).expect("a user");
    let (store, g, u) = (
        instance.identity_store.clone(),
        group.id.clone(),
        user.id.clone(),
    );
    let join = move |world: &World| {
        let (store, g, u) = (store.clone(), g.clone(), u.clone());
        world.run(ALONE, HOME, move |cx, tx| {
            create_membership(cx, tx, &store, &g, &u)
        })
    };
    join(&world).expect("a membership");
    let (here, id) = (instance.clone(), user.id.clone());
    world
        .run(ALONE, HOME, move |cx, tx| {
            delete_user(cx, tx, &here, &id, None)
        })
        .expect("deleted");
    let (store, id) = (instance.identity_store.clone(), group.id.clone());
    let left = world.step(move |_, tx| tx.members_of_group(&store, &id, None, 10));
    assert!(left.is_empty(), "{left:?}");

    let user = create_a_user(&world, &instance, jane(), 9).expect("a user");
    let (store, g, u) = (
        instance.identity_store.clone(),
        group.id.clone(),
        user.id.clone(),
    );
    world
        .run(ALONE, HOME, move |cx, tx| {
            create_membership(cx, tx, &store, &g, &u)
        })
        .expect("joined");
    let delete = |revision| {
        let (here, id) = (instance.clone(), group.id.clone());
        world.run(ALONE, HOME, move |cx, tx| {
            delete_group(cx, tx, &here, &id, revision)
        })
    };
    assert!(matches!(delete(Some(5)), Err(DeleteGroupError::Revision)));
    delete(Some(1)).expect("deleted");
    assert!(matches!(delete(None), Err(DeleteGroupError::NotFound)));
    let store = instance.identity_store.clone();
    let left = world.step(move |_, tx| GroupTx::groups_of_user(tx, &store, &user.id, None, 10));
    assert!(left.is_empty(), "{left:?}");
    create(&world, &instance, Some("group"), 9).expect("the name is free");
}
