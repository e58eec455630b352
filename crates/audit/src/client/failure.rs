//! What an error of the SDK means for the run.

use std::error::Error;
use std::fmt;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::coverage::Outcome;

/// A call that gave no answer.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) operation: &'static str,
    pub(crate) outcome: Outcome,
    /// AWS's error code, or none when there was no answer.
    pub(crate) code: Option<String>,
    pub(crate) message: String,
    /// Whether the same call may well succeed later.
    pub(crate) passing: bool,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.operation, self.message)
    }
}

impl Failure {
    pub(crate) fn is(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code)
    }

    pub(crate) fn other(operation: &'static str, message: &str) -> Self {
        let message = message.to_owned();
        Self {
            operation,
            outcome: Outcome::Failed,
            code: None,
            message,
            passing: false,
        }
    }

    pub(crate) fn of<E>(operation: &'static str, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let status = error
            .raw_response()
            .map_or(0, |response| response.status().as_u16());
        let Some(service) = error.as_service_error() else {
            let passing = !matches!(error, SdkError::ConstructionFailure(_)) && status != 501;
            let outcome = if status == 501 {
                Outcome::Unsupported
            } else {
                Outcome::Failed
            };
            return Self {
                operation,
                outcome,
                code: None,
                message: chain(error),
                passing,
            };
        };
        let code = service.code().unwrap_or_default();
        let text = service.message().unwrap_or_default();
        let message = match (code, text) {
            ("", "") => format!("HTTP status {status} without an error code"),
            (code, "") => code.to_owned(),
            ("", text) => text.to_owned(),
            (code, text) => format!("{code}: {text}"),
        };
        let outcome = classify(code, text, status);
        let passing =
            outcome == Outcome::Throttled || (outcome == Outcome::Failed && status >= 500);
        Self {
            operation,
            outcome,
            code: Some(code.to_owned()),
            message,
            passing,
        }
    }
}

/// The causes of an error in one line, as the SDK's own text is often only `dispatch failure`.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}

fn classify(code: &str, text: &str, status: u16) -> Outcome {
    match code {
        "ThrottlingException"
        | "Throttling"
        | "ThrottledException"
        | "TooManyRequestsException"
        | "RequestLimitExceeded"
        | "RequestThrottled"
        | "SlowDown" => Outcome::Throttled,
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" | "NotAuthorized" => {
            Outcome::Denied
        }
        // What a regional endpoint answers to credentials of an account that has not opted in.
        "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "OptInRequired"
        | "RegionDisabledException" => Outcome::Disabled,
        "UnknownOperationException"
        | "UnknownOperation"
        | "InvalidAction"
        | "NotImplemented"
        | "UnsupportedOperationException" => Outcome::Unsupported,
        // The two generations of the answer that account instances give to calls they do not have.
        "ValidationException" if refused_by_type(text) => Outcome::Unsupported,
        _ => match status {
            429 => Outcome::Throttled,
            501 => Outcome::Unsupported,
            // No such path, and not even an error of the service's own: there is no such service.
            404 if code.is_empty() => Outcome::Unsupported,
            403 => Outcome::Denied,
            _ => Outcome::Failed,
        },
    }
}

/// Whether the text is how AWS says that an operation is not for account instances.
pub(crate) fn refused_by_type(text: &str) -> bool {
    let text = text.to_lowercase();
    text.contains("not supported for this identity center instance")
        || text.contains("not supported for account instances")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_become_outcomes() {
        let cases = [
            ("ThrottlingException", "", 400, Outcome::Throttled),
            ("AccessDenied", "", 403, Outcome::Denied),
            ("AccessDeniedException", "", 400, Outcome::Denied),
            ("UnrecognizedClientException", "", 400, Outcome::Disabled),
            ("UnknownOperationException", "", 400, Outcome::Unsupported),
            (
                "ValidationException",
                "The operation is not supported for this Identity Center instance",
                400,
                Outcome::Unsupported,
            ),
            (
                "ValidationException",
                "This operation is not supported for account instances of IAM Identity Center",
                400,
                Outcome::Unsupported,
            ),
            (
                "ValidationException",
                "1 validation error detected",
                400,
                Outcome::Failed,
            ),
            ("", "", 429, Outcome::Throttled),
            ("", "", 404, Outcome::Unsupported),
            ("ResourceNotFoundException", "", 404, Outcome::Failed),
            ("InternalServerException", "", 500, Outcome::Failed),
        ];
        for (code, text, status, want) in cases {
            assert_eq!(classify(code, text, status), want, "{code} {text}");
        }
    }
}
