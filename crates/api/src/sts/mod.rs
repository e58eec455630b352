//! STS: who a caller is, and temporary credentials.

mod access_key_info;
mod assume_role;
mod caller_identity;
mod failure;
mod federation_token;
mod provided_contexts;
mod session_token;
mod shapes;

use crate::Registry;

pub(crate) fn register(registry: &mut Registry) {
    caller_identity::register(registry);
    assume_role::register(registry);
    session_token::register(registry);
    federation_token::register(registry);
    access_key_info::register(registry);
}
