//! The sso-admin service: instances, applications and their assignments, tags.

mod application_access;
mod application_access_scopes;
mod application_assignments;
mod application_authentication_methods;
mod application_grants;
mod application_providers;
mod application_sessions;
mod applications;
mod instances;
mod tags;

use crate::Registry;

pub(crate) fn register(registry: &mut Registry) {
    application_access_scopes::register(registry);
    application_assignments::register(registry);
    application_authentication_methods::register(registry);
    application_grants::register(registry);
    application_providers::register(registry);
    application_sessions::register(registry);
    applications::register(registry);
    instances::register(registry);
    tags::register(registry);
}
