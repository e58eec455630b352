//! Which operation a request is for.

use http::header::CONTENT_TYPE;
use http::request::Parts;

use crate::codec::form;
use crate::codec::rest;
use crate::error::WireError;
use crate::meta::{OperationMeta, Protocol};
use crate::services::services;

/// The operation that a request is for.
///
/// `X-Amz-Target` decides where there is one; then the paths of the REST services; then, at `/`, the form
/// parameters `Action` and `Version`.
///
/// # Errors
///
/// `UnknownOperationException`, or `InvalidAction` and `MissingAction` in the query protocol. Encode it with
/// [`guess_protocol`].
pub fn identify(parts: &Parts, body: &[u8]) -> Result<&'static OperationMeta, WireError> {
    let mut targets = parts.headers.get_all("x-amz-target").iter();
    if let Some(target) = targets.next() {
        let target = target
            .to_str()
            .ok()
            .filter(|_| targets.next().is_none() && parts.method == http::Method::POST);
        return target
            .and_then(by_target)
            .ok_or_else(|| WireError::unknown_operation(""));
    }
    if let Some(operation) = rest::operation(parts) {
        return Ok(operation);
    }
    if guess_protocol(parts) == Protocol::AwsQuery {
        return by_action(parts, body);
    }
    Err(WireError::unknown_operation("").status(404))
}

/// The protocol a request seems to speak, for answers to requests whose operation isn't known.
pub fn guess_protocol(parts: &Parts) -> Protocol {
    let content_type = parts
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if content_type.starts_with("application/x-amz-json-1.0") {
        Protocol::AwsJson10
    } else if parts.headers.contains_key("x-amz-target")
        || content_type.starts_with("application/x-amz-json")
    {
        Protocol::AwsJson11
    } else if parts.uri.path() == "/"
        && (content_type.starts_with("application/x-www-form-urlencoded")
            || form::first(parts.uri.query().unwrap_or_default().as_bytes(), "Action").is_some())
    {
        Protocol::AwsQuery
    } else {
        Protocol::RestJson1
    }
}

fn by_target(target: &str) -> Option<&'static OperationMeta> {
    let (prefix, name) = target.rsplit_once('.')?;
    // Some clients of CloudTrail leave the Java package away.
    let fits = |ours: &str| {
        !ours.is_empty() && (ours == prefix || ours.rsplit('.').next() == Some(prefix))
    };
    services()
        .iter()
        .find(|service| fits(service.target_prefix))?
        .operation(name)
}

fn by_action(parts: &Parts, body: &[u8]) -> Result<&'static OperationMeta, WireError> {
    let query = parts.uri.query().unwrap_or_default().as_bytes();
    let parameter = |name| form::first(query, name).or_else(|| form::first(body, name));
    let Some(action) = parameter("Action") else {
        return Err(WireError::new("MissingAction", "Missing Action").status(400));
    };
    let version = parameter("Version");
    let version = version.as_deref().unwrap_or("NO_VERSION_SPECIFIED");
    services()
        .iter()
        .filter(|service| service.protocol == Protocol::AwsQuery && service.api_version == version)
        .find_map(|service| service.operation(&action))
        .ok_or_else(|| {
            let action: String = action.chars().take(128).collect();
            let version: String = version.chars().take(32).collect();
            WireError::new(
                "InvalidAction",
                format!("Could not find operation {action} for version {version}"),
            )
        })
}
