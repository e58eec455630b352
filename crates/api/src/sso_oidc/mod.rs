//! The sso-oidc service: tokens for applications. What needs a person at a browser is not there yet.

mod create_token_with_iam;
mod failure;

use crate::Registry;

pub(crate) fn register(registry: &mut Registry) {
    create_token_with_iam::register(registry);
}
