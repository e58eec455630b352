//! The people of a demo, their groups and what they use.

use std::collections::BTreeSet;

use rand::rngs::ChaCha8Rng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{RngExt, SeedableRng};

use super::accounts::DOMAIN;
use super::names::{APPLICATIONS, DEPARTMENTS, FAMILY, GIVEN, Name, TEAM_APPLICATIONS};
use super::plan::{Application, Directory, Group, User};

/// The domain of a company whose people work here for a while.
const PARTNER: &str = "brightpath.example";
/// So many people have left: account instances still know them, the organization's does not.
const LEAVERS: usize = 12;
/// So many people of the partner are around.
const PARTNERS: usize = 15;

/// Draws people nobody has met yet.
pub(super) struct Faces {
    /// All combinations of names, shuffled.
    deck: Vec<(Name, Name)>,
    drawn: usize,
    random: ChaCha8Rng,
    leavers: Vec<User>,
    partners: Vec<User>,
}

impl Faces {
    pub(super) fn new(random: &mut ChaCha8Rng) -> Self {
        let mut random = ChaCha8Rng::from_rng(random);
        let pairs = GIVEN
            .iter()
            .flat_map(|given| FAMILY.iter().map(|family| (*given, *family)));
        let mut deck: Vec<(Name, Name)> = pairs.collect();
        deck.shuffle(&mut random);
        let mut faces = Self {
            deck,
            drawn: 0,
            random,
            leavers: Vec::new(),
            partners: Vec::new(),
        };
        faces.leavers = (0..LEAVERS).map(|_| faces.next(DOMAIN).0).collect();
        faces.partners = (0..PARTNERS).map(|_| faces.next(PARTNER).0).collect();
        faces
    }

    /// People of the company, with their departments.
    pub(super) fn staff(&mut self, count: usize) -> Vec<(User, &'static str)> {
        (0..count).map(|_| self.next(DOMAIN)).collect()
    }

    /// Once all combinations are used they come round again, with a number.
    fn next(&mut self, domain: &str) -> (User, &'static str) {
        let ((given, given_plain), (family, family_plain)) =
            self.deck[self.drawn % self.deck.len()];
        let round = self.drawn / self.deck.len();
        self.drawn += 1;
        let number = if round == 0 {
            String::new()
        } else {
            (round + 1).to_string()
        };
        let user_name = format!("{given_plain}.{family_plain}{number}");
        let (department, titles) = DEPARTMENTS[self.department()];
        let user = User {
            email: Some(format!("{user_name}@{domain}")),
            user_name,
            given: given.to_owned(),
            family: family.to_owned(),
            title: titles.choose(&mut self.random).copied().unwrap_or_default(),
        };
        (user, department)
    }

    /// Half of the people make the product, the others share the rest.
    fn department(&mut self) -> usize {
        if self.random.random_bool(0.45) {
            0
        } else {
            self.random.random_range(1..DEPARTMENTS.len())
        }
    }
}

/// The organization's instance: a group for each department, and for some duties.
pub(super) fn organization(staff: Vec<(User, &'static str)>, random: &mut ChaCha8Rng) -> Directory {
    let everybody: Vec<usize> = (0..staff.len()).collect();
    let mut groups: Vec<Group> = DEPARTMENTS
        .iter()
        .map(|(department, _)| {
            let members = everybody
                .iter()
                .copied()
                .filter(|place| staff[*place].1 == *department);
            group(
                department,
                format!("Everybody in {department}"),
                members.collect(),
            )
        })
        .collect();
    for (name, description, share) in [
        ("On Call", "Whoever carries the pager", 12),
        ("Approvers", "May approve changes to production", 20),
        ("Break Glass", "For emergencies", 80),
    ] {
        let members = everybody
            .sample(random, staff.len().div_ceil(share))
            .copied()
            .collect();
        groups.push(group(name, description.to_owned(), members));
    }
    groups.push(group(
        "Project Lighthouse",
        "Ended last year".to_owned(),
        BTreeSet::new(),
    ));

    let empty = groups.len() - 1;
    let applications = APPLICATIONS
        .iter()
        .enumerate()
        .map(|(place, (name, description))| {
            let mut one = application(name, description, place != 0);
            // The first is open to everybody; the others belong to some groups and to a few people.
            if place != 0 {
                one.groups
                    .extend((0..empty).collect::<Vec<_>>().sample(random, 2).copied());
                one.users
                    .extend(everybody.sample(random, place % 3).copied());
            }
            if place == APPLICATIONS.len() - 1 {
                one.groups.insert(empty);
            }
            one
        })
        .collect();
    Directory {
        users: staff.into_iter().map(|(user, _)| user).collect(),
        groups,
        applications,
    }
}

/// An account instance: most of its people exist in the organization's instance too, some under an
/// address in other letters, and some should have gone.
pub(super) fn team(staff: &[User], faces: &mut Faces, random: &mut ChaCha8Rng) -> Directory {
    let size = random.random_range(4..=18usize);
    let mut users: Vec<User> = staff.sample(random, size).cloned().collect();
    for user in &mut users {
        match random.random_range(0..10) {
            0 | 1 => user.email = user.email.as_deref().map(capitalised),
            2 => user.user_name = initials(user),
            3 => user.email = None,
            _ => {}
        }
    }
    let (leavers, partners) = (random.random_range(0..=2), random.random_range(0..=3));
    users.extend(faces.leavers.sample(random, leavers).cloned());
    users.extend(faces.partners.sample(random, partners).cloned());
    // Two people may have the same initials and family name.
    let mut taken = BTreeSet::new();
    users.retain(|user| taken.insert(user.user_name.to_lowercase()));

    let everybody: Vec<usize> = (0..users.len()).collect();
    let some = |random: &mut ChaCha8Rng, share: usize| -> BTreeSet<usize> {
        everybody
            .sample(random, everybody.len().div_ceil(share))
            .copied()
            .collect()
    };
    let groups = vec![
        group(
            "Team",
            "Everybody who works here".to_owned(),
            everybody.iter().copied().collect(),
        ),
        group(
            "Admins",
            "Look after the applications".to_owned(),
            some(random, 5),
        ),
    ];
    let count = random.random_range(1..=2);
    let applications = TEAM_APPLICATIONS
        .sample(random, count)
        .map(|(name, description)| {
            let mut one = application(name, description, random.random_bool(0.85));
            one.groups.insert(random.random_range(0..2));
            one.users.extend(some(random, 8));
            one
        })
        .collect();
    Directory {
        users,
        groups,
        applications,
    }
}

fn group(name: &str, description: String, members: BTreeSet<usize>) -> Group {
    Group {
        name: name.to_owned(),
        description,
        members,
    }
}

fn application(
    name: &'static str,
    description: &'static str,
    assignment_required: bool,
) -> Application {
    Application {
        name,
        description,
        assignment_required,
        users: BTreeSet::new(),
        groups: BTreeSet::new(),
    }
}

/// `ada.okafor@x` as `Ada.Okafor@X`, the way another directory writes it.
fn capitalised(email: &str) -> String {
    let mut first = true;
    email
        .chars()
        .map(|c| {
            let made = if first { c.to_ascii_uppercase() } else { c };
            first = !c.is_ascii_alphanumeric();
            made
        })
        .collect()
}

/// `ada.okafor` as `aokafor`.
fn initials(user: &User) -> String {
    let name = user.user_name.as_str();
    let (given, family) = name.split_once('.').unwrap_or(("", name));
    given.chars().take(1).chain(family.chars()).collect()
}
