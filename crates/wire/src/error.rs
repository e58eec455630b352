//! What callers are told when a call fails.

use std::borrow::Cow;

use serde_json::Value;

use crate::shape::DecodeError;

/// An error on its way to the caller.
///
/// `code` may be the shape's name (`NoSuchEntityException`) or its wire code (`NoSuchEntity`). The general
/// codes of the helpers below are replaced by those of the service in question when they are encoded.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct WireError {
    /// Name of the error shape, or its wire code.
    pub code: Cow<'static, str>,
    /// Text for the caller.
    pub message: String,
    /// HTTP status; by default what the model or the protocol says.
    pub status: Option<u16>,
    /// Further members of the error shape, such as `Reason`.
    pub extras: Vec<(&'static str, Value)>,
}

impl WireError {
    /// An error with a code of the model.
    pub fn new(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            status: None,
            extras: Vec::new(),
        }
    }

    /// Adds a member of the error shape.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.extras.push((name, value.into()));
        self
    }

    /// Sets the HTTP status, against the model.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// The request breaks a rule: `ValidationException`, or what the service has for it.
    pub fn validation(message: impl Into<String>) -> Self {
        Self::new("ValidationException", message)
    }

    /// The caller may not do this: `AccessDeniedException`, or `AccessDenied` in the query protocol.
    pub fn access_denied(message: impl Into<String>) -> Self {
        Self::new("AccessDeniedException", message)
    }

    /// Something is missing: `ResourceNotFoundException`.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new("ResourceNotFoundException", message)
    }

    /// Something stands in the way: `ConflictException`.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new("ConflictException", message)
    }

    /// Too many calls: `ThrottlingException`, or what the service has for it.
    pub fn throttled(message: impl Into<String>) -> Self {
        Self::new("ThrottlingException", message)
    }

    /// Our own failure; tells the caller nothing. `InternalServerException`, or what the service has for it.
    pub fn internal() -> Self {
        Self::new(
            "InternalServerException",
            "An internal failure occurred. Try your request again.",
        )
    }

    /// The body can't be read as the operation's input.
    pub fn serialization(message: impl Into<String>) -> Self {
        Self::new("SerializationException", message)
    }

    /// There is no such operation, or none that is implemented.
    pub fn unknown_operation(message: impl Into<String>) -> Self {
        Self::new("UnknownOperationException", message)
    }
}

impl From<DecodeError> for WireError {
    fn from(error: DecodeError) -> Self {
        Self::serialization(error.to_string())
    }
}
