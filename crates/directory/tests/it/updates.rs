use atrium_directory::{
    AttributeOperation, ProfileError, UpdateUserError, profile_from_document, update_user,
};
use atrium_model::directory::{Instance, UniqueAttribute, User};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::users::{create, jane, jane_with};
use crate::world::{ALONE, HOME, World};

fn update(
    world: &World,
    instance: &Instance,
    user: &User,
    operations: &[(&str, Option<Value>)],
    revision: Option<i64>,
) -> Result<User, UpdateUserError> {
    let operations = operations
        .iter()
        .map(|(path, value)| AttributeOperation {
            path: (*path).to_owned(),
            value: value.clone(),
        })
        .collect();
    let (store, id) = (instance.identity_store.clone(), user.id.clone());
    world.run(ALONE, HOME, move |cx, tx| {
        update_user(cx, tx, &store, &id, operations, revision)
    })
}

#[test]
fn operations_reach_every_depth() {
    let full = || {
        jane_with(|d| {
            d["emails"] = json!([{ "value": "jane@example.com", "type": "work", "primary": true }]);
            d["title"] = json!("Dr");
            d["aws:identitystore:enterprise"] =
                json!({ "costCenter": "7", "manager": { "value": "m" } });
        })
    };
    let cases: [(&str, Option<Value>, &str, Value); 11] = [
        ("title", Some(json!("Prof")), "title", json!("Prof")),
        ("Title", None, "title", Value::Null),
        ("title", Some(Value::Null), "title", Value::Null),
        (
            "name.givenName",
            Some(json!("Janet")),
            "name/givenName",
            json!("Janet"),
        ),
        (
            "Name.GivenName",
            Some(json!("Janet")),
            "name/givenName",
            json!("Janet"),
        ),
        (
            "emails",
            Some(json!([{ "Value": "j@x.org" }])),
            "emails",
            json!([{ "value": "j@x.org" }]),
        ),
        (
            "emails.value",
            Some(json!("j@x.org")),
            "emails/0/value",
            json!("j@x.org"),
        ),
        ("emails", None, "emails", Value::Null),
        (
            "phoneNumbers.value",
            Some(json!("1")),
            "phoneNumbers",
            json!([{ "value": "1" }]),
        ),
        (
            "aws:identitystore:enterprise.costCenter",
            Some(json!("8")),
            "aws:identitystore:enterprise/costCenter",
            json!("8"),
        ),
        (
            "aws:identitystore:enterprise.manager.value",
            None,
            "aws:identitystore:enterprise",
            json!({ "costCenter": "7" }),
        ),
    ];
    let world = World::new();
    let instance = world.instance_of(ALONE);
    for (number, (path, value, pointer, want)) in cases.into_iter().enumerate() {
        let name = format!("user{number}");
        let document = jane_with(|d| {
            *d = full();
            d["UserName"] = json!(name);
            d["emails"][0]["value"] = json!(format!("{name}@example.com"));
        });
        let user = create(&world, &instance, document, 100).expect("a user");
        let mut value = value;
        if let Some(Value::String(text)) = &mut value
            && text == "j@x.org"
        {
            *text = format!("{number}{text}");
        }
        let changed =
            update(&world, &instance, &user, &[(path, value)], Some(1)).expect("a change");
        assert_eq!(changed.revision, 2, "{path}");
        let kept = serde_json::to_value(&changed.profile).expect("JSON");
        let got = kept
            .pointer(&format!("/{pointer}"))
            .cloned()
            .unwrap_or_default();
        let got = got
            .to_string()
            .replace(&format!("{number}j@x.org"), "j@x.org");
        assert_eq!(got, want.to_string(), "{path}");
    }
}

#[test]
fn what_an_update_may_not_do() {
    let world = World::new();
    let instance = world.instance_of(ALONE);
    let other = jane_with(|d| d["UserName"] = json!("other"));
    create(&world, &instance, other, 10).expect("a user");
    let user = create(&world, &instance, jane(), 10).expect("a user");
    let profile = |error| UpdateUserError::Profile(error);
    let unknown = |path: &str| profile(ProfileError::Unknown(path.to_owned()));
    let required = |path: &str| profile(ProfileError::Required(path.to_owned()));
    let cases = [
        ("userName", None, required("userName")),
        ("name", None, required("name.familyName")),
        ("name.familyName", None, required("name.familyName")),
        ("displayName", Some(Value::Null), required("displayName")),
        ("shoes", Some(json!("43")), unknown("shoes")),
        ("userStatus", Some(json!("DISABLED")), unknown("userStatus")),
        ("name.shoes", Some(json!("43")), unknown("name.shoes")),
        ("title.x", Some(json!("43")), unknown("title.x")),
        ("photos.value", Some(json!("x")), unknown("photos.value")),
        (
            "userName",
            Some(json!("OTHER")),
            UpdateUserError::Taken(UniqueAttribute::UserName),
        ),
        (
            "userName",
            Some(json!("AWSAdministrators")),
            profile(ProfileError::Reserved("AWSAdministrators".into())),
        ),
    ];
    for (path, value, want) in cases {
        let got = update(&world, &instance, &user, &[(path, value)], None).expect_err(path);
        assert_eq!(got.to_string(), want.to_string(), "{path}");
    }
    let stale = update(
        &world,
        &instance,
        &user,
        &[("title", Some(json!("x")))],
        Some(9),
    );
    assert!(matches!(stale, Err(UpdateUserError::Revision)), "{stale:?}");
    let renamed = update(
        &world,
        &instance,
        &user,
        &[("userName", Some(json!("Jane")))],
        None,
    );
    assert_eq!(
        renamed.expect("only the case changes").profile.user_name,
        "Jane"
    );
    let renamed = update(
        &world,
        &instance,
        &user,
        &[("userName", Some(json!("janet")))],
        None,
    );
    renamed.expect("a new name");
    create(&world, &instance, jane(), 10).expect("the old name is free");
}

proptest! {
    /// Whatever a client sends is refused or becomes a profile that reads back as itself.
    #[test]
    fn documents_never_panic_and_are_stable(document in documents()) {
        if let Ok(profile) = profile_from_document(document) {
            let kept = serde_json::to_value(&profile).expect("JSON");
            prop_assert_eq!(profile_from_document(kept), Ok(profile));
        }
    }
}

/// Documents that are often nearly right.
fn documents() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        "\\PC{0,8}".prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
        Just(json!([{ "value": "x", "PRIMARY": true }])),
        Just(json!({ "givenName": "a", "FamilyName": "b" })),
        Just(json!([[1, { "value": {} }]])),
    ];
    let name = prop_oneof![
        Just("nickName".to_owned()),
        Just("Emails".to_owned()),
        Just("photos".to_owned()),
        Just("name".to_owned()),
        Just("aws:identitystore:enterprise".to_owned()),
        "\\PC{0,12}",
    ];
    proptest::collection::vec((name, leaf), 0..4).prop_map(|changes| {
        jane_with(|document| {
            for (name, value) in changes {
                document[name] = value;
            }
        })
    })
}
