use atrium_directory::{AccessError, InstanceAccess, access_to_instance, access_to_store};
use atrium_model::directory::Instance;
use atrium_model::organization::FeatureSet;
use atrium_store::StoreError;

use crate::world::{ADMINISTRATOR, ALONE, HOME, MANAGEMENT, MEMBER, World};

/// `access_to_instance` and `access_to_store` agree; this is what they say.
fn access(world: &World, caller: &str, at: &str, instance: &Instance) -> &'static str {
    let (id, store) = (instance.id.clone(), instance.identity_store.clone());
    let found = world.run(caller, at, move |cx, tx| {
        let by_id = access_to_instance(cx, tx, &id);
        let by_store = access_to_store(cx, tx, &store);
        Ok::<_, StoreError>((by_id, by_store))
    });
    let (by_id, by_store) = found.expect("a step");
    let word = |got: Result<(Instance, InstanceAccess), AccessError>| match got {
        Ok((_, InstanceAccess::Owner)) => "owner",
        Ok((_, InstanceAccess::DelegatedAdministrator)) => "administrator",
        Ok((_, InstanceAccess::Member)) => "member",
        Err(AccessError::NotFound) => "not found",
        Err(AccessError::Foreign) => "foreign",
        Err(AccessError::Store(error)) => panic!("{error}"),
    };
    let (by_id, by_store) = (word(by_id), word(by_store));
    assert_eq!(by_id, by_store);
    by_id
}

#[test]
fn what_an_account_is_to_an_instance() {
    let world = World::organized(FeatureSet::All);
    let organization = world.enable(None);
    let own = world.instance_of(MEMBER);
    let cases = [
        (MANAGEMENT, HOME, &organization, "owner"),
        (ADMINISTRATOR, HOME, &organization, "administrator"),
        (MEMBER, HOME, &organization, "member"),
        (ALONE, HOME, &organization, "foreign"),
        (MANAGEMENT, "eu-west-1", &organization, "not found"),
        (MEMBER, HOME, &own, "owner"),
        (MANAGEMENT, HOME, &own, "foreign"),
        (ADMINISTRATOR, HOME, &own, "foreign"),
        (ALONE, HOME, &own, "foreign"),
    ];
    for (caller, at, instance, want) in cases {
        assert_eq!(
            access(&world, caller, at, instance),
            want,
            "{caller} in {at}: {}",
            instance.kind
        );
    }
    let gone = own.clone();
    world.step(move |cx, tx| atrium_directory::delete_instance(cx, tx, &gone));
    assert_eq!(access(&world, MEMBER, HOME, &own), "not found");
}
