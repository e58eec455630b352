//! Tokens of people: what an application gets for someone whom it can prove to speak for, and who shows such a token.
//!
//! Rules only, over a transaction. Whether the caller may ask for tokens is decided before, and so is whether an issuer's
//! token is genuine. This crate knows nothing of HTTP, SQL and the other areas.

mod bearer;
mod context;
mod error;
mod exchange;
mod grants;
mod person;
mod scopes;
mod text;

pub use bearer::{Bearer, find_bearer, sign_out};
pub use context::{identity_context, open_identity_context};
pub use error::ExchangeError;
pub use exchange::{ACCESS_TOKEN, Exchange, Grant, Issued, SESSION, exchange};
pub use grants::{
    AUTHORIZATION_CODE, Assertion, JWT_BEARER, REFRESH_TOKEN, TOKEN_EXCHANGE, issuer_is_trusted,
};
pub use scopes::{ACCOUNT_ACCESS, IDENTITY_CONTEXT};
