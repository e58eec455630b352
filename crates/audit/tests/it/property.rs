//! Random organizations: what the audit reports is what a brute-force computation over the
//! generator's own records gives, whatever the page size and however often calls are throttled.

use atrium_audit::{Report, report};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::brute;
use crate::collecting::{audit, options};
use crate::world::{
    MANAGEMENT, World, WorldApplication, WorldGroup, WorldInstance, WorldPermissionSet, WorldUser,
};

const REGIONS: [&str; 3] = ["us-east-1", "eu-west-1", "ap-south-1"];

fn email() -> impl Strategy<Value = Option<String>> {
    let spelt = (
        select(vec![
            "ann", "Ann", "ANN", "bob", " bob", "ÉVA", "éva", "=x", "-y",
        ]),
        select(vec!["@a.example", "@A.example"]),
    );
    prop::option::weighted(
        0.85,
        spelt.prop_map(|(name, domain)| format!("{name}{domain}")),
    )
}

/// An instance's content: users, groups with members, applications with assignments, sets.
fn content() -> impl Strategy<Value = WorldInstance> {
    let users = vec(
        (email(), any::<bool>(), prop::option::of("[ab]{1,2}")),
        0..8,
    );
    let groups = vec(
        (
            select(vec!["Staff", "=Admins", "Déjà, \"vu\""]),
            vec(any::<Index>(), 0..6),
        ),
        0..4,
    );
    let assigned = || vec((any::<bool>(), any::<Index>()), 0..5);
    let applications = vec(
        (
            prop::option::of(select(vec!["Wiki", "+Chat"])),
            any::<bool>(),
            assigned(),
        ),
        0..4,
    );
    let sets = vec(assigned(), 0..3);
    (users, groups, applications, sets).prop_map(|(users, groups, applications, sets)| {
        let users: Vec<WorldUser> = users
            .into_iter()
            .enumerate()
            .map(|(n, (email, disabled, name))| WorldUser {
                id: format!("u{n}"),
                name,
                email,
                disabled,
            })
            .collect();
        let groups: Vec<WorldGroup> = groups
            .into_iter()
            .enumerate()
            .map(|(n, (name, members))| {
                let pick = members
                    .iter()
                    .filter(|_| !users.is_empty())
                    .map(|index| index.get(&users).id.clone());
                let mut members: Vec<String> = pick.collect();
                members.sort();
                members.dedup();
                WorldGroup {
                    id: format!("g{n}"),
                    name: name.to_owned(),
                    members,
                }
            })
            .collect();
        let principals = |picks: Vec<(bool, Index)>| {
            let mut picked: Vec<(&'static str, String)> = picks
                .into_iter()
                .filter_map(|(group, index)| match group {
                    true if !groups.is_empty() => Some(("GROUP", index.get(&groups).id.clone())),
                    false if !users.is_empty() => Some(("USER", index.get(&users).id.clone())),
                    _ => None,
                })
                .collect();
            picked.sort();
            picked.dedup();
            picked
        };
        let applications = applications
            .into_iter()
            .enumerate()
            .map(|(n, (name, open, picks))| WorldApplication {
                arn: format!("apl-{n}"),
                name: name.map(str::to_owned),
                account: String::new(),
                open,
                assignments: principals(picks),
            })
            .collect();
        let permission_sets = sets
            .into_iter()
            .enumerate()
            .map(|(n, picks)| WorldPermissionSet {
                arn: format!("ps-{n}"),
                name: format!("Set{n}"),
                assignments: principals(picks)
                    .into_iter()
                    .map(|(kind, id)| (MANAGEMENT.to_owned(), kind, id))
                    .collect(),
            })
            .collect();
        WorldInstance {
            users,
            groups,
            applications,
            permission_sets,
            ..WorldInstance::default()
        }
    })
}

fn worlds() -> impl Strategy<Value = World> {
    let account = (
        select(vec!["ACTIVE", "ACTIVE", "ACTIVE", "SUSPENDED"]),
        prop::bool::weighted(0.15),
        prop::option::of(content()),
        0..3usize,
    );
    let throttle = prop::option::of(2..6u64);
    (
        vec(account, 0..6),
        prop::option::of(content()),
        1..5usize,
        throttle,
    )
        .prop_map(|(accounts, organizational, page, throttle_every)| {
            let mut world = World {
                accounts: vec![(MANAGEMENT.to_owned(), "ACTIVE")],
                regions: REGIONS.map(str::to_owned).to_vec(),
                page,
                throttle_every,
                ..World::default()
            };
            let mut add = |mut instance: WorldInstance,
                           owner: &str,
                           region: usize,
                           organizational: bool,
                           number: usize| {
                instance.owner = owner.to_owned();
                instance.region = REGIONS[region].to_owned();
                instance.number = number;
                instance.organizational = organizational;
                for application in &mut instance.applications {
                    application.account = owner.to_owned();
                    application.arn = format!(
                        "arn:aws:sso::{owner}:application/ssoins-{number:016}/{}",
                        application.arn
                    );
                }
                for set in &mut instance.permission_sets {
                    set.arn = format!(
                        "arn:aws:sso:::permissionSet/ssoins-{number:016}/{}",
                        set.arn
                    );
                }
                world.instances.push(instance);
            };
            if let Some(instance) = organizational {
                add(instance, MANAGEMENT, 0, true, 0);
            }
            for (n, (_, _, instance, region)) in accounts.iter().enumerate() {
                if let Some(instance) = instance {
                    add(
                        instance.clone(),
                        &format!("{:012}", n + 1),
                        *region,
                        false,
                        n + 1,
                    );
                }
            }
            for (n, (status, closed, _, _)) in accounts.into_iter().enumerate() {
                let id = format!("{:012}", n + 1);
                // The management account stands among the others, in the order AWS happens to have.
                world.accounts.insert(n / 2, (id.clone(), status));
                if closed {
                    world.closed.insert(id);
                }
            }
            world
        })
}

/// The chosen columns of the rows that pass.
fn columns(
    report: &Report,
    file: &str,
    wanted: &[&str],
    pass: impl Fn(&[&str]) -> bool,
) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(report.file(file).unwrap());
    let header = reader.headers().unwrap().clone();
    let at = |name: &&str| header.iter().position(|cell| cell == *name).unwrap();
    let places: Vec<usize> = wanted.iter().map(at).collect();
    let rows = reader
        .records()
        .map(|record| record.unwrap())
        .filter(|record| pass(&record.iter().collect::<Vec<_>>()));
    let mut rows: Vec<Vec<String>> = rows
        .map(|record| places.iter().map(|at| record[*at].to_owned()).collect())
        .collect();
    rows.sort();
    rows
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reports_equal_brute_force(world in worlds()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        let report = report(&runtime.block_on(audit(world.clone(), MANAGEMENT)), &options());
        let all = |_: &[&str]| true;
        let sorted = |rows: brute::Rows| rows.into_iter().collect::<Vec<_>>();

        let found = columns(&report, "identity_center_instances.csv", &["AccountId", "IdentityCenterInstance", "InstanceArn", "InstanceType", "Region"], all);
        prop_assert_eq!(found, sorted(brute::instance_rows(&world)));
        let by_email = |row: &[&str]| ["exact", "normalised"].contains(&row[2]);
        let found = columns(&report, "duplicated_users.csv", &["User_email", "IdentityStoreId", "MatchKind"], by_email);
        prop_assert_eq!(found, sorted(brute::email_rows(&world)));
        let found = columns(&report, "application_assignment.csv", &["AccountId", "ApplicationArn", "PrincipalType", "PrincipalId", "UserId", "Via"], all);
        prop_assert_eq!(found, sorted(brute::application_rows(&world)));
        let found = columns(&report, "access.csv", &["UserId", "InstanceArn", "AccountId", "PermissionSetName", "PrincipalId", "Via"], all);
        prop_assert_eq!(found, sorted(brute::access_rows(&world)));
    }
}
