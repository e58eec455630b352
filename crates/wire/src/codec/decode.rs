//! From a request to a validated value.

use http::request::Parts;
use serde_json::{Map, Value};

use crate::codec::{form, json, query, rest};
use crate::dialect;
use crate::error::WireError;
use crate::meta::{OperationMeta, Protocol};
use crate::validate::validate;

/// Reads and validates the input of `operation`.
///
/// The value has members named as in the model and only those; absent and null members are not there.
/// Timestamps are epoch seconds, blobs base64. Callers limit the size of `body`.
///
/// # Errors
///
/// `SerializationException` (`MalformedInput` in the query protocol) when the request can't be read as the
/// operation's input, and what [`validate`] says.
pub fn decode(operation: &OperationMeta, parts: &Parts, body: &[u8]) -> Result<Value, WireError> {
    let value = Value::Object(
        read(operation, parts, body).map_err(|error| dialect::malformed(operation, error))?,
    );
    validate(operation, &value)?;
    Ok(value)
}

fn read(
    operation: &OperationMeta,
    parts: &Parts,
    body: &[u8],
) -> Result<Map<String, Value>, WireError> {
    match operation.service.protocol {
        Protocol::AwsJson10 | Protocol::AwsJson11 => {
            let map = json::parse(body)?;
            operation
                .input
                .map_or(Ok(Map::new()), |shape| json::structure(shape, map, ""))
        }
        Protocol::AwsQuery => {
            let Some(shape) = operation.input else {
                return Ok(Map::new());
            };
            let form = form::parse(parts.uri.query().unwrap_or_default().as_bytes(), body)?;
            query::structure(shape, &form, "")
        }
        Protocol::RestJson1 => {
            let Some(shape) = operation.input else {
                return Ok(Map::new());
            };
            let mut out = json::structure(shape, json::parse(body)?, "")?;
            rest::members(operation, shape, parts, &mut out)?;
            Ok(out)
        }
    }
}
