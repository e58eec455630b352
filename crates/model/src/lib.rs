//! The plain values Atrium is about: ids, ARNs, Regions, callers and the context of one operation.
//!
//! Holding one of these types means that the text inside has the shape the service models document: parse once at
//! the edge, trust it afterwards. This crate has no clock, no randomness of its own, no I/O and no async.

pub mod access;
pub mod application;
mod arn;
mod caller;
mod context;
pub mod control;
pub mod directory;
pub mod iam;
mod id;
pub mod lake;
pub mod organization;
mod random;
mod region;
mod timestamp;
pub mod token;
pub mod trail;

pub use arn::{Arn, ParseArnError};
pub use caller::{
    Caller, Federation, IdentityCenterUser, Principal, ProviderKind, ProviderUser, Session,
    SessionIssuer,
};
pub use context::OpContext;
pub use id::*;
pub use random::{Random, lower_alphanumeric, lower_hex, new_uuid};
pub use region::{Partition, REGIONS, Region, RegionInfo};
pub use timestamp::Timestamp;
