//! From HTTP messages to values and back, driven by the schema.

mod body;
mod decode;
mod encode;
mod encode_error;
mod form;
mod identify;
mod json;
mod query;
mod rest;
pub(crate) mod writer;
mod xml;

pub use decode::decode;
pub use encode::{Output, encode};
pub use encode_error::{Reply, encode_error, wire_code};
pub use identify::{guess_protocol, identify};
