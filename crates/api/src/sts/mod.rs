//! STS: who a caller is, and temporary credentials.

mod access_key_info;
mod assume_role;
mod assume_role_with_saml;
mod assume_role_with_web_identity;
mod caller_identity;
mod failure;
mod federated;
mod federation_token;
mod provided_contexts;
mod session_token;
mod shapes;

use crate::Registry;

pub(crate) fn register(registry: &mut Registry) {
    caller_identity::register(registry);
    assume_role::register(registry);
    assume_role_with_saml::register(registry);
    assume_role_with_web_identity::register(registry);
    session_token::register(registry);
    federation_token::register(registry);
    access_key_info::register(registry);
}
