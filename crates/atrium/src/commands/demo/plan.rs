//! What a demo consists of, worked out from a seed before the first call is made.
//!
//! The same numbers give the same plan, name for name, so a second run finds what the first one made.

use std::collections::BTreeSet;

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand::seq::{IndexedRandom, SliceRandom};

use super::accounts;
use super::people::{self, Faces};

/// Everything that is to exist at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// Paths of organizational units below the root, parents first.
    pub(super) units: Vec<&'static str>,
    /// The member accounts.
    pub(super) accounts: Vec<Account>,
    /// The account that administers Identity Center for the organization, by place.
    pub(super) delegate: usize,
    /// The policy against account instances.
    pub(super) guardrail: Guardrail,
    /// What is in the organization's instance.
    pub(super) directory: Directory,
    /// Who reaches which accounts.
    pub(super) permission_sets: Vec<PermissionSet>,
    /// The account instances.
    pub(super) instances: Vec<Instance>,
}

/// A member account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) name: String,
    /// The path of its organizational unit.
    pub(super) unit: &'static str,
    /// Whether it is closed in the end.
    pub(super) closed: bool,
    /// The product it belongs to, as a tag.
    pub(super) product: String,
}

/// A service control policy that denies `sso:CreateInstance` to all but a few accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Guardrail {
    /// The units it is attached to.
    pub(super) units: Vec<&'static str>,
    /// The accounts that may, by place.
    pub(super) allowed: Vec<usize>,
}

/// An account instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Instance {
    /// The account, by place.
    pub(super) account: usize,
    pub(super) region: String,
    pub(super) name: String,
    pub(super) directory: Directory,
}

/// People, groups and applications of one instance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Directory {
    pub(super) users: Vec<User>,
    pub(super) groups: Vec<Group>,
    pub(super) applications: Vec<Application>,
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct User {
    pub(super) user_name: String,
    pub(super) given: String,
    pub(super) family: String,
    pub(super) email: Option<String>,
    pub(super) title: &'static str,
}

/// A group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) name: String,
    pub(super) description: String,
    /// Its members, by place.
    pub(super) members: BTreeSet<usize>,
}

/// An application that customers manage themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Application {
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    pub(super) assignment_required: bool,
    /// Assigned users and groups, by place.
    pub(super) users: BTreeSet<usize>,
    pub(super) groups: BTreeSet<usize>,
}

/// A permission set and its assignments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PermissionSet {
    pub(super) name: &'static str,
    pub(super) policy: &'static str,
    /// ISO 8601.
    pub(super) session: &'static str,
    /// The groups that have it, by place.
    pub(super) groups: Vec<usize>,
    /// The accounts they have it in, by place.
    pub(super) accounts: Vec<usize>,
    /// A person who has it in the management account directly, by place.
    pub(super) in_management: Option<usize>,
}

/// Plans a demo of so many member accounts and so many people in the organization's instance.
pub(super) fn plan(seed: u64, accounts: usize, users: usize, regions: &[String]) -> Plan {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let members = accounts::plan(accounts);
    let mut faces = Faces::new(&mut random);
    let staff = faces.staff(users);
    let directory = people::organization(staff, &mut random);
    let guardrail_units = vec!["Security", "Infrastructure", "Workloads"];

    let mut owners: Vec<usize> = (0..members.len())
        .filter(|place| accounts::may_own_instance(&members[*place]))
        .collect();
    owners.shuffle(&mut random);
    owners.truncate((accounts / 3).max(1));
    owners.sort_unstable();
    let instances: Vec<Instance> = owners
        .iter()
        .enumerate()
        .map(|(turn, place)| Instance {
            account: *place,
            region: regions
                .get(turn % regions.len().max(1))
                .cloned()
                .unwrap_or_default(),
            name: members[*place].name.clone(),
            directory: people::team(&directory.users, &mut faces, &mut random),
        })
        .collect();

    // Two of the owners may keep doing it, and one account that is closed was forgotten on the list.
    let bound = |place: &&usize| {
        guardrail_units
            .iter()
            .any(|unit| members[**place].unit.starts_with(unit))
    };
    let mut allowed: Vec<usize> = owners.iter().filter(bound).copied().collect();
    allowed = allowed.sample(&mut random, 2).copied().collect();
    allowed.extend(members.iter().position(|account| account.closed));
    allowed.sort_unstable();

    Plan {
        units: accounts::UNITS.to_vec(),
        delegate: members
            .iter()
            .position(|account| account.name == "identity")
            .unwrap_or_default(),
        permission_sets: accounts::permission_sets(&members, &directory),
        guardrail: Guardrail {
            units: guardrail_units,
            allowed,
        },
        accounts: members,
        directory,
        instances,
    }
}

impl Plan {
    /// The number of things to make, which is what the progress bar counts.
    pub(super) fn size(&self) -> u64 {
        let directories = self
            .instances
            .iter()
            .map(|instance| &instance.directory)
            .chain([&self.directory]);
        let inside: usize = directories.map(Directory::size).sum();
        let assigned: usize = self.permission_sets.iter().map(PermissionSet::size).sum();
        (self.units.len() + self.accounts.len() + self.instances.len() + inside + assigned) as u64
    }
}

impl Directory {
    fn size(&self) -> usize {
        let members: usize = self.groups.iter().map(|group| group.members.len()).sum();
        let assigned = self
            .applications
            .iter()
            .map(|one| one.users.len() + one.groups.len())
            .sum::<usize>();
        self.users.len() + self.groups.len() + members + self.applications.len() + assigned
    }
}

impl PermissionSet {
    /// The set itself and its assignments.
    pub(super) fn size(&self) -> usize {
        1 + self.groups.len() * self.accounts.len() + usize::from(self.in_management.is_some())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn regions() -> Vec<String> {
        ["us-east-1", "eu-west-1", "ap-southeast-2"]
            .map(str::to_owned)
            .to_vec()
    }

    /// A plain e-mail address, as the identity store takes it.
    fn is_address(text: &str) -> bool {
        let Some((local, domain)) = text.split_once('@') else {
            return false;
        };
        let plain = |text: &str, more: &str| {
            !text.is_empty()
                && text
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || more.contains(c))
        };
        plain(local, ".+-")
            && plain(domain, ".-")
            && domain.to_lowercase().ends_with(".example")
            && text.len() <= 64
    }

    fn check(directory: &Directory) {
        let mut names = BTreeSet::new();
        let mut addresses = BTreeSet::new();
        for user in &directory.users {
            assert!(names.insert(user.user_name.to_lowercase()), "{user:?}");
            if let Some(email) = &user.email {
                assert!(is_address(email), "{user:?}");
                assert!(addresses.insert(email.to_lowercase()), "{user:?}");
            }
        }
        let groups: BTreeSet<&str> = directory
            .groups
            .iter()
            .map(|group| group.name.as_str())
            .collect();
        assert_eq!(groups.len(), directory.groups.len());
        let people = directory.users.len();
        assert!(
            directory
                .groups
                .iter()
                .flat_map(|group| &group.members)
                .all(|place| *place < people)
        );
        let applications: BTreeSet<&str> =
            directory.applications.iter().map(|one| one.name).collect();
        assert_eq!(applications.len(), directory.applications.len());
        for one in &directory.applications {
            assert!(one.users.iter().all(|place| *place < people));
            assert!(
                one.groups
                    .iter()
                    .all(|place| *place < directory.groups.len())
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

        #[test]
        fn every_plan_can_be_made(seed: u64, accounts in 8usize..200, users in 10usize..600) {
            let plan = plan(seed, accounts, users, &regions());
            prop_assert_eq!(plan.accounts.len(), accounts);
            prop_assert_eq!(plan.directory.users.len(), users);
            let names: BTreeSet<&str> = plan.accounts.iter().map(|account| account.name.as_str()).collect();
            prop_assert_eq!(names.len(), accounts);
            let address = |account: &Account| accounts::address("111122223333", &account.name);
            prop_assert!(plan.accounts.iter().map(address).all(|address| is_address(&address)));
            prop_assert!(plan.accounts.iter().all(|account| plan.units.contains(&account.unit)));
            prop_assert!(names.iter().all(|name| name.len() <= 50));

            let owners: BTreeSet<usize> = plan.instances.iter().map(|instance| instance.account).collect();
            prop_assert_eq!(owners.len(), plan.instances.len(), "one instance an account");
            prop_assert!(owners.iter().all(|place| !plan.accounts[*place].closed));
            prop_assert!(plan.guardrail.allowed.iter().all(|place| *place < accounts));
            check(&plan.directory);
            plan.instances.iter().for_each(|instance| check(&instance.directory));
            let sets: BTreeSet<&str> = plan.permission_sets.iter().map(|set| set.name).collect();
            prop_assert_eq!(sets.len(), plan.permission_sets.len());
        }
    }

    #[test]
    fn the_same_numbers_give_the_same_plan() {
        let made = |seed| plan(seed, 36, 400, &regions());
        assert_eq!(made(1), made(1));
        assert_ne!(made(1), made(2));
        // A longer list of accounts begins with the shorter one, so that a demo can grow.
        let (short, long) = (plan(1, 20, 50, &regions()), plan(1, 60, 50, &regions()));
        assert_eq!(short.accounts[..], long.accounts[..20]);
    }

    #[test]
    fn the_usual_demo_has_what_an_audit_should_find() {
        let plan = plan(1, 36, 400, &regions());
        assert_eq!(plan.instances.len(), 12);
        let used: BTreeSet<&str> = plan
            .instances
            .iter()
            .map(|instance| instance.region.as_str())
            .collect();
        assert_eq!(used.len(), 3);
        assert_eq!(plan.accounts[plan.delegate].name, "identity");
        assert_eq!(
            plan.accounts
                .iter()
                .filter(|account| account.closed)
                .count(),
            1
        );
        assert_eq!(plan.guardrail.allowed.len(), 3);

        let known: BTreeMap<String, &str> = plan
            .directory
            .users
            .iter()
            .filter_map(|user| user.email.as_deref())
            .map(|email| (email.to_lowercase(), email))
            .collect();
        let (mut same, mut otherwise, mut left, mut without) = (0, 0, 0, 0);
        for user in plan
            .instances
            .iter()
            .flat_map(|instance| &instance.directory.users)
        {
            match user.email.as_deref() {
                None => without += 1,
                Some(email) => match known.get(&email.to_lowercase()) {
                    Some(written) if *written == email => same += 1,
                    Some(_) => otherwise += 1,
                    None => left += 1,
                },
            }
        }
        assert!(
            same > 20 && otherwise > 5 && left > 5 && without > 3,
            "{same} {otherwise} {left} {without}"
        );
        let open = plan
            .directory
            .applications
            .iter()
            .filter(|one| !one.assignment_required);
        assert_eq!(open.count(), 1);
        assert!(
            plan.permission_sets
                .iter()
                .all(|set| !set.groups.is_empty() && !set.accounts.is_empty())
        );
        assert!(plan.size() > 1000);
    }
}
