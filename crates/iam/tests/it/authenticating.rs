//! From keys and tokens to callers.

use std::time::Duration;

use atrium_iam::*;
use atrium_model::iam::{KeyOwner, User};
use atrium_model::{Principal, Timestamp};
use proptest::prelude::*;

use crate::world::{ALLOW, HOME, NOW, OTHER, World, at, id};

fn resolve(
    world: &World,
    key: &str,
    token: Option<&str>,
    now: Timestamp,
) -> Result<Authenticated, AuthenticateError> {
    let (key, token) = (key.to_owned(), token.map(str::to_owned));
    world.run(move |_, vault, tx| authenticate(tx, vault, &key, token.as_deref(), now))
}

/// What became of it, in a word.
fn outcome(world: &World, key: &str, token: Option<&str>, seconds_later: u64) -> &'static str {
    match resolve(
        world,
        key,
        token,
        at(NOW) + Duration::from_secs(seconds_later),
    ) {
        Ok(_) => "ok",
        Err(AuthenticateError::UnknownKey) => "unknown",
        Err(AuthenticateError::InactiveKey) => "inactive",
        Err(AuthenticateError::InvalidToken) => "invalid",
        Err(AuthenticateError::ExpiredToken) => "expired",
        Err(AuthenticateError::AccountClosed) => "closed",
        Err(AuthenticateError::Store(error)) => panic!("{error}"),
    }
}

fn key(world: &World, user: &User) -> (String, String) {
    let user = user.clone();
    world
        .iam(move |cx, vault, tx| {
            let (id_, name, path) = (user.id.clone(), user.name.clone(), user.path.clone());
            let owner = KeyOwner::User {
                id: id_,
                name,
                path,
            };
            create_access_key(cx, tx, vault, &Quotas::default(), &user.account, owner)
        })
        .map(|(key, secret)| (key.id, secret))
        .expect("a key")
}

fn close(world: &World, account: &'static str) {
    world
        .run(move |_, _, tx| tx.close_account(&id(account), at(NOW)))
        .expect("closed");
}

#[test]
fn a_key_leads_to_its_user_and_secret() {
    let world = World::new();
    let user = world.user("ana");
    let (key, secret) = key(&world, &user);
    assert!(
        key.starts_with("AKIA") && key.len() == 20 && secret.len() == 40,
        "{key} {secret}"
    );
    assert_eq!(account_of_access_key(&key), Some(id(HOME)));
    let found = resolve(&world, &key, None, at(NOW)).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(found.secret, secret);
    assert_eq!(found.caller.arn(), "arn:aws:iam::111122223333:user/ana");
    assert_eq!(outcome(&world, "AKIAAAAAAAAAAAAAAAAA", None, 0), "unknown");
    assert_eq!(outcome(&world, &key, Some("token"), 0), "invalid");
    let k = key.clone();
    world
        .iam(move |_, _, tx| {
            let found = tx.access_key(&k)?.expect("there");
            set_access_key_status(tx, &found, "Inactive")
        })
        .expect("off");
    assert_eq!(outcome(&world, &key, None, 0), "inactive");
    let k = key.clone();
    let odd = world.iam(move |_, _, tx| {
        let found = tx.access_key(&k)?.expect("there");
        set_access_key_status(tx, &found, "Expired")
    });
    assert!(matches!(odd, Err(IamError::InvalidStatus(_))));
}

#[test]
fn closed_accounts_have_no_callers() {
    let world = World::new();
    let (key, _) = key(&world, &world.user("ana"));
    close(&world, OTHER);
    assert_eq!(outcome(&world, &key, None, 0), "ok");
    close(&world, HOME);
    assert_eq!(outcome(&world, &key, None, 0), "closed");
}

fn issued(world: &World, grant: SessionGrant) -> Credentials {
    world
        .run(move |cx, vault, _| Ok::<_, atrium_store::StoreError>(issue(cx, vault, grant.clone())))
        .expect("credentials")
}

fn role_session(world: &World, ask: AssumeRole) -> (atrium_model::iam::Role, Credentials) {
    let role = world.role(HOME, "target");
    let r = role.clone();
    let planned = world
        .run(move |cx, _, tx| plan_role_session(cx, tx, &r, ask.clone()))
        .expect("a plan");
    (role, issued(world, planned.grant))
}

#[test]
fn a_session_lasts_and_ends_with_its_role() {
    let world = World::new();
    let ask = AssumeRole {
        session_name: "s".into(),
        ..AssumeRole::default()
    };
    let (role, given) = role_session(&world, ask);
    let (key, token) = (
        given.access_key_id.as_str(),
        Some(given.session_token.as_str()),
    );
    assert!(key.starts_with("ASIA") && given.secret.len() == 40);
    let found = resolve(&world, key, token, at(NOW)).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(found.secret, given.secret);
    assert_eq!(found.caller, given.caller);
    assert_eq!(
        found.caller.arn(),
        "arn:aws:sts::111122223333:assumed-role/target/s"
    );
    assert_eq!(found.caller.user_id(), format!("{}:s", role.id));
    assert_eq!(outcome(&world, key, token, 3599), "ok");
    assert_eq!(outcome(&world, key, token, 3600), "expired");
    assert_eq!(outcome(&world, key, None, 0), "unknown");
    assert_eq!(outcome(&world, "ASIAAAAAAAAAAAAAAAAA", token, 0), "invalid");
    let r = role.clone();
    world
        .iam(move |_, _, tx| delete_role(tx, &r))
        .expect("gone");
    assert_eq!(outcome(&world, key, token, 0), "invalid");
    // A role of the same name is another role.
    world.role(HOME, "target");
    assert_eq!(outcome(&world, key, token, 0), "invalid");
}

#[test]
fn managed_session_policies_are_read_at_each_use() {
    let world = World::new();
    let arn = world
        .iam(|cx, _, tx| {
            let new = NewPolicy {
                name: "p".into(),
                path: "/".into(),
                document: ALLOW.into(),
                ..NewPolicy::default()
            };
            create_policy(cx, tx, &Quotas::default(), &id(HOME), new)
        })
        .expect("a policy")
        .arn();
    let policies = SessionPolicies {
        inline: None,
        arns: vec![arn.clone()],
    };
    let (_, given) = role_session(
        &world,
        AssumeRole {
            policies,
            ..AssumeRole::default()
        },
    );
    let policies = || {
        let token = Some(given.session_token.as_str());
        let found = resolve(&world, &given.access_key_id, token, at(NOW))
            .unwrap_or_else(|error| panic!("{error}"));
        let session = found.caller.session.expect("a session");
        (session.restricted, session.policies)
    };
    assert_eq!(policies(), (true, vec![ALLOW.to_owned()]));
    world
        .iam(move |_, _, tx| {
            let policy = find_policy(tx, &id(HOME), &arn)?;
            delete_policy(tx, &policy)
        })
        .expect("gone");
    assert_eq!(policies(), (true, Vec::new()));
}

#[test]
fn sessions_of_users_end_with_key_and_user() {
    let mut world = World::new();
    let user = world.user("ana");
    let (key, _) = key(&world, &user);
    world.caller = resolve(&world, &key, None, at(NOW))
        .unwrap_or_else(|e| panic!("{e}"))
        .caller;
    let own = world
        .run(|cx, _, tx| session_token_session(cx, tx, None))
        .expect("a grant");
    let own = issued(&world, own);
    let federated = world
        .run(|cx, _, tx| {
            let new = NewFederation {
                name: "bob".into(),
                ..NewFederation::default()
            };
            federated_user_session(cx, tx, new)
        })
        .expect("a grant");
    let federated = issued(&world, federated);
    assert_eq!(
        federated.caller.arn(),
        "arn:aws:sts::111122223333:federated-user/bob"
    );
    assert_eq!(federated.caller.user_id(), "111122223333:bob");
    let session = federated.caller.session.as_ref().expect("a session");
    assert!(session.restricted && session.policies.is_empty());
    let both = |want: &str| {
        for given in [&own, &federated] {
            let token = Some(given.session_token.as_str());
            assert_eq!(outcome(&world, &given.access_key_id, token, 0), want);
        }
    };
    both("ok");
    // Twelve hours each.
    assert_eq!(
        outcome(&world, &own.access_key_id, Some(&own.session_token), 43_200),
        "expired"
    );
    let renamed = user.clone();
    world
        .iam(move |_, _, tx| update_user(tx, &renamed, Some("anna".into()), None).map(drop))
        .expect("renamed");
    let token = Some(own.session_token.as_str());
    let found =
        resolve(&world, &own.access_key_id, token, at(NOW)).unwrap_or_else(|e| panic!("{e}"));
    assert!(matches!(found.caller.principal, Principal::User { name, .. } if name == "anna"));
    let switch = |status: &'static str| {
        let key = key.clone();
        world
            .iam(move |_, _, tx| {
                let found = tx.access_key(&key)?.expect("there");
                set_access_key_status(tx, &found, status)
            })
            .expect("switched");
    };
    switch("Inactive");
    both("inactive");
    switch("Active");
    both("ok");
    let k = key.clone();
    world
        .iam(move |_, _, tx| {
            let found = tx.access_key(&k)?.expect("there");
            delete_access_key(tx, &found)?;
            let user = find_user(tx, &id(HOME), "anna")?;
            delete_user(tx, &user)
        })
        .expect("gone");
    both("invalid");
}

#[test]
fn the_first_administrator_can_do_everything() {
    let world = World::new();
    let (key, secret) = world
        .iam(|cx, vault, tx| bootstrap_administrator(cx, tx, vault, &id(HOME)))
        .expect("an administrator");
    let found = resolve(&world, &key, None, at(NOW)).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(found.secret, secret);
    let policies = world
        .run(|_, _, tx| tx.policies_of_user(&id(HOME), "administrator"))
        .expect("policies");
    assert_eq!(policies.identity.len(), 1);
    assert_eq!(policies.identity[0].name, ADMINISTRATOR_ACCESS);
    let again = world.iam(|cx, vault, tx| bootstrap_administrator(cx, tx, vault, &id(HOME)));
    assert!(matches!(again, Err(IamError::UserExists(_))));
    world
        .run(|cx, _, tx| create_access_role(cx, tx, &id(OTHER), &id(HOME), "Access"))
        .expect("a role");
    let role = world
        .run(|_, _, tx| tx.role(&id(OTHER), "Access"))
        .expect("read")
        .expect("there");
    assert!(role.trust_policy.contains("arn:aws:iam::111122223333:root"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn hostile_tokens_are_only_invalid(token in "\\PC{0,200}", flip in any::<prop::sample::Index>()) {
        let world = World::new();
        let (_, given) = role_session(&world, AssumeRole::default());
        prop_assert_eq!(outcome(&world, &given.access_key_id, Some(&token), 0), "invalid");
        let mut bytes = given.session_token.into_bytes();
        let place = flip.index(bytes.len());
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(bytes).expect("base64");
        // The last letters may hold no bits of the token.
        if place + 4 < changed.len() {
            prop_assert_eq!(outcome(&world, &given.access_key_id, Some(&changed), 0), "invalid");
        }
    }
}
