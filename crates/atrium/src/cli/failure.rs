//! How a run ends badly, and what it says then.

use std::error::Error;
use std::process::ExitCode;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// The end of a command: its exit status, or why there is none.
pub(crate) type Run = Result<u8, Failure>;

/// What ended a command.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line is wrong, as clap says it; also `--help` and `--version`. Status 2 (0 for those two).
    Arguments(Box<clap::Error>),
    /// The command is used wrongly in another way. Status 2.
    Usage(String),
    /// It did not work. Status 1.
    Tool(anyhow::Error),
}

impl From<clap::Error> for Failure {
    fn from(error: clap::Error) -> Self {
        Self::Arguments(Box::new(error))
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Tool(error)
    }
}

impl Failure {
    /// Says it on standard error, one line with its causes, and answers the exit status.
    pub(super) fn report(&self) -> ExitCode {
        match self {
            Self::Arguments(error) => {
                // A closed pipe is no reason to fail once more.
                let _ = error.print();
                ExitCode::from(if error.use_stderr() { 2 } else { 0 })
            }
            Self::Usage(message) => {
                eprintln!("error: {message}");
                ExitCode::from(2)
            }
            Self::Tool(error) => {
                // Some causes have lines of their own; this one is for logs and for people in a hurry.
                let lines = format!("{error:#}");
                let lines: Vec<&str> = lines.lines().map(str::trim).collect();
                eprintln!("error: {}", lines.join(" "));
                ExitCode::from(1)
            }
        }
    }
}

/// An error of a call to AWS as AWS names it: `CreateUser: ConflictException: the name is taken`.
/// A call without an answer tells its causes, as the SDK's own text is often only `dispatch failure`.
pub(crate) fn refused<E>(operation: &str, error: &SdkError<E, HttpResponse>) -> anyhow::Error
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let Some(service) = error.as_service_error() else {
        let status = error
            .raw_response()
            .map(|response| format!(" (HTTP status {})", response.status().as_u16()))
            .unwrap_or_default();
        let hint = match error {
            SdkError::DispatchFailure(_) | SdkError::TimeoutError(_) => {
                "; check that the endpoint is up and --endpoint-url or AWS_ENDPOINT_URL names it"
            }
            _ => "",
        };
        return anyhow::anyhow!("{operation}: {}{status}{hint}", chain(error));
    };
    match (service.code(), service.message()) {
        (Some(code), Some(message)) => anyhow::anyhow!("{operation}: {code}: {message}"),
        (Some(code), None) => anyhow::anyhow!("{operation}: {code}"),
        (None, Some(message)) => anyhow::anyhow!("{operation}: {message}"),
        (None, None) => anyhow::anyhow!("{operation}: {}", chain(error)),
    }
}

/// Whether AWS means "later": the call may be made again as it is.
pub(crate) fn retriable_code(code: Option<&str>) -> bool {
    matches!(
        code,
        Some(
            "ThrottlingException"
                | "Throttling"
                | "TooManyRequestsException"
                | "ConcurrentModificationException"
                | "InternalServerException"
                | "ServiceException"
        )
    )
}

fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let next = cause.to_string();
        if !text.ends_with(&next) {
            text = format!("{text}: {next}");
        }
        source = cause.source();
    }
    text
}
