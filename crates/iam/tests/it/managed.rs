//! Managed policies and their versions.

use atrium_iam::*;
use atrium_model::iam::{AWS_MANAGED_POLICIES, ManagedPolicy};
use atrium_policy::{MANAGED_MAX, Policy, PolicyKind, size};

use crate::world::{ALLOW, HOME, OTHER, World, id};

fn policy(world: &World, name: &'static str) -> ManagedPolicy {
    world
        .iam(move |cx, _, tx| {
            let new = NewPolicy {
                name: name.into(),
                path: "/team/".into(),
                document: ALLOW.into(),
                ..NewPolicy::default()
            };
            create_policy(cx, tx, &Quotas::default(), &id(HOME), new)
        })
        .expect("a policy")
}

#[test]
fn aws_managed_policies_are_sound() {
    for aws in AWS_MANAGED_POLICIES {
        if let Err(error) = Policy::parse(aws.document, PolicyKind::Managed) {
            panic!("{}: {error}: {}", aws.name, error.detail());
        }
        // AWS's own may be larger than a customer's.
        assert!(
            size(aws.document, PolicyKind::Managed) < 2 * MANAGED_MAX,
            "{}",
            aws.name
        );
    }
}

#[test]
fn a_policy_is_found_by_its_whole_arn_in_its_account() {
    let world = World::new();
    let made = policy(&world, "P");
    assert_eq!(made.arn(), "arn:aws:iam::111122223333:policy/team/P");
    let cases = [
        (HOME, "arn:aws:iam::111122223333:policy/team/P", "found"),
        (HOME, "arn:aws:iam::111122223333:policy/P", "missing"),
        (HOME, "arn:aws:iam::111122223333:policy/team/p", "missing"),
        (HOME, "nonsense", "missing"),
        (HOME, "arn:aws:iam::444455556666:policy/team/P", "foreign"),
        (
            HOME,
            "arn:aws:iam::aws:policy/AdministratorAccess",
            "foreign",
        ),
        (OTHER, "arn:aws:iam::111122223333:policy/team/P", "foreign"),
    ];
    for (account, arn, want) in cases {
        let found = match world.iam(move |_, _, tx| own_policy(tx, &id(account), arn)) {
            Ok(_) => "found",
            Err(IamError::Missing(Missing::Policy(_))) => "missing",
            Err(IamError::ForeignPolicy) => "foreign",
            Err(other) => panic!("{other:?}"),
        };
        assert_eq!(found, want, "{account} {arn}");
    }
    let again = world.iam(|cx, _, tx| {
        let new = NewPolicy {
            name: "p".into(),
            document: ALLOW.into(),
            ..NewPolicy::default()
        };
        create_policy(cx, tx, &Quotas::default(), &id(HOME), new)
    });
    assert!(matches!(again, Err(IamError::PolicyExists(_))));
    let malformed = world.iam(|cx, _, tx| {
        let new = NewPolicy {
            name: "q".into(),
            document: "{}".into(),
            ..NewPolicy::default()
        };
        create_policy(cx, tx, &Quotas::default(), &id(HOME), new)
    });
    assert!(matches!(malformed, Err(IamError::Malformed(_))));
}

#[test]
fn versions_count_up_and_five_are_kept() {
    let world = World::new();
    let arn = policy(&world, "P").arn();
    let find = {
        let arn = arn.clone();
        move |tx: &mut dyn atrium_store::Tx| find_policy(tx, &id(HOME), &arn)
    };
    let add = |default: bool| {
        let find = find.clone();
        world.iam(move |cx, _, tx| {
            let policy = find(tx)?;
            create_policy_version(cx, tx, &Quotas::default(), policy, ALLOW.into(), default)
        })
    };
    for number in 2..=5 {
        assert_eq!(add(number == 2).expect("room").number, number);
    }
    assert!(matches!(
        add(false),
        Err(IamError::LimitExceeded(Limit::PolicyVersions(5)))
    ));
    let delete = |version: &'static str| {
        let find = find.clone();
        world.iam(move |cx, _, tx| {
            let policy = find(tx)?;
            delete_policy_version(cx, tx, policy, version)
        })
    };
    assert!(matches!(
        delete("v2"),
        Err(IamError::InUse(InUse::DefaultVersion))
    ));
    for bad in ["v9", "v0", "2", "v-1", "v99999999999999999999"] {
        let missing = matches!(
            delete(bad),
            Err(IamError::Missing(Missing::PolicyVersion { .. }))
        );
        assert!(missing, "{bad}");
    }
    delete("v5").expect("not the default");
    // Numbers are not given out again.
    assert_eq!(add(false).expect("room again").number, 6);
    let f = find.clone();
    let in_use = world.iam(move |_, _, tx| {
        let policy = f(tx)?;
        delete_policy(tx, &policy)
    });
    assert!(matches!(in_use, Err(IamError::InUse(InUse::Versions))));
    let f = find.clone();
    world
        .iam(move |cx, _, tx| {
            let policy = f(tx)?;
            set_default_policy_version(cx, tx, policy, "v6")
        })
        .expect("there");
    for version in ["v1", "v2", "v3", "v4"] {
        delete(version).expect(version);
    }
    let user = world.user("ana");
    let (f, a) = (find.clone(), arn.clone());
    let attached = world.iam(move |_, _, tx| {
        attach(tx, &Quotas::default(), Target::User(&user), &a)?;
        let policy = f(tx)?;
        delete_policy(tx, &policy)
    });
    assert!(matches!(attached, Err(IamError::InUse(InUse::Attachments))));
    let user = world.user("ben");
    let (f, a) = (find.clone(), arn.clone());
    let bounding = world.iam(move |_, _, tx| {
        set_user_boundary(tx, user.clone(), Some(a.clone()))?;
        let policy = f(tx)?;
        delete_policy(tx, &policy)
    });
    assert!(matches!(bounding, Err(IamError::InUse(InUse::Attachments))));
    let f = find.clone();
    world
        .iam(move |_, _, tx| {
            let policy = f(tx)?;
            delete_policy(tx, &policy)
        })
        .expect("free");
    assert!(matches!(add(false), Err(IamError::Missing(_))));
}

#[test]
fn only_usable_policies_are_attached_or_bound() {
    let world = World::new();
    let arn = policy(&world, "P").arn();
    let role = world.role(OTHER, "r");
    for arn in [
        arn.as_str(),
        "arn:aws:iam::aws:policy/NoSuchPolicy",
        "arn:x",
    ] {
        let (r, a) = (role.clone(), arn.to_owned());
        let attached =
            world.iam(move |_, _, tx| attach(tx, &Quotas::default(), Target::Role(&r), &a));
        assert!(
            matches!(
                attached,
                Err(IamError::Missing(Missing::AttachablePolicy(_)))
            ),
            "{arn}"
        );
        let (r, a) = (role.clone(), arn.to_owned());
        let bound = world.iam(move |_, _, tx| set_role_boundary(tx, r.clone(), Some(a.clone())));
        assert!(
            matches!(bound, Err(IamError::Missing(Missing::Boundary(_)))),
            "{arn}"
        );
    }
    let detached = world.iam(move |_, _, tx| detach(tx, Target::Role(&role), ADMINISTRATOR_ACCESS));
    assert!(matches!(
        detached,
        Err(IamError::Missing(Missing::Policy(_)))
    ));
}
