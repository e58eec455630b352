use std::error::Error;
use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// Why a message could not be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SendError {
    /// What the target said, or what kept it from being reached.
    pub message: String,
    /// Whether the message is the reason, so that it would be refused again.
    pub is_final: bool,
    /// How long the target wants to be left alone.
    pub after: Option<Duration>,
}

/// AWS's codes for a message that can't be taken. What is wrong with permissions or names may be mended.
const FINAL: &[&str] = &[
    "InvalidMessageContents",
    "InvalidParameter",
    "InvalidParameterException",
    "InvalidParameterValue",
    "InvalidParameterValueException",
    "RequestEntityTooLarge",
];

impl SendError {
    /// One that may not come again.
    pub(crate) fn passing(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            is_final: false,
            after: None,
        }
    }

    /// One that will come again.
    pub(crate) fn last(message: impl Into<String>) -> Self {
        Self {
            is_final: true,
            ..Self::passing(message)
        }
    }

    /// What AWS answered: `NotFound: Topic does not exist`.
    pub(crate) fn of_aws<E>(error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let Some(service) = error.as_service_error() else {
            return Self::passing(innermost(error));
        };
        let code = service.code().unwrap_or("an error without a code");
        let message = match service.message() {
            Some(message) => format!("{code}: {message}"),
            None => code.to_owned(),
        };
        Self {
            is_final: FINAL.contains(&code),
            ..Self::passing(message)
        }
    }
}

/// The innermost reason, which says most.
pub(crate) fn innermost(error: &dyn Error) -> String {
    let mut inner = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}
