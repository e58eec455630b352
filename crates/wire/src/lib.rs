//! AWS's protocols, as a server needs them: which operation a request is, what it says, whether its
//! signature holds, and how to answer.
//!
//! Everything follows from the service models in `models/`. `build.rs` turns them into a static schema
//! ([`meta`]) and plain structs ([`services`]); the codecs are driven by the schema and speak
//! [`serde_json::Value`], with members named as in the model, timestamps as epoch seconds and blobs as base64.
//!
//! Deliberately absent: what any operation means, accounts, instances, storage, and a clock. Time comes in as
//! an argument.
//!
//! The way of a request: [`identify`], [`sigv4::SignedRequest::parse`] and `verify`, [`decode`] (which also
//! validates), [`Shape::from_value`]; and back: [`Output`], [`encode`] or [`encode_error`].

#[macro_use]
mod macros;

mod codec;
mod dialect;
mod error;
mod event;
pub mod meta;
mod pattern;
pub mod services;
mod shape;
pub mod sigv4;
mod timestamp;
mod validate;

pub use codec::{Output, Reply, decode, encode, encode_error, guess_protocol, identify, wire_code};
pub use error::WireError;
pub use event::{HIDDEN, event_elements, event_parameters, redact};
pub use meta::{OperationMeta, Protocol, ServiceMeta};
pub use services::{
    account, atrium, cloudtrail, cloudtrail_data, find, iam, identitystore, organizations, service,
    services, sso, sso_admin, sso_oidc, sts,
};
pub use shape::{DecodeError, Operation, Shape, Unit};
pub use validate::validate;

/// The typed input of an operation: decodes `parts` and `body` into `O::Input`.
///
/// # Errors
///
/// As [`decode`].
pub fn decode_as<O: Operation>(
    parts: &http::request::Parts,
    body: &[u8],
) -> Result<O::Input, WireError> {
    let value = decode(O::meta(), parts, body)?;
    Ok(O::Input::from_value(value)?)
}

/// The successful answer of an operation with typed output.
pub fn encode_as<O: Operation>(
    output: O::Output,
    request_id: &str,
) -> http::Response<bytes::Bytes> {
    encode(O::meta(), Output::Value(output.into_value()), request_id)
}
