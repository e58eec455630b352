//! Tokens of OpenID Connect issuers: fetches an issuer's keys and checks that a token is signed with one of them.
//!
//! Whose token it is, who may come with it and what for is decided elsewhere. This crate knows nothing of the domain, of
//! storage, and of how callers reach the server; time comes in. The issuers are servers of strangers: which addresses may
//! be reached, how long and how large their answers may be, and how often they are asked is bounded here.

mod address;
mod claims;
mod connect;
mod discovery;
mod error;
mod fetch;
mod issuers;
mod keys;

pub use address::Reach;
pub use claims::Claims;
pub use error::IssuerError;
pub use ipnet::IpNet;
pub use issuers::Issuers;
