//! The operations that are not offered: they answer `NotImplemented`, and leave events as others do.

use s3s::access::{S3Access, S3AccessContext};
use s3s::auth::{S3Auth, SecretKey};
use s3s::path::S3Path;
use s3s::{S3Result, s3_error};

use super::service::OFFERED;
use super::session::Session;

/// Operations that concern objects although their path names none: data events, which are not recorded.
const ABOUT_OBJECTS: &[&str] = &["ListObjectVersions", "WriteGetObjectResponse"];

/// Refuses what is not offered, before anything of it is read.
pub(super) struct Unoffered(pub(super) Session);

#[async_trait::async_trait]
impl S3Access for Unoffered {
    async fn check(&self, cx: &mut S3AccessContext<'_>) -> S3Result<()> {
        let Self(session) = self;
        let operation = cx.s3_op().name();
        if OFFERED.contains(&operation) {
            // Each asks for what it needs by itself.
            return Ok(());
        }
        let refused = Err(s3_error!(
            NotImplemented,
            "{operation} is not implemented yet"
        ));
        let bucket = match cx.s3_path() {
            S3Path::Root => None,
            S3Path::Bucket { bucket } => Some(&**bucket),
            S3Path::Object { .. } => return session.count(operation, refused),
        };
        let refused = match ABOUT_OBJECTS.contains(&operation) {
            true => refused,
            false => session.checked(operation, bucket, refused).await,
        };
        session.count(operation, refused)
    }
}

/// Knows no keys: signatures are checked and taken off before `s3s` sees a request. Without this it would not ask
/// [`Unoffered`].
pub(super) struct NoKeys;

#[async_trait::async_trait]
impl S3Auth for NoKeys {
    async fn get_secret_key(&self, _access_key: &str) -> S3Result<SecretKey> {
        Err(s3_error!(InvalidAccessKeyId))
    }
}
