//! From an error to an answer.

use std::borrow::Cow;

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::{Response, StatusCode};
use serde_json::{Map, Value};

use crate::codec::encode::answer;
use crate::codec::xml;
use crate::dialect::{self, Outcome};
use crate::error::WireError;
use crate::meta::{Location, OperationMeta, Protocol};

/// What an error answers: an operation, or a request whose operation isn't known.
#[derive(Clone, Copy, Debug)]
pub enum Reply {
    /// Codes and statuses of this operation.
    Operation(&'static OperationMeta),
    /// Only the form is known.
    Protocol(Protocol),
}

impl From<&'static OperationMeta> for Reply {
    fn from(operation: &'static OperationMeta) -> Self {
        Self::Operation(operation)
    }
}

impl From<Protocol> for Reply {
    fn from(protocol: Protocol) -> Self {
        Self::Protocol(protocol)
    }
}

impl Reply {
    /// The operation, if known.
    pub(crate) fn operation(self) -> Option<&'static OperationMeta> {
        match self {
            Self::Operation(operation) => Some(operation),
            Self::Protocol(_) => None,
        }
    }

    /// The form of the answer.
    pub(crate) fn protocol(self) -> Protocol {
        match self {
            Self::Operation(operation) => operation.service.protocol,
            Self::Protocol(protocol) => protocol,
        }
    }
}

/// The answer that tells `error`.
pub fn encode_error(to: impl Into<Reply>, error: &WireError, request_id: &str) -> Response<Bytes> {
    let to = to.into();
    let protocol = to.protocol();
    let outcome = dialect::outcome(to, error);
    let mut response = match protocol {
        Protocol::AwsJson10 | Protocol::AwsJson11 => {
            answer(protocol, json(&outcome, error), request_id)
        }
        Protocol::AwsQuery => answer(protocol, query(to, &outcome, error, request_id), request_id),
        Protocol::RestJson1 => rest(to, &outcome, error, request_id),
    };
    *response.status_mut() =
        StatusCode::from_u16(outcome.status).unwrap_or(StatusCode::BAD_REQUEST);
    response
}

/// The code under which `error` reaches the caller, which is also what an audit event records.
pub fn wire_code(to: impl Into<Reply>, error: &WireError) -> Cow<'static, str> {
    dialect::outcome(to.into(), error).code
}

/// Services spell the text `Message` or `message`; readers of either find it.
fn json(outcome: &Outcome, error: &WireError) -> String {
    let mut body = Map::new();
    body.insert("__type".into(), outcome.code.as_ref().into());
    body.insert("Message".into(), error.message.as_str().into());
    body.insert("message".into(), error.message.as_str().into());
    body.extend(
        error
            .extras
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone())),
    );
    Value::Object(body).to_string()
}

fn query(to: Reply, outcome: &Outcome, error: &WireError, request_id: &str) -> String {
    let namespace = to
        .operation()
        .map_or("", |operation| operation.service.xml_namespace);
    xml::error(
        namespace,
        outcome.fault,
        &outcome.code,
        &error.message,
        &error.extras,
        request_id,
    )
}

fn rest(to: Reply, outcome: &Outcome, error: &WireError, request_id: &str) -> Response<Bytes> {
    let mut body = Map::new();
    if to.operation().is_some_and(dialect::speaks_oauth) {
        body.insert("error".into(), dialect::oauth_error(&outcome.code).into());
        body.insert("error_description".into(), error.message.as_str().into());
    } else {
        body.insert("message".into(), error.message.as_str().into());
    }
    let shape = to
        .operation()
        .and_then(|operation| operation.error(&outcome.code));
    let mut headers: Vec<(HeaderName, HeaderValue)> = Vec::new();
    for (name, value) in &error.extras {
        let member = shape.and_then(|shape| shape.member(name));
        match member
            .filter(|member| member.location == Location::Header)
            .zip(value.as_str())
        {
            Some((member, text)) => {
                headers.extend(
                    HeaderName::try_from(member.wire_name)
                        .ok()
                        .zip(HeaderValue::try_from(text).ok()),
                );
            }
            None => {
                body.insert(
                    member.map_or(*name, |member| member.wire_name).to_owned(),
                    value.clone(),
                );
            }
        }
    }
    let mut response = answer(
        Protocol::RestJson1,
        Value::Object(body).to_string(),
        request_id,
    );
    response.headers_mut().extend(headers);
    if let Ok(code) = HeaderValue::from_str(&outcome.code) {
        response.headers_mut().insert("x-amzn-errortype", code);
    }
    response
}
