use atrium_directory::{
    AllowAccountInstancesError, CreateInstanceError, EnableError, InstanceChange, NewInstance,
    NewOrganizationInstance, SETTLING, SSO_PRINCIPAL, TagError, UpdateInstanceError,
    allow_account_instances, create_instance, delete_instance, enable_organization_instance,
    list_instances, put_tags, sso_status, update_instance,
};
use atrium_model::Timestamp;
use atrium_model::directory::{ACCOUNT_INSTANCES_SINCE, Instance, InstanceKind, InstanceStatus};
use atrium_model::organization::FeatureSet;

use crate::world::{ADMINISTRATOR, ALONE, HOME, LONG_AGO, MANAGEMENT, MEMBER, NOW, World, region};

fn create(world: &World, caller: &str, at: &str) -> Result<Instance, CreateInstanceError> {
    world.run(caller, at, |cx, tx| {
        create_instance(cx, tx, NewInstance::default(), 50)
    })
}

#[test]
fn an_account_instance_is_active_at_once_with_ids_of_its_region() {
    let world = World::new();
    let new = NewInstance {
        name: Some("sandbox".into()),
        tags: vec![("team".into(), "a".into())],
    };
    let made = world
        .run(ALONE, HOME, |cx, tx| create_instance(cx, tx, new, 50))
        .expect("made");
    assert_eq!(made.kind, InstanceKind::Account);
    assert_eq!(made.status, InstanceStatus::Active);
    assert_eq!((made.created, made.name.as_deref()), (NOW, Some("sandbox")));
    assert!(
        made.arn().starts_with("arn:aws:sso:::instance/ssoins-7223"),
        "{}",
        made.arn()
    );
    assert!(
        made.identity_store.as_str().starts_with("d-9067"),
        "{}",
        made.identity_store
    );
    assert_eq!(
        made.identity_store_arn(),
        format!(
            "arn:aws:identitystore::{ALONE}:identitystore/{}",
            made.identity_store
        )
    );
    let arn = made.arn();
    let tags = world.step(move |_, tx| tx.tags(&made.id, &arn, None, 10));
    assert_eq!(tags, [("team".to_owned(), "a".to_owned())]);
}

#[test]
fn who_may_create_an_account_instance() {
    type Case = (&'static str, fn(&World), &'static str, &'static str);
    let cases: [Case; 8] = [
        ("stands alone", |_| {}, ALONE, "made"),
        ("member, no organization instance", |_| {}, MEMBER, "made"),
        (
            "member, new organization instance",
            |w| drop(w.enable(None)),
            MEMBER,
            "made",
        ),
        (
            "member, instance of the first day",
            |w| drop(w.enable(Some(ACCOUNT_INSTANCES_SINCE))),
            MEMBER,
            "made",
        ),
        (
            "member, old organization instance",
            |w| drop(w.enable(Some(LONG_AGO))),
            MEMBER,
            "not allowed",
        ),
        (
            "member, old organization instance, allowed",
            |w| {
                w.enable(Some(LONG_AGO));
                w.run(MANAGEMENT, HOME, allow_account_instances)
                    .expect("allowed");
            },
            MEMBER,
            "made",
        ),
        ("management", |_| {}, MANAGEMENT, "management"),
        (
            "administrator",
            |w| drop(w.enable(None)),
            ADMINISTRATOR,
            "made",
        ),
    ];
    for (case, prepare, caller, want) in cases {
        let world = World::organized(FeatureSet::All);
        prepare(&world);
        let got = match create(&world, caller, "eu-west-1") {
            Ok(_) => "made",
            Err(CreateInstanceError::NotAllowed) => "not allowed",
            Err(CreateInstanceError::ManagementAccount) => "management",
            Err(error) => panic!("{case}: {error}"),
        };
        assert_eq!(got, want, "{case}");
    }
}

#[test]
fn an_account_has_one_instance_over_all_regions() {
    let world = World::new();
    let first = create(&world, ALONE, HOME).expect("made");
    for at in [HOME, "eu-west-1"] {
        let again = create(&world, ALONE, at);
        assert!(
            matches!(again, Err(CreateInstanceError::AlreadyExists)),
            "{at}: {again:?}"
        );
    }
    world.step(move |cx, tx| delete_instance(cx, tx, &first));
    create(&world, ALONE, "eu-west-1").expect("made after the first is gone");
}

#[test]
fn tags_have_rules() {
    let tags = |names: &[&str]| -> Vec<(String, String)> {
        names
            .iter()
            .map(|name| ((*name).to_owned(), String::new()))
            .collect()
    };
    type Case = (
        &'static str,
        Vec<(String, String)>,
        fn(&Result<(), TagError>) -> bool,
    );
    let cases: [Case; 4] = [
        ("three", tags(&["a", "b", "c"]), |r| r.is_ok()),
        ("reserved", tags(&["AWS:x"]), |r| {
            matches!(r, Err(TagError::Reserved(_)))
        }),
        ("twice", tags(&["a", "a"]), |r| {
            matches!(r, Err(TagError::Repeated(_)))
        }),
        ("a fourth", tags(&["d"]), |r| {
            matches!(r, Err(TagError::Quota(3)))
        }),
    ];
    let world = World::new();
    let instance = world.instance_of(ALONE);
    for (case, tags, want) in cases {
        let (id, arn) = (instance.id.clone(), instance.arn());
        let got = world.run(ALONE, HOME, move |_, tx| put_tags(tx, &id, &arn, &tags, 3));
        assert!(want(&got), "{case}: {got:?}");
    }
}

#[test]
fn who_may_enable_the_organization_instance() {
    type Case = (
        &'static str,
        World,
        &'static str,
        Option<Timestamp>,
        fn(&EnableError) -> bool,
    );
    let owning = World::new();
    owning.instance_of(MANAGEMENT);
    owning.organize(FeatureSet::All);
    let enabled = World::organized(FeatureSet::All);
    enabled.enable(None);
    let tomorrow = Some(Timestamp::from_millis(NOW.as_millis() + 86_400_000));
    let cases: [Case; 6] = [
        ("alone", World::new(), ALONE, None, |e| {
            matches!(e, EnableError::NoOrganization)
        }),
        (
            "member",
            World::organized(FeatureSet::All),
            MEMBER,
            None,
            |e| matches!(e, EnableError::NotManagement),
        ),
        (
            "bills only",
            World::organized(FeatureSet::ConsolidatedBilling),
            MANAGEMENT,
            None,
            |e| matches!(e, EnableError::NotAllFeatures),
        ),
        ("twice", enabled, MANAGEMENT, None, |e| {
            matches!(e, EnableError::AlreadyEnabled)
        }),
        ("owns an account instance", owning, MANAGEMENT, None, |e| {
            matches!(e, EnableError::AlreadyEnabled)
        }),
        (
            "tomorrow",
            World::organized(FeatureSet::All),
            MANAGEMENT,
            tomorrow,
            |e| matches!(e, EnableError::Future),
        ),
    ];
    for (case, world, caller, at, want) in cases {
        let got = world.run(caller, HOME, move |cx, tx| {
            let new = NewOrganizationInstance {
                enabled_at: at,
                ..NewOrganizationInstance::default()
            };
            enable_organization_instance(cx, tx, new)
        });
        let error = got.expect_err(case);
        assert!(want(&error), "{case}: {error}");
    }
}

#[test]
fn enabling_makes_the_organization_trust_identity_center() {
    let world = World::organized(FeatureSet::All);
    let instance = world.enable(Some(LONG_AGO));
    assert_eq!(
        (instance.kind, instance.created),
        (InstanceKind::Organization, LONG_AGO)
    );
    let organization = instance.organization.expect("an organization");
    assert!(world.step(move |_, tx| tx.is_trusted_service(&organization, SSO_PRINCIPAL)));
}

#[test]
fn allowing_account_instances_is_for_old_organizations_and_once() {
    let allow = |world: &World, caller| world.run(caller, HOME, allow_account_instances);
    let world = World::organized(FeatureSet::All);
    assert!(matches!(
        allow(&world, ALONE),
        Err(AllowAccountInstancesError::NotManagement)
    ));
    assert!(matches!(
        allow(&world, MEMBER),
        Err(AllowAccountInstancesError::NotManagement)
    ));
    assert!(matches!(
        allow(&world, MANAGEMENT),
        Err(AllowAccountInstancesError::NotEnabled)
    ));
    world.enable(Some(LONG_AGO));
    allow(&world, MANAGEMENT).expect("allowed");
    assert!(matches!(
        allow(&world, MANAGEMENT),
        Err(AllowAccountInstancesError::AlreadyAllowed)
    ));
    let world = World::organized(FeatureSet::All);
    world.enable(None);
    assert!(matches!(
        allow(&world, MANAGEMENT),
        Err(AllowAccountInstancesError::AlreadyAllowed)
    ));
}

#[test]
fn who_sees_what_in_the_list() {
    let world = World::organized(FeatureSet::All);
    let organization = world.enable(None).id;
    let own = world.instance_of(MEMBER).id;
    let alone = world.instance_of(ALONE).id;
    let cases = [
        ("management", MANAGEMENT, HOME, vec![&organization]),
        ("administrator", ADMINISTRATOR, HOME, vec![&organization]),
        ("member", MEMBER, HOME, vec![&organization, &own]),
        ("alone", ALONE, HOME, vec![&alone]),
        ("member elsewhere", MEMBER, "eu-west-1", vec![]),
    ];
    for (case, caller, at, mut want) in cases {
        let here = region(at);
        let got = world
            .run(caller, at, move |cx, tx| {
                list_instances(cx, tx, Some(&here), None, 10)
            })
            .expect("a list");
        want.sort();
        assert_eq!(
            got.iter().map(|instance| &instance.id).collect::<Vec<_>>(),
            want,
            "{case}"
        );
    }
    let everywhere = world
        .run(MEMBER, "eu-west-1", |cx, tx| {
            list_instances(cx, tx, None, None, 1)
        })
        .expect("a list");
    let last = everywhere[0].id.clone();
    let rest = world
        .run(MEMBER, "eu-west-1", move |cx, tx| {
            list_instances(cx, tx, None, Some(&last), 10)
        })
        .expect("a list");
    assert_eq!((everywhere.len(), rest.len()), (1, 1));
    assert_ne!(everywhere, rest);
}

#[test]
fn a_management_account_may_still_own_an_account_instance() {
    let world = World::new();
    let own = world.instance_of(MANAGEMENT);
    world.organize(FeatureSet::All);
    let here = region(HOME);
    let list = world
        .run(MANAGEMENT, HOME, move |cx, tx| {
            list_instances(cx, tx, Some(&here), None, 10)
        })
        .expect("a list");
    assert_eq!(list, std::slice::from_ref(&own));
    let members = world.run(MEMBER, HOME, |cx, tx| {
        list_instances(cx, tx, None, None, 10)
    });
    assert!(members.expect("a list").is_empty());
    world.step(move |cx, tx| delete_instance(cx, tx, &own));
    world.enable(None);
}

#[test]
fn the_status_tells_of_the_organization_first() {
    let world = World::organized(FeatureSet::All);
    let status = |caller| {
        world
            .run(caller, "eu-west-1", sso_status)
            .expect("a status")
    };
    assert_eq!(
        (status(MEMBER).instance, status(MEMBER).account_instances),
        (None, true)
    );
    let own = world.instance_of(MEMBER);
    assert_eq!(status(MEMBER).instance, Some(own));
    let organization = world.enable(Some(LONG_AGO));
    let found = status(MEMBER);
    assert_eq!(
        (found.instance, found.account_instances),
        (Some(organization), false)
    );
    assert_eq!(status(ALONE).instance, None);
}

#[test]
fn an_update_changes_what_it_names() {
    let world = World::organized(FeatureSet::All);
    let instance = world.instance_of(ALONE);
    let key = Some("arn:aws:kms:us-east-1:444444444444:key/x".to_owned());
    let change = InstanceChange {
        kms_key_arn: Some(key.clone()),
        ..InstanceChange::default()
    };
    let old = instance.clone();
    let new = world
        .run(ALONE, HOME, |cx, tx| update_instance(cx, tx, old, change))
        .expect("changed");
    assert_eq!((new.name.clone(), new.kms_key_arn.clone()), (None, key));
    world.pass(SETTLING);
    let change = InstanceChange {
        name: Some("new".into()),
        kms_key_arn: Some(None),
        enable_permission_sets: false,
    };
    let new = world
        .run(ALONE, HOME, |cx, tx| update_instance(cx, tx, new, change))
        .expect("changed");
    assert_eq!(
        (new.name.as_deref(), &new.kms_key_arn),
        (Some("new"), &None)
    );
    let kept = world
        .step(move |_, tx| tx.instance(&instance.id))
        .expect("kept");
    assert_eq!(kept, new);
    let sets = InstanceChange {
        enable_permission_sets: true,
        ..InstanceChange::default()
    };
    let organization = world
        .run(MANAGEMENT, HOME, |cx, tx| {
            let new = NewOrganizationInstance {
                permission_sets_enabled: false,
                ..NewOrganizationInstance::default()
            };
            enable_organization_instance(cx, tx, new)
        })
        .expect("enabled");
    assert!(!organization.permission_sets_enabled);
    let again = sets.clone();
    let refused = world.run(ALONE, HOME, |cx, tx| update_instance(cx, tx, new, sets));
    assert!(
        matches!(refused, Err(UpdateInstanceError::AccountInstance)),
        "{refused:?}"
    );
    let changed = world.run(MANAGEMENT, HOME, |cx, tx| {
        update_instance(cx, tx, organization, again)
    });
    assert!(changed.expect("changed").permission_sets_enabled);
}
