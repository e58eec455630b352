//! Every quota, one below what is tried.

use atrium_iam::*;
use atrium_model::iam::{HolderKind, KeyOwner};

use crate::world::{ALLOW, HOME, World, id};

fn quota<T: std::fmt::Debug>(outcome: Result<T, IamError>) -> Limit {
    match outcome {
        Err(IamError::LimitExceeded(limit)) => limit,
        other => panic!("not limited: {other:?}"),
    }
}

fn counted(name: &'static str, most: i64) -> Limit {
    Limit::Quota { name, most }
}

#[test]
fn an_account_holds_so_many_entities() {
    let world = World::new();
    world.user("a");
    world.role(HOME, "a");
    let quotas = Quotas {
        users: 1,
        roles: 1,
        groups: 0,
        policies: 0,
        ..Quotas::default()
    };
    let q = quotas.clone();
    let user = world.iam(move |cx, _, tx| {
        create_user(
            cx,
            tx,
            &q,
            &id(HOME),
            NewUser {
                name: "b".into(),
                ..NewUser::default()
            },
        )
    });
    assert_eq!(quota(user), counted("UsersPerAccount", 1));
    let q = quotas.clone();
    let role = world.iam(move |cx, _, tx| {
        create_role(
            cx,
            tx,
            &q,
            &id(HOME),
            NewRole {
                name: "b".into(),
                ..NewRole::default()
            },
        )
    });
    assert_eq!(quota(role), counted("RolesPerAccount", 1));
    let q = quotas.clone();
    let group =
        world.iam(move |cx, _, tx| create_group(cx, tx, &q, &id(HOME), "b".into(), "/".into()));
    assert_eq!(quota(group), counted("GroupsPerAccount", 0));
    let policy = world.iam(move |cx, _, tx| {
        let new = NewPolicy {
            name: "b".into(),
            document: ALLOW.into(),
            ..NewPolicy::default()
        };
        create_policy(cx, tx, &quotas, &id(HOME), new)
    });
    assert_eq!(quota(policy), counted("PoliciesPerAccount", 0));
}

#[test]
fn a_user_holds_so_much() {
    let world = World::new();
    let user = world.user("ana");
    let quotas = Quotas {
        groups_per_user: 1,
        attached_per_user: 1,
        user_inline_size: 150,
        ..Quotas::default()
    };
    let (u, q) = (user.clone(), quotas.clone());
    let third_key = world.iam(move |cx, vault, tx| {
        let owner = || KeyOwner::User {
            id: u.id.clone(),
            name: u.name.clone(),
            path: u.path.clone(),
        };
        create_access_key(cx, tx, vault, &q, &id(HOME), owner())?;
        create_access_key(cx, tx, vault, &q, &id(HOME), owner())?;
        create_access_key(cx, tx, vault, &q, &id(HOME), owner()).map(|(key, _)| key)
    });
    assert_eq!(quota(third_key), counted("AccessKeysPerUser", 2));
    let (u, q) = (user.clone(), quotas.clone());
    let second_group = world.iam(move |cx, _, tx| {
        for name in ["g", "h"] {
            let group = create_group(cx, tx, &q, &id(HOME), name.into(), "/".into())?;
            add_user_to_group(tx, &q, &group, &u)?;
            // Once more is no more.
            add_user_to_group(tx, &q, &group, &u)?;
        }
        Ok(())
    });
    assert_eq!(quota(second_group), counted("GroupsPerUser", 1));
    let (u, q) = (user.clone(), quotas.clone());
    let second_policy = world.iam(move |_, _, tx| {
        attach(tx, &q, Target::User(&u), ADMINISTRATOR_ACCESS)?;
        attach(tx, &q, Target::User(&u), ADMINISTRATOR_ACCESS)?;
        attach(
            tx,
            &q,
            Target::User(&u),
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
        )
    });
    assert_eq!(quota(second_policy), counted("PoliciesPerUser", 1));
    let inline = world.iam(move |_, _, tx| {
        put_inline_policy(tx, &quotas, Target::User(&user), "p", ALLOW)?;
        // In its own place it does not count twice.
        put_inline_policy(tx, &quotas, Target::User(&user), "p", ALLOW)?;
        put_inline_policy(tx, &quotas, Target::User(&user), "q", ALLOW)
    });
    let size = Limit::InlineSize {
        kind: HolderKind::User,
        name: "ana".into(),
        most: 150,
    };
    assert_eq!(quota(inline), size);
}

#[test]
fn documents_are_so_large() {
    let world = World::new();
    let quotas = Quotas {
        policy_size: 10,
        trust_policy_size: 10,
        ..Quotas::default()
    };
    let q = quotas.clone();
    let policy = world.iam(move |cx, _, tx| {
        let new = NewPolicy {
            name: "b".into(),
            document: ALLOW.into(),
            ..NewPolicy::default()
        };
        create_policy(cx, tx, &q, &id(HOME), new)
    });
    assert_eq!(quota(policy), counted("PolicySize", 10));
    let role = world.role(HOME, "a");
    let trust = world.iam(move |_, _, tx| {
        update_trust_policy(tx, &quotas, role.clone(), crate::world::TRUST_HOME)
    });
    assert_eq!(quota(trust), counted("ACLSizePerRole", 10));
}
