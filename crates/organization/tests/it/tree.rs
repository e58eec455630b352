use atrium_model::AccountId;
use atrium_model::organization::{
    FeatureSet, Organization, OrganizationalUnit, ParentId, SSO_PRINCIPAL,
};
use atrium_organization::*;
use proptest::prelude::*;

use crate::refused;
use crate::world::{DAY, MANAGEMENT, STRANGER, World, id, quotas, root};

fn create(
    world: &World,
    organization: &Organization,
    parent: &ParentId,
    name: &str,
    quotas: Quotas,
) -> Result<OrganizationalUnit, CreateUnitError> {
    let (organization, parent, name) = (organization.clone(), parent.clone(), name.to_owned());
    world.run(move |cx, tx| {
        create_organizational_unit(cx, tx, &organization, parent.clone(), &name, &[], &quotas)
    })
}

fn unit(world: &World, organization: &Organization, parent: &ParentId, name: &str) -> ParentId {
    ParentId::Unit(
        create(world, organization, parent, name, quotas())
            .expect("a unit")
            .id,
    )
}

#[test]
fn an_account_governs_at_most_one_organization() {
    let world = World::new();
    let organization = world.organization(FeatureSet::All);
    let member = world.member(&organization, "one");
    for account in [id(MANAGEMENT), member.clone()] {
        refused!(
            world.run(move |cx, tx| create_organization(cx, tx, &account, FeatureSet::All)),
            CreateOrganizationError::AlreadyInOrganization
        );
    }
    refused!(
        world.run(|cx, tx| create_organization(cx, tx, &id(STRANGER), FeatureSet::All)),
        CreateOrganizationError::NotActive
    );
    let org = organization.clone();
    refused!(
        world.run(move |cx, tx| delete_organization(cx, tx, &org)),
        DeleteOrganizationError::NotEmpty
    );
    world.pass(5 * DAY);
    let org = organization.clone();
    world.ok(move |cx, tx| remove_account(cx, tx, &org, &member, &quotas()));
    world.ok(move |cx, tx| delete_organization(cx, tx, &organization));
    refused!(
        world.run(|_, tx| standing(tx, &id(MANAGEMENT))),
        NotInUse::StandsAlone
    );
}

#[test]
fn standing_tells_the_account_s_part() {
    let world = World::new();
    let organization = world.organization(FeatureSet::All);
    let (member, administrator) = (
        world.member(&organization, "a"),
        world.member(&organization, "b"),
    );
    world.account(STRANGER);
    let (org, account) = (organization.clone(), administrator.clone());
    world.ok(move |cx, tx| {
        enable_service_access(cx, tx, &org, SSO_PRINCIPAL).expect("trust");
        register_delegated_administrator(cx, tx, &org, &account, SSO_PRINCIPAL)
    });
    let cases = [
        (id(MANAGEMENT), Some(Role::Management)),
        (administrator, Some(Role::DelegatedAdministrator)),
        (member, Some(Role::Member)),
        (id(STRANGER), None),
    ];
    for (account, want) in cases {
        let found = world.run(move |_, tx| standing(tx, &account));
        assert_eq!(found.ok().map(|found| found.role), want);
    }
}

#[test]
fn organizational_units_have_names_depth_and_number() {
    let world = World::new();
    let organization = world.organization(FeatureSet::All);
    let mut parent = root(&organization);
    for depth in 1..=5 {
        let made = create(&world, &organization, &parent, "Unit", quotas()).expect("a unit");
        assert_eq!(made.path.len(), depth);
        let start = format!(
            "ou-{}-",
            organization.root.as_str().trim_start_matches("r-")
        );
        assert!(made.id.as_str().starts_with(&start), "{}", made.id);
        parent = ParentId::Unit(made.id);
    }
    refused!(
        create(&world, &organization, &parent, "Unit", quotas()),
        CreateUnitError::Depth
    );
    let top = root(&organization);
    refused!(
        create(&world, &organization, &top, "Unit", quotas()),
        CreateUnitError::NameTaken(_)
    );
    let few = Quotas {
        units: 5,
        ..quotas()
    };
    refused!(
        create(&world, &organization, &top, "More", few),
        CreateUnitError::Quota
    );
    for elsewhere in ["r-zzzz", "ou-zzzz-zzzzzzzz"] {
        let elsewhere = elsewhere.parse().expect("a parent");
        refused!(
            create(&world, &organization, &elsewhere, "X", quotas()),
            CreateUnitError::ParentNotFound
        );
    }
}

#[test]
fn a_unit_is_renamed_and_deleted_once_empty() {
    let world = World::new();
    let organization = world.organization(FeatureSet::All);
    let top = root(&organization);
    let made = create(&world, &organization, &top, "One", quotas()).expect("a unit");
    create(&world, &organization, &top, "Two", quotas()).expect("a unit");
    let rename = |name: Option<&str>| {
        let (organization, unit) = (organization.clone(), made.id.clone());
        let name = name.map(str::to_owned);
        world
            .run(move |_, tx| update_organizational_unit(tx, &organization, &unit, name.as_deref()))
    };
    assert_eq!(rename(None).expect("as it was").name, "One");
    assert_eq!(rename(Some("One")).expect("as it was").name, "One");
    refused!(rename(Some("Two")), UnitError::NameTaken(_));
    assert_eq!(rename(Some("Three")).expect("renamed").name, "Three");

    let delete = |unit: &str| {
        let (organization, unit) = (organization.clone(), unit.parse().expect("a unit"));
        world.run(move |_, tx| delete_organizational_unit(tx, &organization, &unit))
    };
    let below = create(
        &world,
        &organization,
        &ParentId::Unit(made.id.clone()),
        "Low",
        quotas(),
    );
    refused!(delete(made.id.as_str()), UnitError::NotEmpty);
    delete(below.expect("a unit").id.as_str()).expect("empty");
    delete(made.id.as_str()).expect("empty by now");
    refused!(delete(made.id.as_str()), UnitError::NotFound);
}

#[test]
fn an_account_moves_between_parents() {
    let world = World::new();
    let organization = world.organization(FeatureSet::All);
    let member = world.member(&organization, "one");
    let top = root(&organization);
    let (work, play) = (
        unit(&world, &organization, &top, "Work"),
        unit(&world, &organization, &top, "Play"),
    );
    let to = |account: &AccountId, from: &ParentId, to: &ParentId| {
        let (organization, account) = (organization.clone(), account.clone());
        let (from, to) = (from.clone(), to.clone());
        world.run(move |_, tx| move_account(tx, &organization, &account, from.clone(), to.clone()))
    };
    let nowhere: ParentId = "ou-zzzz-zzzzzzzz".parse().expect("a parent");
    world.account(STRANGER);
    refused!(
        to(&id(STRANGER), &top, &work),
        MoveAccountError::AccountNotFound
    );
    refused!(
        to(&member, &top, &nowhere),
        MoveAccountError::DestinationNotFound(_)
    );
    refused!(
        to(&member, &play, &work),
        MoveAccountError::SourceNotFound(_)
    );
    refused!(to(&member, &work, &top), MoveAccountError::AlreadyThere(_));
    let before = world.epoch();
    to(&member, &top, &work).expect("moved");
    assert!(world.epoch() > before, "other policies apply");
    let (org, child) = (organization.clone(), ChildId::Account(member.clone()));
    assert_eq!(world.ok(move |_, tx| parent_of(tx, &org, &child)), work);
    let (org, child) = (organization.clone(), ChildId::Account(id(STRANGER)));
    refused!(
        world.run(move |_, tx| parent_of(tx, &org, &child)),
        ChildNotFound::NotFound
    );
    let found = world
        .ok(move |_, tx| list_accounts_for_parent(tx, &organization, &work, &crate::world::all()));
    assert_eq!(found.items.len(), 1);
}

#[test]
fn accounts_leave_under_conditions() {
    let world = World::new();
    let organization = world.organization(FeatureSet::All);
    let (member, administrator) = (
        world.member(&organization, "a"),
        world.member(&organization, "b"),
    );
    let (org, account) = (organization.clone(), administrator.clone());
    world.ok(move |cx, tx| {
        enable_service_access(cx, tx, &org, SSO_PRINCIPAL).expect("trust");
        register_delegated_administrator(cx, tx, &org, &account, SSO_PRINCIPAL)
    });
    let remove = |account: &AccountId| {
        let (organization, account) = (organization.clone(), account.clone());
        world.run(move |cx, tx| remove_account(cx, tx, &organization, &account, &quotas()))
    };
    refused!(remove(&id(STRANGER)), LeaveError::NotFound);
    refused!(remove(&id(MANAGEMENT)), LeaveError::Management);
    refused!(remove(&administrator), LeaveError::DelegatedAdministrator);
    refused!(remove(&member), LeaveError::WaitPeriod);
    world.pass(5 * DAY);
    remove(&member).expect("gone");
    refused!(remove(&member), LeaveError::NotFound);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn pages_joined_are_the_whole_list(count in 0usize..9, size in 1i64..5) {
        let world = World::new();
        let organization = world.organization(FeatureSet::All);
        let mut want = vec![MANAGEMENT.to_owned()];
        for number in 0..count {
            want.push(world.member(&organization, &format!("m{number}")).to_string());
        }
        want.sort();
        let (mut seen, mut page) = (Vec::new(), PageRequest { after: None, size });
        for _ in 0..=want.len() {
            let (organization, request) = (organization.clone(), page.clone());
            let found = world.ok(move |_, tx| {
                list_accounts(tx, &organization, &request)
            });
            prop_assert!(found.items.len() as i64 <= size);
            seen.extend(found.items.into_iter().map(|account| account.id.to_string()));
            page.after = found.next;
            if page.after.is_none() {
                break;
            }
        }
        prop_assert_eq!(seen, want);
    }
}
