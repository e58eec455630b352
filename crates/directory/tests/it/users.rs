use atrium_directory::{
    CreateUserError, DeleteUserError, NewUser, ProfileError, create_user, delete_user, find_user,
    profile_from_document,
};
use atrium_model::directory::{ExternalId, Instance, UniqueAttribute, UniqueKey, User, UserStatus};
use atrium_store::{DirectoryCount, UserTx};
use serde_json::{Value, json};

use crate::world::{ALONE, HOME, MEMBER, World};

/// A document with what every user has.
pub fn jane() -> Value {
    json!({
        "UserName": "jane",
        "DisplayName": "Jane Doe",
        "Name": { "GivenName": "Jane", "FamilyName": "Doe" },
    })
}

/// `jane`, changed.
pub fn jane_with(change: impl FnOnce(&mut Value)) -> Value {
    let mut document = jane();
    change(&mut document);
    document
}

pub fn create(
    world: &World,
    instance: &Instance,
    document: Value,
    quota: i64,
) -> Result<User, CreateUserError> {
    let store = instance.identity_store.clone();
    world.run(ALONE, HOME, move |cx, tx| {
        let profile = profile_from_document(document)?;
        let status = UserStatus::Enabled;
        create_user(
            cx,
            tx,
            NewUser {
                store,
                profile,
                external_ids: Vec::new(),
                status,
            },
            quota,
        )
    })
}

#[test]
fn a_user_is_found_by_what_is_unique() {
    let world = World::new();
    let instance = world.instance_of(ALONE);
    let external = ExternalId {
        issuer: "https://idp.example".into(),
        id: "42".into(),
    };
    let ids = vec![external.clone()];
    let store = instance.identity_store.clone();
    let document = jane_with(|d| d["emails"] = json!([{ "value": "Jane@Example.com" }]));
    let user = world
        .run(ALONE, HOME, move |cx, tx| {
            let profile = profile_from_document(document)?;
            let status = UserStatus::Enabled;
            create_user(
                cx,
                tx,
                NewUser {
                    store,
                    profile,
                    external_ids: ids,
                    status,
                },
                10,
            )
        })
        .expect("a user");
    assert_eq!((user.revision, user.created_by.as_str()), (1, ALONE));
    assert_eq!(&user.id.as_str()[12..16], "1-70", "{}", user.id);
    let other = ExternalId {
        issuer: "https://idp.example".into(),
        id: "43".into(),
    };
    let cases = [
        (UniqueKey::folded(UniqueAttribute::UserName, "JANE"), true),
        (
            UniqueKey::folded(UniqueAttribute::Email, "jane@example.com"),
            true,
        ),
        (
            UniqueKey::external(UniqueAttribute::UserExternalId, &external),
            true,
        ),
        (
            UniqueKey::external(UniqueAttribute::UserExternalId, &other),
            false,
        ),
        (
            UniqueKey::folded(UniqueAttribute::UserName, "jane@example.com"),
            false,
        ),
        (
            UniqueKey::folded(UniqueAttribute::GroupDisplayName, "jane"),
            false,
        ),
    ];
    for (key, want) in cases {
        let (store, asked) = (instance.identity_store.clone(), key.clone());
        let found = world.step(move |_, tx| find_user(tx, &store, &asked));
        assert_eq!(found.as_ref() == Some(&user.id), want, "{key:?}");
    }
}

#[test]
fn what_a_user_must_have() {
    let without = |path: &str| {
        jane_with(|d| match path.split_once('.') {
            Some((outer, inner)) => {
                drop(d[outer].as_object_mut().expect("an object").remove(inner))
            }
            None => drop(d.as_object_mut().expect("an object").remove(path)),
        })
    };
    let required = |path: &str| ProfileError::Required(path.to_owned());
    let type_of = |path: &str, expected| ProfileError::Type {
        path: path.to_owned(),
        expected,
    };
    let with = |name: &str, value: Value| jane_with(|d| d[name] = value);
    let cases = [
        (without("UserName"), required("userName")),
        (without("DisplayName"), required("displayName")),
        (without("Name"), required("name.familyName")),
        (without("Name.GivenName"), required("name.givenName")),
        (
            with("Photos", json!([{ "Type": "x" }])),
            required("photos.value"),
        ),
        (
            with("UserName", json!("administrator")),
            ProfileError::Reserved("administrator".into()),
        ),
        (with("UserName", json!(7)), type_of("userName", "string")),
        (with("Emails", json!("x")), type_of("emails", "list")),
        (
            with("Emails", json!([{ "Primary": "yes" }])),
            type_of("emails.primary", "boolean"),
        ),
        (with("Name", json!([])), type_of("name", "structure")),
        (
            with("Title", json!("")),
            ProfileError::Empty("title".into()),
        ),
        (
            with("Emails", json!([{ "Value": "a" }, { "Value": "b" }])),
            ProfileError::TooMany {
                path: "emails".into(),
                limit: 1,
            },
        ),
        (
            with("UserName", json!("u".repeat(129))),
            ProfileError::TooLong {
                path: "userName".into(),
                limit: 128,
            },
        ),
        (
            with("Shoes", json!("43")),
            ProfileError::Unknown("Shoes".into()),
        ),
        (
            with("aws:identitystore:enterprise", json!({ "shoes": "43" })),
            ProfileError::Unknown("aws:identitystore:enterprise.shoes".into()),
        ),
    ];
    for (document, want) in cases {
        assert_eq!(
            profile_from_document(document.clone()),
            Err(want),
            "{document}"
        );
    }
    for text in ["with space", "tab\t", "null\0", "bell\u{7}"] {
        let got = profile_from_document(with("UserName", json!(text)));
        assert!(
            matches!(got, Err(ProfileError::Pattern { .. })),
            "{text:?}: {got:?}"
        );
    }
    profile_from_document(with("DisplayName", json!("Jane\u{3000}Δοε 🦀"))).expect("any letters");
}

#[test]
fn unique_values_are_unique_in_one_store_only() {
    let world = World::new();
    let (one, two) = (world.instance_of(ALONE), world.instance_of(MEMBER));
    let with_email = |name: &str, email: &str| {
        let (name, email) = (name.to_owned(), email.to_owned());
        jane_with(|d| {
            d["UserName"] = json!(name);
            d["Emails"] = json!([{ "Value": email }]);
        })
    };
    create(&world, &one, with_email("jane", "jane@example.com"), 10).expect("the first");
    create(&world, &two, with_email("jane", "jane@example.com"), 10).expect("in another store");
    for (document, want) in [
        (
            with_email("JANE", "other@example.com"),
            UniqueAttribute::UserName,
        ),
        (
            with_email("other", "Jane@Example.com"),
            UniqueAttribute::Email,
        ),
    ] {
        let got = create(&world, &one, document.clone(), 10);
        assert!(
            matches!(&got, Err(CreateUserError::Taken(taken)) if *taken == want),
            "{got:?}"
        );
    }
    // What was refused has left nothing behind.
    create(&world, &one, with_email("other", "other@example.com"), 10).expect("still free");
}

#[test]
fn a_store_holds_its_quota_and_no_more() {
    let world = World::new();
    let instance = world.instance_of(ALONE);
    let named = |name: String| jane_with(|d| d["UserName"] = json!(name));
    let mut last = None;
    for number in 0..5 {
        last = Some(create(&world, &instance, named(format!("u{number}")), 5).expect("room"));
    }
    let full = create(&world, &instance, named("u5".into()), 5);
    assert!(matches!(full, Err(CreateUserError::Quota(5))), "{full:?}");
    let (deleted, id) = (instance.clone(), last.expect("a user").id);
    world
        .run(ALONE, HOME, move |cx, tx| {
            delete_user(cx, tx, &deleted, &id, None)
        })
        .expect("deleted");
    create(&world, &instance, named("u5".into()), 5).expect("room again");
    let store = instance.identity_store;
    assert_eq!(
        world.step(move |_, tx| tx.entry_count(&store, DirectoryCount::Users)),
        5
    );
}

#[test]
fn a_deleted_user_is_gone_with_its_name() {
    let world = World::new();
    let instance = world.instance_of(ALONE);
    let user = create(&world, &instance, jane(), 10).expect("a user");
    let delete = |revision| {
        let (instance, id) = (instance.clone(), user.id.clone());
        world.run(ALONE, HOME, move |cx, tx| {
            delete_user(cx, tx, &instance, &id, revision)
        })
    };
    assert!(matches!(delete(Some(2)), Err(DeleteUserError::Revision)));
    delete(Some(1)).expect("deleted");
    assert!(matches!(delete(None), Err(DeleteUserError::NotFound)));
    let (store, id) = (instance.identity_store.clone(), user.id.clone());
    assert_eq!(world.step(move |_, tx| UserTx::user(tx, &store, &id)), None);
    let again = create(&world, &instance, jane(), 10).expect("the name is free");
    assert_ne!(again.id, user.id);
}
