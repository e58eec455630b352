//! IDC-012, second half: people of the company whom the organization's instance no longer knows.
//!
//! Somebody who leaves is often deleted there, not disabled, and then stays in account instances that
//! nobody feeds. Only addresses in a domain of the organization's own people count: partners of a
//! team were never in the organization's instance.

use std::collections::BTreeSet;

use super::{Finding, Severity};
use crate::inventory::{Instance, InstanceType, Inventory, User};
use crate::report::{Redactor, normalised};

/// What the organization's instance knows people by.
#[derive(Default)]
struct Known {
    addresses: BTreeSet<String>,
    domains: BTreeSet<String>,
    names: BTreeSet<String>,
    external_ids: BTreeSet<(String, String)>,
}

impl Known {
    /// None if there is no such instance, or if its people could not be read.
    fn of(inventory: &Inventory) -> Option<Self> {
        let mut known = Self::default();
        let mut read = false;
        for instance in organizational(inventory) {
            let users = instance.users.as_ref()?;
            read = true;
            for user in users {
                for email in user.emails.iter().map(|email| normalised(email)) {
                    known.domains.extend(domain(&email).map(str::to_owned));
                    known.addresses.insert(email);
                }
                known
                    .names
                    .extend(user.user_name.as_deref().map(normalised));
                known.external_ids.extend(user.external_ids.iter().cloned());
            }
        }
        read.then_some(known)
    }

    fn knows(&self, user: &User) -> bool {
        let named = |name: &String| self.names.contains(&normalised(name));
        user.user_name.as_ref().is_some_and(named)
            || user
                .emails
                .iter()
                .any(|email| self.addresses.contains(&normalised(email)))
            || user
                .external_ids
                .iter()
                .any(|id| self.external_ids.contains(id))
    }

    /// An address of the user in a domain of the organization's people.
    fn own_address(&self, user: &User) -> Option<String> {
        let addresses = user.emails.iter().map(|email| normalised(email));
        addresses
            .into_iter()
            .find(|email| domain(email).is_some_and(|domain| self.domains.contains(domain)))
    }
}

fn organizational(inventory: &Inventory) -> impl Iterator<Item = &Instance> {
    let all = inventory.instances.iter();
    all.filter(|instance| instance.instance_type == InstanceType::Organization)
}

fn domain(email: &str) -> Option<&str> {
    email.rsplit_once('@').map(|(_, domain)| domain)
}

pub(super) fn findings(inventory: &Inventory, redactor: &Redactor) -> Vec<Finding> {
    let Some(known) = Known::of(inventory) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let instances = inventory
        .instances
        .iter()
        .filter(|instance| instance.instance_type == InstanceType::Account);
    for instance in instances {
        let users = instance.users.iter().flatten();
        for user in users.filter(|user| !user.is_disabled() && !known.knows(user)) {
            let Some(address) = known.own_address(user) else {
                continue;
            };
            let store = &instance.identity_store_id;
            found.push(Finding {
                rule: "IDC-012",
                // Not critical as somebody disabled there is: being absent proves less.
                severity: Severity::High,
                account_id: instance.account_id.clone(),
                instance_arn: instance.arn.clone(),
                resource: format!("{store}/{}", user.id),
                message: format!(
                    "`{}` is active in {store} and unknown to the organization's instance, though the address is of \
                     its domain",
                    redactor.person(&address)
                ),
                remediation: format!(
                    "if the person has left, end the access that remains: aws identitystore delete-user --region {} \
                     --identity-store-id {store} --user-id {}",
                    instance.region, user.id
                ),
            });
        }
    }
    found
}
