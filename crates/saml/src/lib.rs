//! SAML 2.0 as far as AWS takes part in it: what an identity provider's metadata says, and whether a response that someone
//! shows is that provider's word, meant for us and still good.
//!
//! The signatures are checked by `bergshamra`; that what is read is what was signed is checked here. Who may come with an
//! assertion and what for is decided elsewhere: this crate knows nothing of the domain, of storage and of how callers reach
//! the server. Time comes in.

mod assertion;
mod certificate;
mod conditions;
mod error;
mod metadata;
mod response;
mod signature;
mod subject;
mod time;
mod xml;

pub use assertion::{Assertion, Attribute, Subject};
pub use error::{MetadataError, ResponseError};
pub use metadata::Metadata;
pub use response::{Expected, LONGEST_RESPONSE, verify};
