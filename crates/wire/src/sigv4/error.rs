//! What can be wrong with a signature, and how AWS says so.

use jiff::{SignedDuration, Timestamp};

use super::{MAX_SKEW, amz_date};
use crate::codec::Reply;
use crate::error::WireError;
use crate::meta::Protocol;

/// Why a caller isn't known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// There is no signature where one is needed.
    #[error("request is missing authentication token")]
    Missing,
    /// A part of the signature is missing or can't be read; the text tells which, in AWS's words.
    #[error("{0}")]
    Incomplete(String),
    /// No such access key, or one that is switched off.
    #[error("the security token included in the request is invalid")]
    UnknownAccessKey,
    /// The session token belongs to temporary credentials that are over.
    #[error("the security token included in the request is expired")]
    TokenExpired,
    /// The signature isn't what the secret gives, or something was changed.
    #[error("signature does not match")]
    SignatureDoesNotMatch,
    /// A header or the body wasn't covered by the signature as it must be; the text tells which.
    #[error("{0}")]
    NotCovered(String),
    /// Signed too long ago.
    #[error("signature of {signed} expired by {now}")]
    Expired {
        /// Date of the request.
        signed: Timestamp,
        /// Our time.
        now: Timestamp,
    },
    /// Signed in the future.
    #[error("signature of {signed} is not yet current at {now}")]
    NotYetCurrent {
        /// Date of the request.
        signed: Timestamp,
        /// Our time.
        now: Timestamp,
    },
    /// A presigned URL is over.
    #[error("presigned request has expired")]
    RequestExpired,
    /// The credential scope names another service.
    #[error("credential should be scoped to service `{expected}`")]
    WrongService {
        /// Signing name of the service that was called.
        expected: &'static str,
    },
    /// The credential scope names a Region in which the service isn't.
    #[error("credential is scoped to region `{given}`")]
    WrongRegion {
        /// Region of the credential scope.
        given: String,
    },
}

impl AuthError {
    /// Code, text and status as the protocol in question has them.
    ///
    /// JSON and REST services have codes with `Exception` at the end; query services have older ones and answer 403.
    pub fn to_wire(&self, to: impl Into<Reply>) -> WireError {
        let query = to.into().protocol() == Protocol::AwsQuery;
        let (json_code, query_code, status) = match self {
            Self::Missing => (
                "MissingAuthenticationTokenException",
                "MissingAuthenticationToken",
                403,
            ),
            Self::Incomplete(_) => ("IncompleteSignatureException", "IncompleteSignature", 400),
            Self::UnknownAccessKey => ("UnrecognizedClientException", "InvalidClientTokenId", 403),
            Self::TokenExpired => ("ExpiredTokenException", "ExpiredToken", 403),
            Self::RequestExpired => ("RequestExpired", "RequestExpired", 400),
            Self::SignatureDoesNotMatch
            | Self::NotCovered(_)
            | Self::Expired { .. }
            | Self::NotYetCurrent { .. }
            | Self::WrongService { .. }
            | Self::WrongRegion { .. } => {
                ("InvalidSignatureException", "SignatureDoesNotMatch", 403)
            }
        };
        if query {
            WireError::new(query_code, self.text()).status(status)
        } else {
            WireError::new(json_code, self.text())
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Missing => "Missing Authentication Token".to_owned(),
            Self::Incomplete(text) | Self::NotCovered(text) => text.clone(),
            Self::UnknownAccessKey => "The security token included in the request is invalid.".to_owned(),
            Self::TokenExpired => "The security token included in the request is expired".to_owned(),
            Self::SignatureDoesNotMatch => {
                "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
                 Access Key and signing method. Consult the service documentation for details."
                    .to_owned()
            }
            Self::Expired { signed, now } => format!(
                "Signature expired: {} is now earlier than {} ({} - 15 min.)",
                amz_date(*signed),
                amz_date(shifted(*now, -MAX_SKEW)),
                amz_date(*now),
            ),
            Self::NotYetCurrent { signed, now } => format!(
                "Signature not yet current: {} is still later than {} ({} + 15 min.)",
                amz_date(*signed),
                amz_date(shifted(*now, MAX_SKEW)),
                amz_date(*now),
            ),
            Self::RequestExpired => "Request has expired.".to_owned(),
            Self::WrongService { expected } => format!("Credential should be scoped to correct service: '{expected}'."),
            Self::WrongRegion { given } => format!("Credential should be scoped to a valid region, not '{given}'."),
        }
    }
}

fn shifted(time: Timestamp, by: SignedDuration) -> Timestamp {
    time.checked_add(by).unwrap_or(time)
}
