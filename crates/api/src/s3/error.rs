//! What callers of S3 are told when a call fails.

use atrium_store::StoreError;
use atrium_wire::WireError;
use atrium_wire::sigv4::AuthError;
use axum::body::Body;
use axum::response::Response;
use s3s::{S3Error, S3ErrorCode, s3_error};

/// Why a transaction ended without a change.
#[derive(Debug)]
pub(super) enum Failure {
    /// The caller is told.
    Refused(S3Error),
    /// The store failed.
    Store(StoreError),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<S3Error> for Failure {
    fn from(error: S3Error) -> Self {
        Self::Refused(error)
    }
}

impl From<Failure> for S3Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(error) => error,
            // Clients try these again.
            Failure::Store(StoreError::Conflict) => {
                s3_error!(SlowDown, "Please reduce your request rate.")
            }
            Failure::Store(error) => {
                tracing::error!(error = %error, "the store failed");
                internal()
            }
        }
    }
}

pub(super) fn internal() -> S3Error {
    s3_error!(
        InternalError,
        "We encountered an internal error. Please try again."
    )
}

/// A failure of the object store: it is logged here, and tells the caller nothing.
pub(super) fn storage(error: &object_store::Error) -> S3Error {
    tracing::error!(error = %error, "the object store failed");
    internal()
}

/// A code that `s3s` has no name for, answered with 400.
pub(super) fn custom(code: &'static str, message: &'static str) -> S3Error {
    let mut error = S3Error::with_message(S3ErrorCode::Custom(code.into()), message);
    error.set_status_code(http::StatusCode::BAD_REQUEST);
    error
}

/// The refusal by policies, in the words they were refused with.
pub(super) fn denied(error: WireError) -> S3Error {
    match error.code.as_ref() {
        "AccessDeniedException" | "AccessDenied" => {
            S3Error::with_message(S3ErrorCode::AccessDenied, error.message)
        }
        "ThrottlingException" => s3_error!(SlowDown, "Please reduce your request rate."),
        _ => internal(),
    }
}

/// The refusal of a signature (Amazon S3 API reference, "Error responses").
pub(super) fn unauthenticated(error: &AuthError) -> S3Error {
    match error {
        AuthError::Missing => s3_error!(AccessDenied, "Access Denied"),
        AuthError::Incomplete(text) => {
            S3Error::with_message(S3ErrorCode::AuthorizationHeaderMalformed, text.clone())
        }
        AuthError::UnknownAccessKey => s3_error!(
            InvalidAccessKeyId,
            "The AWS Access Key Id you provided does not exist in our records."
        ),
        AuthError::TokenExpired => s3_error!(ExpiredToken, "The provided token has expired."),
        AuthError::SignatureDoesNotMatch => s3_error!(
            SignatureDoesNotMatch,
            "The request signature we calculated does not match the signature you provided. Check your key and \
             signing method."
        ),
        AuthError::NotCovered(_) => s3_error!(
            AccessDenied,
            "There were headers present in the request which were not signed"
        ),
        AuthError::Expired { .. } | AuthError::NotYetCurrent { .. } => s3_error!(
            RequestTimeTooSkewed,
            "The difference between the request time and the current time is too large."
        ),
        AuthError::RequestExpired => s3_error!(AccessDenied, "Request has expired"),
        AuthError::WrongService { .. } | AuthError::WrongRegion { .. } => s3_error!(
            AuthorizationHeaderMalformed,
            "The authorization header is malformed; the Credential is scoped to another service or Region."
        ),
    }
}

/// The answer to a request that failed before it was an operation.
pub(super) fn response(error: S3Error) -> Response {
    match error.to_http_response() {
        Ok(response) => response.map(Body::new),
        Err(_) => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
            response
        }
    }
}
