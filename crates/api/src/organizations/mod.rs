//! AWS Organizations: one file a family of operations.

mod access;
mod accounts;
mod attachments;
mod convert;
mod create_account;
mod delegated_administrators;
mod effective_policies;
mod errors;
mod handshakes;
mod organization;
mod policies;
mod policy_types;
mod resource_policy;
mod services;
mod tags;
#[cfg(test)]
mod tests;
mod transfers;
mod units;

use atrium_organization::Quotas;

use crate::{Registry, Services};

pub(crate) fn register(registry: &mut Registry) {
    accounts::register(registry);
    attachments::register(registry);
    create_account::register(registry);
    delegated_administrators::register(registry);
    effective_policies::register(registry);
    handshakes::register(registry);
    organization::register(registry);
    policies::register(registry);
    policy_types::register(registry);
    resource_policy::register(registry);
    services::register(registry);
    tags::register(registry);
    transfers::register(registry);
    units::register(registry);
}

/// How much an organization may hold.
fn quotas(services: &Services) -> &Quotas {
    &services.settings.quotas.organization
}
