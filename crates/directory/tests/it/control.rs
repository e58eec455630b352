use atrium_directory::{
    AccessControlError, AccessError, AddRegionError, InstanceChange, RemoveRegionError, SETTLING,
    UpdateInstanceError, access_to_instance, add_region, create_access_control,
    delete_access_control, describe_access_control, list_instances, regions, remove_region,
    update_access_control, update_instance,
};
use atrium_model::control::AccessControlAttribute;
use atrium_model::directory::Instance;
use atrium_model::organization::FeatureSet;

use crate::world::{ALONE, HOME, MANAGEMENT, MEMBER, World, region};

const KEY: &str = "arn:aws:kms:us-east-1:111111111111:key/mrk-1234abcd12ab34cd56ef1234567890ab";
const PLAIN: &str = "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/// The instance, encrypted with another key.
fn encrypt(
    world: &World,
    instance: &Instance,
    key: Option<&str>,
) -> Result<Instance, UpdateInstanceError> {
    let (instance, key) = (instance.clone(), key.map(str::to_owned));
    world.run(MANAGEMENT, HOME, move |cx, tx| {
        let change = InstanceChange {
            kms_key_arn: Some(key),
            ..InstanceChange::default()
        };
        update_instance(cx, tx, instance, change)
    })
}

/// An organization's instance that can be added to Regions.
fn ready(world: &World) -> Instance {
    let instance = encrypt(world, &world.enable(None), Some(KEY)).expect("encrypted");
    world.pass(SETTLING);
    instance
}

fn add(world: &World, instance: &Instance, name: &str) -> Result<(), AddRegionError> {
    let (instance, name) = (instance.clone(), name.to_owned());
    world.run(MANAGEMENT, HOME, move |cx, tx| {
        add_region(cx, tx, &instance, &name).map(|_| ())
    })
}

fn remove(world: &World, instance: &Instance, name: &str) -> Result<(), RemoveRegionError> {
    let (instance, name) = (instance.clone(), name.to_owned());
    world.run(MANAGEMENT, HOME, move |cx, tx| {
        remove_region(cx, tx, &instance, &name)
    })
}

/// The Regions of an instance with their states.
fn shown(world: &World, instance: &Instance) -> Vec<String> {
    let instance = instance.clone();
    let found = world.run(MANAGEMENT, HOME, move |cx, tx| regions(cx, tx, &instance));
    found
        .expect("regions")
        .into_iter()
        .map(|(region, status)| format!("{} {}", region.region, status.as_str()))
        .collect()
}

/// Whether `caller` finds the instance in a Region: in the list, and by its id.
fn found(world: &World, caller: &str, at: &str, instance: &Instance) -> (bool, bool) {
    let (id, here) = (instance.id.clone(), region(at));
    world
        .run(caller, at, move |cx, tx| {
            let listed = list_instances(cx, tx, Some(&here), None, 10)?;
            let opened = match access_to_instance(cx, tx, &id) {
                Ok(_) => true,
                Err(AccessError::NotFound | AccessError::Foreign) => false,
                Err(AccessError::Store(error)) => return Err(error),
            };
            Ok::<_, atrium_store::StoreError>((listed.iter().any(|one| one.id == id), opened))
        })
        .expect("a step")
}

#[test]
fn a_region_is_added_used_and_removed() {
    const THERE: &str = "eu-west-1";
    let world = World::organized(FeatureSet::All);
    let instance = ready(&world);
    assert_eq!(shown(&world, &instance), ["us-east-1 ACTIVE"]);

    add(&world, &instance, THERE).expect("added");
    assert_eq!(
        shown(&world, &instance),
        ["eu-west-1 ADDING", "us-east-1 ACTIVE"]
    );
    assert_eq!(found(&world, MEMBER, THERE, &instance), (false, false));

    world.pass(SETTLING);
    assert_eq!(
        shown(&world, &instance),
        ["eu-west-1 ACTIVE", "us-east-1 ACTIVE"]
    );
    for (caller, at, want) in [
        (MEMBER, THERE, true),
        (MEMBER, HOME, true),
        (MEMBER, "eu-west-2", false),
        (ALONE, THERE, false),
    ] {
        let got = found(&world, caller, at, &instance);
        assert_eq!(got, (want, want), "{caller} in {at}");
    }

    remove(&world, &instance, THERE).expect("removed");
    assert_eq!(
        shown(&world, &instance),
        ["eu-west-1 REMOVING", "us-east-1 ACTIVE"]
    );
    assert_eq!(found(&world, MEMBER, THERE, &instance), (false, false));

    world.pass(SETTLING);
    assert_eq!(shown(&world, &instance), ["us-east-1 ACTIVE"]);
    add(&world, &instance, THERE).expect("added again");
}

#[test]
fn regions_are_refused() {
    let world = World::organized(FeatureSet::All);
    let (plain, own) = (world.enable(None), world.instance_of(ALONE));
    let answer = |got: Result<(), AddRegionError>| got.map_err(|error| error.to_string());
    let cases = [
        (&own, "eu-west-1", "account instances do not support this"),
        (
            &plain,
            "eu-west-1",
            "the instance is not encrypted with a multi-region customer managed key",
        ),
        (
            &plain,
            "us-east-1",
            "the instance has Region `us-east-1` already",
        ),
        (
            &plain,
            "af-south-1",
            "the instance can not be added to Region `af-south-1`",
        ),
        (
            &plain,
            "eu-nowhere-9",
            "the instance can not be added to Region `eu-nowhere-9`",
        ),
    ];
    for (instance, name, want) in cases {
        assert_eq!(answer(add(&world, instance, name)), Err(want.to_owned()));
    }
    let single = encrypt(&world, &plain, Some(PLAIN)).expect("encrypted");
    assert!(matches!(
        add(&world, &single, "eu-west-1"),
        Err(AddRegionError::KeyNotMultiRegion)
    ));
    world.pass(SETTLING);
    let instance = encrypt(&world, &single, Some(KEY)).expect("encrypted");

    add(&world, &instance, "eu-west-1").expect("added");
    for name in ["eu-west-2", "eu-west-1"] {
        assert!(matches!(
            add(&world, &instance, name),
            Err(AddRegionError::InProgress)
        ));
    }
    assert!(matches!(
        remove(&world, &instance, "eu-west-1"),
        Err(RemoveRegionError::InProgress)
    ));
    world.pass(SETTLING);
    assert!(matches!(
        add(&world, &instance, "eu-west-1"),
        Err(AddRegionError::AlreadyAdded(_))
    ));
    let cases = [
        (&own, "us-east-1", "account instances do not support this"),
        (
            &instance,
            "us-east-1",
            "the primary region can not be removed",
        ),
        (
            &instance,
            "eu-west-3",
            "the instance does not have this region",
        ),
        (
            &instance,
            "eu-nowhere-9",
            "the instance does not have this region",
        ),
    ];
    for (instance, name, want) in cases {
        let got = remove(&world, instance, name).map_err(|error| error.to_string());
        assert_eq!(got, Err(want.to_owned()));
    }
}

#[test]
fn encryption_changes_one_after_the_other() {
    let world = World::organized(FeatureSet::All);
    let first = world.enable(None);
    let same = encrypt(&world, &first, None).expect("no change");
    assert_eq!(same.encryption_settled, None);

    let changed = encrypt(&world, &first, Some(PLAIN)).expect("encrypted");
    let settled = changed.encryption_settled.expect("a moment");
    assert!(!changed.encrypts_at(settled));
    // The same again is no change.
    encrypt(&world, &changed, Some(PLAIN)).expect("no change");
    assert!(matches!(
        encrypt(&world, &changed, None),
        Err(UpdateInstanceError::EncryptionInProgress)
    ));
    world.pass(SETTLING);
    let back = encrypt(&world, &changed, None).expect("encrypted");
    assert_eq!(back.kms_key_arn, None);
}

fn attribute(key: &str, source: &str) -> AccessControlAttribute {
    AccessControlAttribute {
        key: key.into(),
        source: vec![source.into()],
    }
}

#[test]
fn attributes_for_access_control_are_configured_once() {
    let world = World::organized(FeatureSet::All);
    let instance = world.enable(None);
    let other = world.instance_of(ALONE);
    let team = vec![attribute("team", "${path:enterprise.division}")];
    let costs = vec![attribute("costs", "${path:enterprise.costCenter}")];
    let twice = vec![attribute("team", "a"), attribute("team", "b")];
    world.step(move |_, tx| {
        let (here, there) = (&instance, &other);
        let missing = |got: Result<(), _>| matches!(got, Err(AccessControlError::NotFound));
        assert!(missing(describe_access_control(tx, here).map(|_| ())));
        assert!(missing(update_access_control(tx, here, &team)));
        assert!(missing(delete_access_control(tx, here)));
        assert!(matches!(
            create_access_control(tx, here, &twice),
            Err(AccessControlError::Repeated(key)) if key == "team"
        ));

        create_access_control(tx, here, &team).expect("created");
        assert!(matches!(
            create_access_control(tx, here, &costs),
            Err(AccessControlError::AlreadyExists)
        ));
        assert_eq!(describe_access_control(tx, here).expect("kept"), team);
        assert!(matches!(
            update_access_control(tx, here, &twice),
            Err(AccessControlError::Repeated(_))
        ));
        update_access_control(tx, here, &costs).expect("updated");
        assert_eq!(describe_access_control(tx, here).expect("kept"), costs);
        delete_access_control(tx, here).expect("deleted");
        assert!(missing(describe_access_control(tx, here).map(|_| ())));

        for got in [
            create_access_control(tx, there, &team),
            describe_access_control(tx, there).map(|_| ()),
            update_access_control(tx, there, &team),
            delete_access_control(tx, there),
        ] {
            assert!(matches!(got, Err(AccessControlError::AccountInstance)));
        }
        Ok(())
    });
}
