//! Signatures of requests, version 4, verified.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html> describes how clients make them: in the
//! `Authorization` header, or in the query string of a presigned URL.

mod canonical;
mod error;
mod key;
mod parse;
mod presigned;
mod stream;

use hmac::{Hmac, KeyInit, Mac};
use http::request::Parts;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

pub use error::AuthError;
pub use stream::ChunkSignatures;

use crate::meta::OperationMeta;

type HmacSha256 = Hmac<Sha256>;

/// How far the date of a request may be from ours.
pub const MAX_SKEW: SignedDuration = SignedDuration::from_mins(15);

/// How long a presigned URL may be valid, in seconds: a week.
pub const MAX_EXPIRES_SECONDS: u32 = 604_800;

/// What a signed request says of its signature. Nothing of it is proven before [`SignedRequest::verify`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedRequest {
    /// Who claims to have signed.
    pub access_key_id: String,
    /// When, with seconds.
    pub date: Timestamp,
    /// `20260701` of the credential scope.
    pub scope_date: String,
    /// Region of the credential scope.
    pub region: String,
    /// Service of the credential scope, such as `sso`.
    pub service: String,
    /// Names in lower case, in order, each once.
    pub signed_headers: Vec<String>,
    /// Token of temporary credentials.
    pub session_token: Option<String>,
    /// Seconds for which a presigned URL is valid after its date; none for the header form.
    pub expires: Option<u32>,
    signature: [u8; 32],
}

impl SignedRequest {
    /// Reads the signature of a request; none if it isn't signed (or is in some other way, such as a bearer token).
    ///
    /// # Errors
    ///
    /// When there is a signature that can't be one.
    pub fn parse(parts: &Parts) -> Result<Option<Self>, AuthError> {
        parse::parse(parts)
    }

    /// Checks that the request was signed with `secret`, for this time, and that nothing of it changed since.
    ///
    /// Every `x-amz-*` header and the host must be signed. `parts` are those that [`SignedRequest::parse`] has seen,
    /// `body` is the whole body.
    ///
    /// # Errors
    ///
    /// When any of that isn't so. The comparison takes the same time wherever signatures differ.
    pub fn verify(
        &self,
        parts: &Parts,
        body: &[u8],
        secret: &[u8],
        now: Timestamp,
    ) -> Result<(), AuthError> {
        self.check_time(now)?;
        canonical::check_signed_headers(self, parts)?;
        let payload = canonical::payload_hash(self, parts, body)?;
        let canonical = canonical::request(self, parts, &payload);
        let to_sign = format!(
            "AWS4-HMAC-SHA256\n{}\n{}/{}/{}/aws4_request\n{}",
            amz_date(self.date),
            self.scope_date,
            self.region,
            self.service,
            hex::encode(Sha256::digest(canonical)),
        );
        let key = key::signing_key(self, secret);
        let mac = hmac(&key).chain_update(to_sign.as_bytes());
        mac.verify_slice(&self.signature)
            .map_err(|_| AuthError::SignatureDoesNotMatch)
    }

    /// Checks that the credential is scoped to the service of `operation`.
    ///
    /// # Errors
    ///
    /// [`AuthError::WrongService`].
    pub fn check_service(&self, operation: &OperationMeta) -> Result<(), AuthError> {
        let expected = operation.service.signing_name;
        if self.service == expected {
            Ok(())
        } else {
            Err(AuthError::WrongService { expected })
        }
    }

    fn check_time(&self, now: Timestamp) -> Result<(), AuthError> {
        let age = now.duration_since(self.date);
        if age < -MAX_SKEW {
            return Err(AuthError::NotYetCurrent {
                signed: self.date,
                now,
            });
        }
        let lifetime = self.expires.map_or(MAX_SKEW, |seconds| {
            SignedDuration::from_secs(seconds.into())
        });
        if age <= lifetime {
            return Ok(());
        }
        Err(if self.expires.is_some() {
            AuthError::RequestExpired
        } else {
            AuthError::Expired {
                signed: self.date,
                now,
            }
        })
    }
}

/// A keyed MAC. RFC 2104: keys are padded with zeros to the block, or hashed first if they are longer.
fn hmac(key: &[u8]) -> HmacSha256 {
    let mut block = [0; 64];
    match block.get_mut(..key.len()) {
        Some(start) => start.copy_from_slice(key),
        None => block[..32].copy_from_slice(&Sha256::digest(key)),
    }
    HmacSha256::new(&block.into())
}

/// `20260701T120819Z`.
fn amz_date(time: Timestamp) -> String {
    time.strftime("%Y%m%dT%H%M%SZ").to_string()
}
