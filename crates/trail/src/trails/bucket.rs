//! Where a trail's files go.

use atrium_model::AccountId;
use atrium_store::{ObjectTx, StoreError};

use super::TrailError;

/// The most characters of a key prefix; CreateTrail in the CloudTrail API reference.
const PREFIX: usize = 200;

/// Checks that a bucket can be a trail's: it is there, and the trail's account owns it.
///
/// Atrium's buckets are open to their owner's account alone and have no policies, so the owner's trail may always
/// write.
pub(crate) fn check(
    tx: &mut dyn ObjectTx,
    owner: &AccountId,
    name: &str,
) -> Result<(), TrailError> {
    if !(3..=63).contains(&name.len()) {
        let why = "Bucket name length should be between 3 and 63 characters.";
        return Err(TrailError::BucketName(why.to_owned()));
    }
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b);
    if !name.bytes().all(fits) {
        let why = "Bucket name can only contain lowercase letters, numbers, periods (.), and hyphens (-).";
        return Err(TrailError::BucketName(why.to_owned()));
    }
    match access(tx, owner, name)? {
        Access::Granted => Ok(()),
        Access::Missing => Err(TrailError::NoBucket(name.to_owned())),
        Access::Denied => Err(TrailError::ForeignBucket(name.to_owned())),
    }
}

/// Whether a trail's account may write to a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// It may.
    Granted,
    /// There is no such bucket.
    Missing,
    /// The bucket is another account's.
    Denied,
}

/// Whether a trail's account may write to a bucket.
pub(crate) fn access(
    tx: &mut dyn ObjectTx,
    owner: &AccountId,
    name: &str,
) -> Result<Access, StoreError> {
    Ok(match tx.bucket(name)? {
        None => Access::Missing,
        Some(bucket) if bucket.account == *owner => Access::Granted,
        Some(_) => Access::Denied,
    })
}

/// A key prefix as it is kept; an empty one is none.
pub(crate) fn prefix(given: Option<String>) -> Result<Option<String>, TrailError> {
    let Some(prefix) = given.filter(|prefix| !prefix.is_empty()) else {
        return Ok(None);
    };
    let why = if prefix.chars().count() > PREFIX {
        "The S3 key prefix can be at most 200 characters long."
    } else if prefix.starts_with('/') || prefix.ends_with('/') {
        "The S3 key prefix must not begin or end with a slash."
    } else if !prefix
        .split('/')
        .all(|part| !matches!(part, "" | "." | ".."))
    {
        "The S3 key prefix must not contain empty or relative parts."
    } else if !prefix
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"!-_.*'()/".contains(&b))
    {
        "The S3 key prefix contains characters that are not allowed."
    } else {
        return Ok(Some(prefix));
    };
    Err(TrailError::Prefix(why.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_safe_parts_of_keys() {
        let cases = [
            ("", true),
            ("logs", true),
            ("audit/logs", true),
            ("a'b(c)!", true),
            (&*"p".repeat(200), true),
            (&*"p".repeat(201), false),
            ("/logs", false),
            ("logs/", false),
            ("a//b", false),
            ("../b", false),
            ("a b", false),
            ("ä", false),
        ];
        for (text, want) in cases {
            assert_eq!(prefix(Some(text.to_owned())).is_ok(), want, "{text:?}");
        }
        assert_eq!(prefix(Some(String::new())).ok(), Some(None));
    }
}
