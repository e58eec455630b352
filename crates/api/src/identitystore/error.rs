//! The service's errors. All of them carry the request's id.

use atrium_directory::ProfileError;
use atrium_model::directory::UniqueAttribute;
use atrium_wire::WireError;

use crate::Call;

/// The values of `ResourceType` in `ResourceNotFoundException`.
#[derive(Clone, Copy, Debug)]
pub(super) enum ResourceType {
    User,
    Group,
    Membership,
    Store,
}

impl ResourceType {
    fn as_str(self) -> &'static str {
        match self {
            Self::User => "USER",
            Self::Group => "GROUP",
            Self::Membership => "GROUP_MEMBERSHIP",
            Self::Store => "IDENTITY_STORE",
        }
    }
}

/// There is no such thing. `id` names it, if the caller did.
pub(super) fn not_found(call: &Call<'_>, kind: ResourceType, id: Option<&str>) -> WireError {
    let kind = kind.as_str();
    let mut error = WireError::not_found(format!("{kind} not found.")).with("ResourceType", kind);
    if let Some(id) = id {
        error = error.with("ResourceId", id);
    }
    with_request_id(call, error)
}

/// Another user or group has the value.
pub(super) fn taken(call: &Call<'_>, attribute: UniqueAttribute) -> WireError {
    let message = match attribute {
        UniqueAttribute::UserName => "Duplicate UserName",
        UniqueAttribute::Email => "Duplicate Email",
        UniqueAttribute::UserExternalId | UniqueAttribute::GroupExternalId => {
            "Duplicate ExternalId"
        }
        UniqueAttribute::GroupDisplayName => "Duplicate GroupDisplayName",
    };
    unique(call, message)
}

/// Something of the kind is there already.
pub(super) fn unique(call: &Call<'_>, message: &str) -> WireError {
    let error = WireError::conflict(message).with("Reason", "UNIQUENESS_CONSTRAINT_VIOLATION");
    with_request_id(call, error)
}

/// The entry is at another revision than the caller's.
pub(super) fn changed_meanwhile(call: &Call<'_>) -> WireError {
    let error = WireError::conflict("The resource was modified since the given revision.")
        .with("Reason", "CONCURRENT_MODIFICATION");
    with_request_id(call, error)
}

/// The store is full.
pub(super) fn quota(call: &Call<'_>, what: &str, limit: i64) -> WireError {
    let message = format!("The identity store has reached its limit of {limit} {what}.");
    with_request_id(
        call,
        WireError::new("ServiceQuotaExceededException", message),
    )
}

/// The request breaks a rule.
pub(super) fn validation(call: &Call<'_>, message: impl Into<String>) -> WireError {
    with_request_id(call, WireError::validation(message))
}

/// An attribute is not as it must be.
pub(super) fn profile(call: &Call<'_>, error: &ProfileError) -> WireError {
    let constraint = |path: &str, rule: String| {
        format!(
            "1 validation error detected: Value at '{path}' failed to satisfy constraint: Member must {rule}"
        )
    };
    let message = match error {
        ProfileError::Required(path) => format!("{path} is a required attribute"),
        ProfileError::Unknown(path) => format!("{path} is not a supported attribute"),
        ProfileError::Type { path, expected } => constraint(path, format!("be a {expected}")),
        ProfileError::Empty(path) => {
            constraint(path, "have length greater than or equal to 1".to_owned())
        }
        ProfileError::TooLong { path, limit } => {
            constraint(path, format!("have length less than or equal to {limit}"))
        }
        ProfileError::Pattern { path, pattern } => constraint(
            path,
            format!("satisfy regular expression pattern: {pattern}"),
        ),
        ProfileError::TooMany { path, limit } => {
            format!("List attribute {path} exceeds allowed limit of {limit}")
        }
        ProfileError::Reserved(name) => format!("{name} is a reserved name"),
    };
    validation(call, message)
}

/// Adds the request's id to an error.
pub(super) fn with_request_id(call: &Call<'_>, error: WireError) -> WireError {
    error.with("RequestId", call.cx.request_id)
}
