//! The sso-admin service: instances, permission sets and who has them, applications and their assignments, trusted token issuers, tags.

mod access_control_attributes;
mod access_requests;
mod account_access;
mod account_assignments;
mod application_access;
mod application_access_scopes;
mod application_assignments;
mod application_authentication_methods;
mod application_grants;
mod application_providers;
mod application_sessions;
mod applications;
mod instances;
mod permission_set_policies;
mod permission_sets;
mod provisioning;
mod regions;
mod tags;
mod trusted_token_issuers;

use crate::Registry;

pub(crate) use instances::in_primary_region;

pub(crate) fn register(registry: &mut Registry) {
    access_control_attributes::register(registry);
    account_assignments::register(registry);
    application_access_scopes::register(registry);
    application_assignments::register(registry);
    application_authentication_methods::register(registry);
    application_grants::register(registry);
    application_providers::register(registry);
    application_sessions::register(registry);
    applications::register(registry);
    instances::register(registry);
    permission_set_policies::register(registry);
    permission_sets::register(registry);
    provisioning::register(registry);
    regions::register(registry);
    tags::register(registry);
    trusted_token_issuers::register(registry);
}
