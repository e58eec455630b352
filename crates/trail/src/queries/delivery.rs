//! Where the answer to a query is put besides; "CloudTrail Lake query results" in the CloudTrail user guide.

use std::time::Duration;

use atrium_model::lake::DeliveryStatus;
use atrium_model::{AccountId, Region, Timestamp};
use atrium_store::{Object, ObjectTx, StoreError};
use serde_json::json;

use crate::delivery::SigningKey;
use crate::text::{iso_seconds, strftime};
use crate::trails::{Access, TrailError, bucket_access, check_bucket, check_prefix};

/// How long what an object replaces is kept for those who are reading it.
const GRACE: Duration = Duration::from_secs(3600);

/// A bucket, and what keys begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryPlace {
    /// The bucket.
    pub bucket: String,
    /// What keys begin with, without a slash at its end.
    pub prefix: Option<String>,
}

/// Reads `s3://BUCKET[/PREFIX]`.
pub fn delivery_place(uri: &str) -> Result<DeliveryPlace, TrailError> {
    let place = uri.strip_prefix("s3://").unwrap_or(uri);
    let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
    let prefix = prefix.strip_suffix('/').unwrap_or(prefix).to_owned();
    Ok(DeliveryPlace {
        bucket: bucket.to_owned(),
        prefix: check_prefix(Some(prefix))?,
    })
}

impl DeliveryPlace {
    /// Refuses a bucket that is not there, or not the account's.
    pub(super) fn check(
        &self,
        tx: &mut dyn ObjectTx,
        account: &AccountId,
    ) -> Result<(), TrailError> {
        check_bucket(tx, account, &self.bucket)
    }

    /// `[prefix/]AWSLogs/ACCOUNT/CloudTrail-Lake/Query/YYYY/MM/DD/QUERY/NAME`.
    pub fn key(&self, account: &AccountId, query: &str, made: Timestamp, name: &str) -> String {
        let prefix = self.prefix.as_ref().map(|prefix| format!("{prefix}/"));
        format!(
            "{}AWSLogs/{account}/CloudTrail-Lake/Query/{}/{query}/{name}",
            prefix.unwrap_or_default(),
            strftime(made, "%Y/%m/%d")
        )
    }
}

/// `result_sign.json` for files with their SHA-256, over their packed bytes, in hexadecimal.
///
/// What is signed is these hashes, joined by a space. None if the key can't sign.
pub fn sign_results(
    key: &SigningKey,
    region: &Region,
    files: &[(String, String)],
    now: Timestamp,
) -> Option<String> {
    let hashes: Vec<&str> = files.iter().map(|(_, hash)| hash.as_str()).collect();
    let signature = key.sign(&hashes.join(" "))?;
    let files: Vec<_> = files
        .iter()
        .map(|(name, hash)| json!({"fileHashValue": hash, "fileName": name}))
        .collect();
    let sign = json!({
        "version": "1.0",
        "region": region.as_str(),
        "files": files,
        "hashAlgorithm": "SHA-256",
        "signatureAlgorithm": "SHA256withRSA",
        "queryCompleteTime": iso_seconds(whole_second(now)),
        "hashSignature": signature,
        "publicKeyFingerprint": key.fingerprint(),
    });
    Some(sign.to_string())
}

/// The first whole second that is not before a moment: the key, which is looked for by this time, may have been made in
/// the very moment.
fn whole_second(time: Timestamp) -> Timestamp {
    let seconds = time.as_millis().saturating_add(999).div_euclid(1000);
    Timestamp::from_millis(seconds.saturating_mul(1000))
}

/// Puts the files of an answer, whose bytes lie in the object store, into their bucket; tells how that went.
pub fn place_results(
    tx: &mut dyn ObjectTx,
    account: &AccountId,
    files: &[Object],
    now: Timestamp,
) -> Result<DeliveryStatus, StoreError> {
    for file in files {
        match bucket_access(tx, account, &file.bucket)? {
            Access::Granted => {}
            Access::Missing => return Ok(DeliveryStatus::ResourceNotFound),
            Access::Denied => return Ok(DeliveryStatus::AccessDenied),
        }
        for segment in &file.segments {
            if !tx.hold_segment(&segment.id)? {
                return Err(StoreError::Conflict);
            }
        }
        tx.put_object(file, now + GRACE)?;
    }
    Ok(DeliveryStatus::Success)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_completes_in_a_whole_second_not_before_its_key() {
        for (millis, want) in [(0, 0), (1, 1000), (1000, 1000), (1001, 2000), (-1, 0)] {
            let found = whole_second(Timestamp::from_millis(millis)).as_millis();
            assert_eq!(found, want, "{millis}");
        }
    }

    #[test]
    fn keys_follow_the_guide() {
        let account: AccountId = "111122223333".parse().expect("an account");
        let made = Timestamp::from_millis(1_767_603_662_000);
        let under = |prefix: &str| {
            format!(
                "{prefix}AWSLogs/111122223333/CloudTrail-Lake/Query/2026/01/05/q/result_1.csv.gz"
            )
        };
        for (uri, want) in [
            ("s3://bucket", Some(under(""))),
            ("s3://bucket/", Some(under(""))),
            ("s3://bucket/a/b", Some(under("a/b/"))),
            ("s3://bucket/a/b/", Some(under("a/b/"))),
            ("s3://bucket/../b", None),
        ] {
            let place = delivery_place(uri).ok();
            let key = place.map(|place| place.key(&account, "q", made, "result_1.csv.gz"));
            assert_eq!(key, want, "{uri}");
        }
    }
}
