//! Names, deletions and what may stand in their way.

use atrium_iam::*;
use atrium_model::iam::{KeyOwner, Tag};

use crate::world::{ALLOW, HOME, OTHER, World, id};

#[test]
fn names_are_taken_in_any_letter_case_within_an_account() {
    let world = World::new();
    world.user("Ana");
    let new = |name: &str| NewUser {
        name: name.into(),
        path: "/".into(),
        ..NewUser::default()
    };
    for (account, name, taken) in [
        (HOME, "ANA", true),
        (HOME, "anna", false),
        (OTHER, "Ana", false),
    ] {
        let new = new(name);
        let made = world.iam(move |cx, _, tx| {
            create_user(cx, tx, &Quotas::default(), &id(account), new.clone())
        });
        assert_eq!(
            matches!(made, Err(IamError::UserExists(_))),
            taken,
            "{account} {name}"
        );
        assert_eq!(made.is_ok(), !taken, "{account} {name}");
    }
    let ana = world.user("Ben");
    let renamed = world.iam(move |_, _, tx| update_user(tx, &ana, Some("aNA".into()), None));
    assert!(matches!(renamed, Err(IamError::UserExists(_))));
    let found = world
        .iam(|_, _, tx| find_user(tx, &id(HOME), "ana"))
        .expect("found in any case");
    assert_eq!(found.name, "Ana");
}

#[test]
fn roles_and_groups_have_names_of_their_own() {
    let world = World::new();
    world.user("x");
    world.role(HOME, "x");
    let group = |world: &World| {
        world.iam(|cx, _, tx| {
            create_group(
                cx,
                tx,
                &Quotas::default(),
                &id(HOME),
                "x".into(),
                "/".into(),
            )
        })
    };
    group(&world).expect("the first");
    assert!(matches!(group(&world), Err(IamError::GroupExists(_))));
    let again = NewRole {
        name: "X".into(),
        path: "/".into(),
        trust_policy: crate::world::TRUST_HOME.into(),
        ..NewRole::default()
    };
    let again = world
        .iam(move |cx, _, tx| create_role(cx, tx, &Quotas::default(), &id(HOME), again.clone()));
    assert!(matches!(again, Err(IamError::RoleExists(_))));
}

/// What hangs on a user, and what it takes to get rid of it.
#[test]
fn a_user_goes_last() {
    let world = World::new();
    let user = world.user("ana");
    let u = user.clone();
    let (key, group) = world
        .iam(move |cx, vault, tx| {
            let quotas = Quotas::default();
            let owner = KeyOwner::User {
                id: u.id.clone(),
                name: u.name.clone(),
                path: u.path.clone(),
            };
            let (key, _) = create_access_key(cx, tx, vault, &quotas, &id(HOME), owner)?;
            put_inline_policy(tx, &quotas, Target::User(&u), "p", ALLOW)?;
            attach(tx, &quotas, Target::User(&u), ADMINISTRATOR_ACCESS)?;
            let group = create_group(cx, tx, &quotas, &id(HOME), "g".into(), "/".into())?;
            add_user_to_group(tx, &quotas, &group, &u)?;
            Ok((key, group))
        })
        .expect("set up");
    let delete = || {
        let user = user.clone();
        match world.iam(move |_, _, tx| delete_user(tx, &user)) {
            Err(IamError::InUse(in_use)) => Some(in_use),
            Ok(()) => None,
            Err(other) => panic!("{other:?}"),
        }
    };
    let u = user.clone();
    assert_eq!(delete(), Some(InUse::AccessKeys));
    world
        .iam(move |_, _, tx| delete_access_key(tx, &key))
        .expect("the key");
    assert_eq!(delete(), Some(InUse::InlinePolicies));
    let t = u.clone();
    world
        .iam(move |_, _, tx| delete_inline_policy(tx, Target::User(&t), "p"))
        .expect("the inline policy");
    assert_eq!(delete(), Some(InUse::AttachedPolicies));
    let t = u.clone();
    world
        .iam(move |_, _, tx| detach(tx, Target::User(&t), ADMINISTRATOR_ACCESS))
        .expect("the attachment");
    assert_eq!(delete(), Some(InUse::Membership));
    let g = group.clone();
    let in_use = world.iam(move |_, _, tx| delete_group(tx, &g));
    assert!(matches!(in_use, Err(IamError::InUse(InUse::Membership))));
    let g = group.clone();
    world
        .iam(move |_, _, tx| remove_user_from_group(tx, &g, &u))
        .expect("the membership");
    assert_eq!(delete(), None);
    world
        .iam(move |_, _, tx| delete_group(tx, &group))
        .expect("the group");
}

#[test]
fn roles_of_services_are_left_alone() {
    let world = World::new();
    for (path, name) in [
        ("/aws-reserved/sso.amazonaws.com/", "x"),
        ("/aws-service-role/x/", "x"),
        ("/", "AWSReservedSSO_Admin_0123456789abcdef"),
        ("/", "awsreservedsso_x"),
    ] {
        let new = NewRole {
            name: name.into(),
            path: path.into(),
            trust_policy: crate::world::TRUST_HOME.into(),
            ..NewRole::default()
        };
        let made = world
            .iam(move |cx, _, tx| create_role(cx, tx, &Quotas::default(), &id(HOME), new.clone()));
        assert!(
            matches!(made, Err(IamError::ReservedName(_))),
            "{path}{name}"
        );
    }
    let mut role = world.role(HOME, "ordinary");
    role.name = "AWSReservedSSO_Admin_0123456789abcdef".into();
    role.path = "/aws-reserved/sso.amazonaws.com/".into();
    let target = || role.clone();
    let outcomes = [
        ("delete", {
            let r = target();
            world.iam(move |_, _, tx| delete_role(tx, &r))
        }),
        ("update", {
            let r = target();
            world.iam(move |_, _, tx| update_role(tx, r.clone(), None, None).map(drop))
        }),
        ("trust", {
            let r = target();
            world.iam(move |_, _, tx| {
                update_trust_policy(tx, &Quotas::default(), r.clone(), crate::world::TRUST_HOME)
            })
        }),
        ("inline", {
            let r = target();
            world.iam(move |_, _, tx| {
                put_inline_policy(tx, &Quotas::default(), Target::Role(&r), "p", ALLOW)
            })
        }),
        ("remove inline", {
            let r = target();
            world.iam(move |_, _, tx| delete_inline_policy(tx, Target::Role(&r), "p"))
        }),
        ("attach", {
            let r = target();
            world.iam(move |_, _, tx| {
                attach(
                    tx,
                    &Quotas::default(),
                    Target::Role(&r),
                    ADMINISTRATOR_ACCESS,
                )
            })
        }),
        ("detach", {
            let r = target();
            world.iam(move |_, _, tx| detach(tx, Target::Role(&r), ADMINISTRATOR_ACCESS))
        }),
        ("boundary", {
            let r = target();
            world.iam(move |_, _, tx| set_role_boundary(tx, r.clone(), None))
        }),
        ("tag", {
            let r = target();
            world.iam(move |_, _, tx| tag_role(tx, &Quotas::default(), r.clone(), Vec::new()))
        }),
        ("untag", {
            let r = target();
            world.iam(move |_, _, tx| untag_role(tx, r.clone(), &[]))
        }),
    ];
    for (what, outcome) in outcomes {
        assert!(
            matches!(outcome, Err(IamError::ReservedRole(_))),
            "{what}: {outcome:?}"
        );
    }
}

#[test]
fn tag_keys_differ_by_more_than_letter_case() {
    let world = World::new();
    let user = world.user("ana");
    let tag = |key: &str, value: &str| Tag {
        key: key.into(),
        value: value.into(),
    };
    let set = |tags: Vec<Tag>| {
        let name = user.name.clone();
        world.iam(move |_, _, tx| {
            let user = find_user(tx, &id(HOME), &name)?;
            tag_user(
                tx,
                &Quotas {
                    tags: 2,
                    ..Quotas::default()
                },
                user,
                tags.clone(),
            )?;
            find_user(tx, &id(HOME), &name).map(|user| user.tags)
        })
    };
    assert_eq!(
        set(vec![tag("Team", "a")]).expect("one"),
        [tag("Team", "a")]
    );
    assert_eq!(
        set(vec![tag("team", "b")]).expect("replaced"),
        [tag("team", "b")]
    );
    assert!(matches!(
        set(vec![tag("x", ""), tag("X", "")]),
        Err(IamError::DuplicateTagKeys)
    ));
    let full = set(vec![tag("x", ""), tag("y", "")]);
    assert!(matches!(full, Err(IamError::LimitExceeded(Limit::Tags))));
    let left = world
        .iam(|_, _, tx| {
            let user = find_user(tx, &id(HOME), "ana")?;
            untag_user(tx, user, &["TEAM".into(), "unknown".into()])?;
            find_user(tx, &id(HOME), "ana").map(|user| user.tags)
        })
        .expect("removed");
    assert_eq!(left, []);
}

#[test]
fn an_alias_belongs_to_one_account() {
    let world = World::new();
    let create = |account: &'static str, alias: &'static str| {
        world.iam(move |_, _, tx| create_account_alias(tx, &id(account), alias))
    };
    create(HOME, "first").expect("free");
    assert!(matches!(
        create(HOME, "first"),
        Err(IamError::AliasExists(_))
    ));
    assert!(matches!(
        create(OTHER, "first"),
        Err(IamError::AliasExists(_))
    ));
    create(HOME, "second").expect("in place of the first");
    create(OTHER, "first").expect("free again");
    let gone = world.iam(|_, _, tx| delete_account_alias(tx, &id(HOME), "first"));
    assert!(matches!(gone, Err(IamError::Missing(Missing::Alias(_)))));
    world
        .iam(|_, _, tx| delete_account_alias(tx, &id(HOME), "second"))
        .expect("there");
}
