//! How the services differ in the way they say the same: codes, statuses, names of members.

use std::borrow::Cow;

use serde_json::json;

use crate::codec::Reply;
use crate::error::WireError;
use crate::meta::{OperationMeta, Protocol};
use crate::validate::Violation;

/// Code and HTTP status of an error, as one service has them.
#[derive(Debug, PartialEq, Eq)]
pub struct Outcome {
    pub code: Cow<'static, str>,
    pub status: u16,
    pub fault: bool,
}

/// The code and status under which `error` reaches the caller.
pub fn outcome(to: Reply, error: &WireError) -> Outcome {
    let code = to.operation().map_or_else(
        || error.code.clone(),
        |operation| localize(operation, error.code.clone()),
    );
    let query = to.protocol() == Protocol::AwsQuery;
    let modelled = to
        .operation()
        .and_then(|operation| operation.error(&code))
        .and_then(|shape| shape.error);
    if let Some(meta) = modelled {
        let status = error
            .status
            .or(meta.status)
            .unwrap_or(if meta.fault { 500 } else { 400 });
        // On JSON the name of the shape counts, in query its code.
        let code = meta.code.filter(|_| query).map_or(code, Cow::Borrowed);
        return Outcome {
            code,
            status,
            fault: meta.fault,
        };
    }
    let code = if query { query_code(code) } else { code };
    let (status, fault) = usual_status(&code, to.protocol());
    Outcome {
        code,
        status: error.status.unwrap_or(status),
        fault,
    }
}

/// The service's own name for a general code that it doesn't declare.
fn localize(operation: &OperationMeta, code: Cow<'static, str>) -> Cow<'static, str> {
    if operation.error(&code).is_some() {
        return code;
    }
    let declared = |names: &[&'static str]| {
        names
            .iter()
            .copied()
            .find(|name| operation.error(name).is_some())
    };
    let ours = match code.as_ref() {
        "InternalServerException" => {
            let fault =
                |shape: &&&crate::meta::ShapeMeta| shape.error.is_some_and(|error| error.fault);
            Some(
                operation
                    .errors
                    .iter()
                    .find(fault)
                    .map_or("InternalFailure", |shape| shape.name),
            )
        }
        "ThrottlingException" => declared(&["TooManyRequestsException", "SlowDownException"]),
        "ValidationException" => Some(validation_code(operation)),
        "AccessDeniedException" => declared(&["UnauthorizedException"]),
        _ => None,
    };
    ours.map_or(code, Cow::Borrowed)
}

/// Codes that the query services have in common, by their JSON names.
fn query_code(code: Cow<'static, str>) -> Cow<'static, str> {
    Cow::Borrowed(match code.as_ref() {
        "AccessDeniedException" => "AccessDenied",
        "InternalServerException" => "InternalFailure",
        "SerializationException" => "MalformedInput",
        "ThrottlingException" => "Throttling",
        "UnknownOperationException" => "InvalidAction",
        "ValidationException" => "ValidationError",
        _ => return code,
    })
}

/// HTTP status of codes that no model declares, and whether they are the service's fault.
fn usual_status(code: &str, protocol: Protocol) -> (u16, bool) {
    match (code, protocol) {
        ("InternalFailure" | "InternalServerException" | "ServiceFailure", _) => (500, true),
        ("ServiceUnavailable" | "ServiceUnavailableException", _) => (503, true),
        (_, Protocol::AwsJson10 | Protocol::AwsJson11) => (400, false),
        (
            "AccessDenied"
            | "AccessDeniedException"
            | "ExpiredToken"
            | "ForbiddenException"
            | "InvalidClientTokenId"
            | "MissingAuthenticationToken"
            | "OptInRequired"
            | "SignatureDoesNotMatch",
            _,
        ) => (403, false),
        (
            "IncompleteSignatureException"
            | "InvalidSignatureException"
            | "UnrecognizedClientException",
            Protocol::RestJson1,
        ) => (403, false),
        ("MissingAuthenticationTokenException" | "ExpiredTokenException", Protocol::RestJson1) => {
            (403, false)
        }
        ("ResourceNotFoundException" | "UnknownOperationException", Protocol::RestJson1) => {
            (404, false)
        }
        ("ThrottlingException" | "TooManyRequestsException", Protocol::RestJson1) => (429, false),
        _ => (400, false),
    }
}

/// What CloudTrail calls most of what is wrong with a request.
const PARAMETER: &str = "InvalidParameterException";

/// Members of CloudTrail's requests that have exceptions of their own, in the operations that declare them.
const OWN_EXCEPTIONS: [(&str, &str); 5] = [
    ("eventCategory", "InvalidEventCategoryException"),
    ("lookupAttributes", "InvalidLookupAttributesException"),
    ("maxResults", "InvalidMaxResultsException"),
    ("name", "InvalidTrailNameException"),
    ("nextToken", "InvalidNextTokenException"),
];

/// What CloudTrail calls a value at `path` that breaks a constraint.
fn trail_code(operation: &OperationMeta, path: &str) -> &'static str {
    let member = path.split('.').next().unwrap_or_default();
    let mut own = OWN_EXCEPTIONS.iter();
    own.find(|(name, code)| *name == member && operation.error(code).is_some())
        .map_or_else(|| validation_code(operation), |(_, code)| code)
}

/// What the service calls a request that breaks a constraint of the model.
fn validation_code(operation: &OperationMeta) -> &'static str {
    match (operation.service.name, operation.service.protocol) {
        (_, Protocol::AwsQuery) => "ValidationError",
        ("organizations", _) => "InvalidInputException",
        ("cloudtrail", _) if operation.error(PARAMETER).is_some() => PARAMETER,
        ("sso" | "sso-oidc", _) => "InvalidRequestException",
        _ => "ValidationException",
    }
}

/// The error for a request that breaks constraints of the model; `violations` isn't empty.
pub fn invalid(operation: &OperationMeta, violations: &[Violation], message: String) -> WireError {
    // The portal knows a caller by a header, and says so when it isn't there.
    if operation.service.name == "sso"
        && violations
            .iter()
            .any(|violation| violation.path == "accessToken")
    {
        return WireError::new(
            "UnauthorizedException",
            "Session token not found or invalid",
        );
    }
    let code = match (operation.service.name, violations.first()) {
        ("cloudtrail", Some(first)) => trail_code(operation, &first.path),
        _ => validation_code(operation),
    };
    let error = WireError::new(code, message);
    match (operation.service.name, violations.first()) {
        ("organizations", Some(first)) => error.with("Reason", first.rule.reason()),
        ("account", _) => {
            let fields: Vec<_> = violations
                .iter()
                .map(|violation| json!({"name": violation.path, "message": violation.rule.to_string()}))
                .collect();
            error
                .with("reason", "fieldValidationFailed")
                .with("fieldList", fields)
        }
        _ => error,
    }
}

/// The error for a request that can't be read, in the service's own words.
pub fn malformed(operation: &OperationMeta, error: WireError) -> WireError {
    if speaks_oauth(operation) && error.code == "SerializationException" {
        return WireError {
            code: "InvalidRequestException".into(),
            ..error
        };
    }
    error
}

/// Whether errors have the members `error` and `error_description` of RFC 6749.
pub fn speaks_oauth(operation: &OperationMeta) -> bool {
    operation.service.name == "sso-oidc"
}

/// `AuthorizationPendingException` becomes `authorization_pending`.
pub fn oauth_error(code: &str) -> String {
    match code {
        "InternalServerException" | "InternalFailure" => return "server_error".to_owned(),
        "InvalidRequestRegionException" => return "invalid_request".to_owned(),
        _ => {}
    }
    let mut out = String::new();
    for c in code.strip_suffix("Exception").unwrap_or(code).chars() {
        if c.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// `InstanceArn` becomes `instanceArn`: how AWS names members in messages and events.
pub fn lower_first(name: &str) -> String {
    let mut text = name.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    text
}
