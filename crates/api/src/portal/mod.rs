//! The access portal's API, the service `sso`: what the bearer of a token finds in the accounts of the organization.

mod accounts;
mod bearer;
mod credentials;
mod logout;

use crate::Registry;

pub(crate) fn register(registry: &mut Registry) {
    accounts::register(registry);
    credentials::register(registry);
    logout::register(registry);
}
