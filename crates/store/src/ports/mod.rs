//! The storage ports: what the areas may ask of a transaction, one trait an area.

mod access;
mod application;
mod control;
mod directory;
mod event;
mod iam;
mod identity_provider;
mod lake;
mod lake_channel;
mod lake_import;
mod meta;
mod notice;
mod object;
mod organization;
mod token;
mod trail;

pub use access::*;
pub use application::*;
pub use control::*;
pub use directory::*;
pub use event::*;
pub use iam::*;
pub use identity_provider::*;
pub use lake::*;
pub use lake_channel::*;
pub use lake_import::*;
pub use meta::*;
pub use notice::*;
pub use object::*;
pub use organization::*;
pub use token::*;
pub use trail::*;
