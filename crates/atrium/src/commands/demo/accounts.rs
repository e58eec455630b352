//! The accounts of a demo, where they stand, and what people may do in them.

use super::names::PRODUCTS;
use super::plan::{Account, Directory, PermissionSet};

/// Organizational units below the root, parents first.
pub(super) const UNITS: &[&str] = &[
    "Security",
    "Infrastructure",
    "Workloads",
    "Workloads/Prod",
    "Workloads/NonProd",
    "Sandbox",
    "Suspended",
];

/// The domain of the company, in a top-level domain that nobody can own (RFC 2606).
pub(super) const DOMAIN: &str = "harborline.example";

/// The accounts every organization has.
const CORE: &[(&str, &str)] = &[
    ("log-archive", "Security"),
    ("security-tooling", "Security"),
    ("network", "Infrastructure"),
    ("shared-services", "Infrastructure"),
    ("identity", "Infrastructure"),
];

/// The stages of a product in the order in which their accounts are opened.
const STAGES: &[(&str, &str)] = &[
    ("prod", "Workloads/Prod"),
    ("staging", "Workloads/NonProd"),
    ("dev", "Workloads/NonProd"),
];

/// So many accounts in their units. Needs no chance: names are what a second run finds them by.
pub(super) fn plan(count: usize) -> Vec<Account> {
    let core = CORE
        .iter()
        .map(|(name, unit)| account(name.to_string(), unit, "core"));
    core.chain((0..).map(further)).take(count).collect()
}

/// Of every eight further accounts six belong to products, one is a sandbox and one is an old one.
fn further(number: usize) -> Account {
    let (round, turn) = (number / 8, number % 8);
    match turn {
        3 => account(format!("sandbox-{:02}", round + 1), "Sandbox", "sandbox"),
        7 => {
            let mut old = account(format!("legacy-{:02}", round + 1), "Suspended", "legacy");
            old.closed = round == 0;
            old
        }
        _ => {
            // The places of the six among the eight.
            let place = round * 6 + if turn > 3 { turn - 1 } else { turn };
            let (product, (stage, unit)) = (place / STAGES.len(), STAGES[place % STAGES.len()]);
            let generation = product / PRODUCTS.len();
            let product = PRODUCTS[product % PRODUCTS.len()];
            let product = if generation == 0 {
                product.to_owned()
            } else {
                format!("{product}{}", generation + 1)
            };
            account(format!("{product}-{stage}"), unit, &product)
        }
    }
}

/// The address of an account's root user: one of its own on the whole server, so it names the organization too.
pub(super) fn address(management: &str, name: &str) -> String {
    format!("aws-{management}+{name}@{DOMAIN}")
}

fn account(name: String, unit: &'static str, product: &str) -> Account {
    Account {
        name,
        unit,
        closed: false,
        product: product.to_owned(),
    }
}

/// Teams try things out in their own accounts; core accounts are looked after, old ones are left alone.
pub(super) fn may_own_instance(account: &Account) -> bool {
    account.unit.starts_with("Workloads") || account.unit == "Sandbox"
}

/// Who may do what, through groups of the organization's instance.
pub(super) fn permission_sets(accounts: &[Account], directory: &Directory) -> Vec<PermissionSet> {
    let group = |name: &str| directory.groups.iter().position(|group| group.name == name);
    let inside = |units: &[&str]| -> Vec<usize> {
        let open = accounts
            .iter()
            .enumerate()
            .filter(|(_, account)| !account.closed);
        open.filter(|(_, account)| units.iter().any(|unit| account.unit.starts_with(unit)))
            .map(|(place, _)| place)
            .collect()
    };
    let set = |name, policy, session, groups: &[&str], units: &[&str]| PermissionSet {
        name,
        policy,
        session,
        groups: groups.iter().filter_map(|name| group(name)).collect(),
        accounts: inside(units),
        in_management: None,
    };
    let mut administrators = set(
        "AdministratorAccess",
        "arn:aws:iam::aws:policy/AdministratorAccess",
        "PT8H",
        &["Platform"],
        &["Infrastructure", "Sandbox"],
    );
    administrators.in_management = (!directory.users.is_empty()).then_some(0);
    vec![
        administrators,
        set(
            "DeveloperAccess",
            "arn:aws:iam::aws:policy/PowerUserAccess",
            "PT4H",
            &["Engineering"],
            &["Workloads/NonProd"],
        ),
        set(
            "ReadOnly",
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
            "PT4H",
            &["Engineering", "Data"],
            &["Workloads"],
        ),
        set(
            "SecurityAudit",
            "arn:aws:iam::aws:policy/SecurityAudit",
            "PT2H",
            &["Security"],
            UNITS,
        ),
    ]
}
