//! The sso-admin service: instances, applications and their assignments, tags.

mod application_access;
mod application_assignments;
mod application_providers;
mod applications;
mod instances;
mod tags;

use crate::Registry;

pub(crate) fn register(registry: &mut Registry) {
    application_assignments::register(registry);
    application_providers::register(registry);
    applications::register(registry);
    instances::register(registry);
    tags::register(registry);
}
