//! From a value to a successful answer.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use serde_json::Value;

use crate::codec::{body, writer, xml};
use crate::meta::{Location, OperationMeta, Protocol, ShapeMeta, TimestampFormat};
use crate::shape::Shape;
use crate::timestamp;

/// What an operation answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Members named as in the model, as [`Shape::into_value`] gives them; others are left out of the answer.
    Value(Value),
    /// The answer's body.
    Body(String),
}

impl Output {
    /// The answer of an operation whose answers go nowhere but to the caller: as text already, where that is all that
    /// there is to them.
    pub fn for_caller<T: Shape>(operation: &OperationMeta, output: T) -> Self {
        match operation.service.protocol {
            Protocol::AwsJson10 | Protocol::AwsJson11 => {
                Self::Body(writer::body(operation, &output))
            }
            Protocol::AwsQuery | Protocol::RestJson1 => Self::Value(output.into_value()),
        }
    }

    /// The value, if it is one.
    pub fn value(&self) -> Option<&Value> {
        match self {
            Self::Value(value) => Some(value),
            Self::Body(_) => None,
        }
    }
}

/// The successful answer of `operation`.
pub fn encode(operation: &OperationMeta, output: Output, request_id: &str) -> Response<Bytes> {
    let protocol = operation.service.protocol;
    let value = match output {
        Output::Value(value) => value,
        Output::Body(body) => return finish(operation, answer(protocol, body, request_id)),
    };
    let response = match (protocol, operation.output) {
        (Protocol::AwsQuery, _) => answer(
            protocol,
            xml::result(operation, &value, request_id),
            request_id,
        ),
        (_, None) => answer(protocol, String::new(), request_id),
        (Protocol::RestJson1, Some(shape)) => {
            let headers = headers(shape, &value);
            let mut response = answer(protocol, body::text(shape, &value), request_id);
            response.headers_mut().extend(headers);
            response
        }
        (_, Some(shape)) => answer(protocol, body::text(shape, &value), request_id),
    };
    finish(operation, response)
}

/// Gives an answer its operation's status.
fn finish(operation: &OperationMeta, mut response: Response<Bytes>) -> Response<Bytes> {
    *response.status_mut() = StatusCode::from_u16(operation.status).unwrap_or(StatusCode::OK);
    response
}

/// An answer with the headers that all of them have.
pub fn answer(protocol: Protocol, body: String, request_id: &str) -> Response<Bytes> {
    let content_type = match protocol {
        Protocol::AwsJson10 => "application/x-amz-json-1.0",
        Protocol::AwsJson11 => "application/x-amz-json-1.1",
        Protocol::AwsQuery => "text/xml",
        Protocol::RestJson1 => "application/json",
    };
    let mut response = Response::new(Bytes::from(body));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert("x-amzn-requestid", id);
    }
    response
}

/// Members that the model puts into headers. Text that can't be a header value is left out.
fn headers(shape: &ShapeMeta, value: &Value) -> Vec<(HeaderName, HeaderValue)> {
    let members = shape
        .members
        .iter()
        .filter(|member| member.location == Location::Header);
    members
        .filter_map(|member| {
            let text = match &value[member.name] {
                Value::Null => return None,
                Value::String(text) => text.clone(),
                other => match (
                    member.timestamp.or(member.shape.timestamp),
                    timestamp::from_epoch(other),
                ) {
                    (Some(TimestampFormat::HttpDate), Some(time)) => timestamp::http_date(time),
                    (Some(TimestampFormat::Iso8601), Some(time)) => timestamp::iso8601(time),
                    _ => other.to_string(),
                },
            };
            Some((
                HeaderName::try_from(member.wire_name).ok()?,
                HeaderValue::try_from(text).ok()?,
            ))
        })
        .collect()
}
