//! The entities of the organization area: accounts, organizations and their trees, policies, handshakes.
//!
//! Names and values are those of the Organizations API model.

mod account;
mod create_account;
mod handshake;
mod org;
mod policy;
mod service;
mod tag;
mod text;
mod transfer;
mod tree;

pub use account::*;
pub use create_account::*;
pub use handshake::*;
pub use org::*;
pub use policy::*;
pub use service::*;
pub use tag::*;
pub use text::UnknownText;
pub use transfer::*;
pub use tree::*;
