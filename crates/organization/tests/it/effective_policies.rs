use atrium_model::organization::{
    FeatureSet, Organization, OrganizationalUnit, ParentId, PolicyType, TargetId,
};
use atrium_model::{AccountId, PolicyId};
use atrium_organization::*;

use crate::refused;
use crate::world::{MANAGEMENT, STRANGER, World, id, quotas, root};

const TAGS: PolicyType = PolicyType::TagPolicy;

/// A tag policy that assigns or appends a value, attached to a target.
fn policy(
    world: &World,
    organization: &Organization,
    target: &TargetId,
    operator: &str,
    value: &str,
) -> PolicyId {
    let (organization, target) = (organization.clone(), target.clone());
    let content = format!(r#"{{"tags":{{"Team":{{"tag_value":{{"{operator}":["{value}"]}}}}}}}}"#);
    let name = format!("{target} {operator} {value}");
    world.ok(move |cx, tx| {
        let new = NewPolicy {
            kind: TAGS,
            name: name.clone(),
            description: String::new(),
            content: content.clone(),
            tags: Vec::new(),
        };
        let made = create_policy(cx, tx, &organization, new, &quotas())?;
        let id = made.summary.id;
        attach_policy(tx, &organization, &id, &target, &quotas())
            .unwrap_or_else(|error| panic!("{error}"));
        Ok::<_, PolicyError>(id)
    })
}

fn effective(
    world: &World,
    organization: &Organization,
    account: &AccountId,
) -> Result<EffectivePolicy, EffectivePolicyError> {
    let (organization, account) = (organization.clone(), account.clone());
    world.run(move |_, tx| describe_effective_policy(tx, &organization, &account, TAGS))
}

fn content(world: &World, organization: &Organization, account: &AccountId) -> String {
    effective(world, organization, account)
        .expect("a policy")
        .content
}

fn unit(world: &World, organization: &Organization, name: &str) -> OrganizationalUnit {
    let (organization, name) = (organization.clone(), name.to_owned());
    world.ok(move |cx, tx| {
        let parent = root(&organization);
        create_organizational_unit(cx, tx, &organization, parent, &name, &[], &quotas())
    })
}

fn enable(world: &World, organization: &Organization) {
    let organization = organization.clone();
    world.ok(move |_, tx| enable_policy_type(tx, &organization, &organization.root, TAGS));
}

fn tags(values: &str) -> String {
    format!(r#"{{"tags":{{"team":{{"tag_value":[{values}]}}}}}}"#)
}

#[test]
fn an_account_has_what_it_inherits_and_its_own() {
    let world = World::new();
    let organization = world.organization(FeatureSet::All);
    enable(&world, &organization);
    let (inside, outside) = (
        world.member(&organization, "inside"),
        world.member(&organization, "outside"),
    );
    let unit = unit(&world, &organization, "unit");
    let (org, account, to) = (organization.clone(), inside.clone(), unit.id.clone());
    world.ok(move |_, tx| {
        let to = ParentId::Unit(to.clone());
        move_account(tx, &org, &account, root(&org), to)
    });
    let top = TargetId::Root(organization.root.clone());
    policy(&world, &organization, &top, "@@assign", "root");
    policy(
        &world,
        &organization,
        &TargetId::Unit(unit.id),
        "@@append",
        "unit",
    );
    let own = TargetId::Account(inside.clone());
    policy(&world, &organization, &own, "@@append", "own");
    let cases = [
        (&inside, r#""root","unit","own""#),
        (&outside, r#""root""#),
        (&organization.management, r#""root""#),
    ];
    for (account, want) in cases {
        assert_eq!(
            content(&world, &organization, account),
            tags(want),
            "{account}"
        );
    }
}

#[test]
fn of_two_on_one_target_the_one_attached_first_counts() {
    let world = World::new();
    let organization = world.organization(FeatureSet::All);
    enable(&world, &organization);
    let top = TargetId::Root(organization.root.clone());
    let made: Vec<PolicyId> = ["a", "b", "c", "d"]
        .iter()
        .map(|value| policy(&world, &organization, &top, "@@assign", value))
        .collect();
    let management = id(MANAGEMENT);
    assert_eq!(content(&world, &organization, &management), tags(r#""a""#));
    // Attached again, the first one is the last.
    let (org, first) = (organization.clone(), made[0].clone());
    world.ok(move |_, tx| {
        detach_policy(tx, &org, &first, &TargetId::Root(org.root.clone()))?;
        attach_policy(
            tx,
            &org,
            &first,
            &TargetId::Root(org.root.clone()),
            &quotas(),
        )
    });
    assert_eq!(content(&world, &organization, &management), tags(r#""b""#));
}

#[test]
fn the_time_is_that_of_the_latest_document() {
    let world = World::new();
    let organization = world.organization(FeatureSet::All);
    enable(&world, &organization);
    let top = TargetId::Root(organization.root.clone());
    let one = policy(&world, &organization, &top, "@@assign", "a");
    let management = id(MANAGEMENT);
    let made = effective(&world, &organization, &management).expect("a policy");
    world.pass(1000);
    let change = |change: PolicyChange| {
        let (org, one) = (organization.clone(), one.clone());
        world.ok(move |cx, tx| update_policy(cx, tx, &org, &one, change.clone(), &quotas()));
        let found = effective(&world, &organization, &management).expect("a policy");
        found.updated_at.as_millis() - made.updated_at.as_millis()
    };
    let name = PolicyChange {
        name: Some("other".into()),
        ..PolicyChange::default()
    };
    assert_eq!(change(name), 0);
    let content = PolicyChange {
        content: Some("{}".into()),
        ..PolicyChange::default()
    };
    assert_eq!(change(content), 1000);
}

#[test]
fn accounts_without_one_are_told() {
    let world = World::new();
    let organization = world.organization(FeatureSet::All);
    let member = world.member(&organization, "member");
    refused!(
        effective(&world, &organization, &member),
        EffectivePolicyError::NotFound
    );
    enable(&world, &organization);
    refused!(
        effective(&world, &organization, &member),
        EffectivePolicyError::NotFound
    );
    world.account(STRANGER);
    refused!(
        effective(&world, &organization, &id(STRANGER)),
        EffectivePolicyError::TargetNotFound
    );
    let (org, account) = (organization.clone(), member.clone());
    refused!(
        world.run(move |_, tx| {
            describe_effective_policy(tx, &org, &account, PolicyType::ServiceControlPolicy)
        }),
        EffectivePolicyError::NotFound
    );
}

#[test]
fn accounts_with_invalid_policies_are_listed() {
    const WRONG: &str = "two*wildcards*";
    let world = World::new();
    let organization = world.organization(FeatureSet::All);
    let faults = |account: &AccountId| {
        let (organization, account) = (organization.clone(), account.clone());
        world
            .run(move |_, tx| effective_policy_faults(tx, &organization, &account, TAGS, &quotas()))
    };
    let invalid = |size: i64| {
        let mut page = PageRequest::first(size);
        let mut found = Vec::new();
        // Bounded, so that a page that leads nowhere fails.
        for _ in 0..20 {
            let (organization, this) = (organization.clone(), page.clone());
            let got = world.run(move |_, tx| {
                accounts_with_invalid_policy(tx, &organization, TAGS, &this, &quotas())
            })?;
            found.extend(got.items.into_iter().map(|account| account.id));
            page.after = got.next;
            if page.after.is_none() {
                break;
            }
        }
        Ok::<_, EffectivePolicyError>(found)
    };
    refused!(invalid(9), EffectivePolicyError::NotFound);
    enable(&world, &organization);
    let members: Vec<AccountId> = ["one", "two", "three", "four"]
        .iter()
        .map(|name| world.member(&organization, name))
        .collect();
    let unit = unit(&world, &organization, "unit");
    for account in &members[..2] {
        let (organization, account, unit) =
            (organization.clone(), account.clone(), unit.id.clone());
        world.ok(move |_, tx| {
            let to = ParentId::Unit(unit.clone());
            move_account(tx, &organization, &account, root(&organization), to)
        });
    }
    assert_eq!(invalid(9).expect("none yet"), []);
    refused!(faults(&members[0]), EffectivePolicyError::NotFound);
    refused!(faults(&id(STRANGER)), EffectivePolicyError::TargetNotFound);
    let root = TargetId::Root(organization.root.clone());
    policy(&world, &organization, &root, "@@assign", "fine");
    assert_eq!(faults(&members[0]).expect("a policy").faults, []);
    let at_unit = TargetId::Unit(unit.id.clone());
    let wrong = policy(&world, &organization, &at_unit, "@@append", WRONG);
    let own = TargetId::Account(members[2].clone());
    policy(&world, &organization, &own, "@@append", WRONG);
    // One of the unit takes its part back.
    let back = TargetId::Account(members[1].clone());
    policy(&world, &organization, &back, "@@remove", WRONG);
    let mut want = vec![members[0].clone(), members[2].clone()];
    want.sort();
    for size in [1, 2, 9] {
        assert_eq!(invalid(size).expect("a list"), want, "pages of {size}");
    }
    let found = faults(&members[0]).expect("a policy");
    assert_eq!(
        found.path,
        format!("{}/{}/{}/", organization.id, organization.root, unit.id)
    );
    let [fault] = found.faults.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!(
        (fault.code, fault.path.as_str()),
        ("VALUE_INVALID", "$.tags.team.tag_value[1]")
    );
    assert!(fault.policies.contains(&wrong), "{fault:?}");
    assert_eq!(fault.policies.len(), 2, "the root's has a part in it");
}
