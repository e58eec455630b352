//! What is kept with an object besides its bytes, and what this server does not keep.

use std::time::{Duration, SystemTime};

use atrium_model::Timestamp;
use atrium_store::ObjectHeaders;
use s3s::{S3Error, s3_error};

/// The longest user metadata, in bytes of names and values (S3 user guide, "Working with object metadata").
const MAX_METADATA: usize = 2048;

/// The headers in the input of PutObject, CopyObject or CreateMultipartUpload that are kept with the object.
macro_rules! object_headers {
    ($input:expr) => {
        atrium_store::ObjectHeaders {
            content_type: $input.content_type.take(),
            cache_control: $input.cache_control.take(),
            content_disposition: $input.content_disposition.take(),
            content_encoding: $input.content_encoding.take(),
            content_language: $input.content_language.take(),
            user: $input
                .metadata
                .take()
                .unwrap_or_default()
                .into_iter()
                .collect(),
        }
    };
}
pub(super) use object_headers;

/// Refuses what the input of PutObject, CopyObject or CreateMultipartUpload asks for and isn't offered, rather than
/// to keep an object without it.
macro_rules! refuse_unsupported {
    ($input:expr) => {
        $crate::s3::headers::refuse(
            $input.acl.as_ref().map(|acl| acl.as_str()),
            &[
                (
                    $input.grant_full_control.is_some(),
                    "x-amz-grant-full-control",
                ),
                ($input.grant_read.is_some(), "x-amz-grant-read"),
                ($input.grant_read_acp.is_some(), "x-amz-grant-read-acp"),
                ($input.grant_write_acp.is_some(), "x-amz-grant-write-acp"),
            ],
            &[
                (
                    $input.server_side_encryption.is_some(),
                    "x-amz-server-side-encryption",
                ),
                (
                    $input.sse_customer_algorithm.is_some(),
                    "x-amz-server-side-encryption-customer-algorithm",
                ),
                ($input.tagging.is_some(), "x-amz-tagging"),
                ($input.object_lock_mode.is_some(), "x-amz-object-lock-mode"),
                (
                    $input.object_lock_legal_hold_status.is_some(),
                    "x-amz-object-lock-legal-hold",
                ),
                (
                    $input.website_redirect_location.is_some(),
                    "x-amz-website-redirect-location",
                ),
                (
                    $input
                        .storage_class
                        .as_ref()
                        .is_some_and(|class| class.as_str() != "STANDARD"),
                    "x-amz-storage-class",
                ),
            ],
        )
    };
}
pub(super) use refuse_unsupported;

pub(super) fn refuse(
    acl: Option<&str>,
    grants: &[(bool, &str)],
    headers: &[(bool, &str)],
) -> Result<(), S3Error> {
    // As a bucket whose owner owns all objects, AWS's default, takes them.
    let foreign_acl =
        acl.is_some_and(|acl| !matches!(acl, "private" | "bucket-owner-full-control"));
    if foreign_acl || grants.iter().any(|(given, _)| *given) {
        return Err(s3_error!(
            AccessControlListNotSupported,
            "The bucket does not allow ACLs"
        ));
    }
    match headers.iter().find(|(given, _)| *given) {
        None => Ok(()),
        Some((_, name)) => Err(S3Error::with_message(
            s3s::S3ErrorCode::NotImplemented,
            format!("A header you provided implies functionality that is not implemented: {name}"),
        )),
    }
}

/// Refuses metadata that is too long, or that could not be sent back.
pub(super) fn check(headers: &ObjectHeaders) -> Result<(), S3Error> {
    let length: usize = headers
        .user
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    if length > MAX_METADATA {
        return Err(s3_error!(
            MetadataTooLarge,
            "Your metadata headers exceed the maximum allowed metadata size"
        ));
    }
    let ObjectHeaders {
        content_type,
        cache_control,
        content_disposition,
        content_encoding,
        content_language,
        user,
    } = headers;
    let standard = [
        content_type,
        cache_control,
        content_disposition,
        content_encoding,
        content_language,
    ];
    let values = standard.into_iter().flatten().chain(user.values());
    let readable = values
        .into_iter()
        .all(|value| http::HeaderValue::from_str(value).is_ok() && !value.contains('\0'));
    if readable {
        Ok(())
    } else {
        Err(s3_error!(
            InvalidArgument,
            "A metadata value can't be sent in a header."
        ))
    }
}

/// A moment as `s3s` has it.
pub(super) fn date(time: Timestamp) -> s3s::dto::Timestamp {
    let since = Duration::from_millis(u64::try_from(time.as_millis()).unwrap_or(0));
    SystemTime::UNIX_EPOCH
        .checked_add(since)
        .unwrap_or(SystemTime::UNIX_EPOCH)
        .into()
}

/// The seconds since the epoch of a moment as `s3s` has it.
pub(super) fn seconds(time: s3s::dto::Timestamp) -> i64 {
    let mut text = Vec::new();
    match time.format(s3s::dto::TimestampFormat::EpochSeconds, &mut text) {
        Ok(()) => {
            let text = String::from_utf8_lossy(&text);
            text.split('.')
                .next()
                .and_then(|whole| whole.parse().ok())
                .unwrap_or(0)
        }
        Err(_) => 0,
    }
}

/// An ETag as `s3s` has it.
pub(super) fn etag(text: &str) -> s3s::dto::ETag {
    s3s::dto::ETag::Strong(text.to_owned())
}

/// The only version an object has.
pub(super) fn check_version(version: Option<&str>) -> Result<(), S3Error> {
    match version {
        None | Some("null") => Ok(()),
        Some(_) => Err(s3_error!(InvalidArgument, "Invalid version id specified")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_keep_their_seconds() {
        for seconds_since in [0, 1, 1_700_000_000] {
            let time = Timestamp::from_millis(seconds_since * 1000 + 999);
            assert_eq!(seconds(date(time)), seconds_since);
        }
    }

    #[test]
    fn what_is_not_kept_is_refused() {
        let cases: [(Option<&str>, bool, bool, bool); 6] = [
            (None, false, false, true),
            (Some("private"), false, false, true),
            (Some("bucket-owner-full-control"), false, false, true),
            (Some("public-read"), false, false, false),
            (None, true, false, false),
            (None, false, true, false),
        ];
        for (acl, grant, header, want) in cases {
            assert_eq!(
                refuse(acl, &[(grant, "g")], &[(header, "h")]).is_ok(),
                want,
                "{acl:?} {grant} {header}"
            );
        }
    }

    #[test]
    fn metadata_is_short_and_fits_a_header() {
        let with = |value: String| ObjectHeaders {
            user: [("k".to_owned(), value)].into(),
            ..ObjectHeaders::default()
        };
        assert!(check(&with("v".repeat(2047))).is_ok());
        assert!(check(&with("v".repeat(2048))).is_err());
        assert!(check(&with("a\nb".into())).is_err());
    }
}
