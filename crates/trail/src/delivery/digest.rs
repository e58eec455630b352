//! Digest files: what was delivered lately, signed, each pointing to the one before.
//!
//! "CloudTrail digest file structure" and "Custom implementations of CloudTrail log file integrity validation" in the
//! user guide.

use std::io::Write as _;
use std::time::Duration;

use atrium_model::trail::{DigestChain, PreviousDigest, Trail, TrailFile, TrailPlan};
use atrium_model::{AccountId, Timestamp};
use atrium_store::{Object, Segment, StoreError, Tx};
use flate2::Compression;
use flate2::write::GzEncoder;
use md5::Md5;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::place::{headers, refusal};
use super::{SigningKey, key};
use crate::text::iso_seconds;

/// The most files that one digest tells of; the next one tells of the others.
const MOST_FILES: i64 = 5000;
/// How long a digest waits that can't be placed.
const PAUSE: Duration = Duration::from_secs(300);
/// How long one waits that would replace another.
const SECOND: Duration = Duration::from_secs(1);
/// How long what an object replaces is kept for those who are reading it.
const GRACE: Duration = Duration::from_secs(3600);

/// A digest with its bytes, which still have to be put somewhere.
#[derive(Clone, Debug)]
pub struct Digest {
    /// What the next one tells of it.
    pub told: PreviousDigest,
    /// Its bytes, compressed.
    pub body: Vec<u8>,
    /// When its time ends.
    pub end: Timestamp,
    subject: DigestSubject,
}

/// What a digest is to tell of.
#[derive(Clone, Debug)]
pub struct DigestSubject {
    /// The chain as it was found.
    pub chain: DigestChain,
    plan: TrailPlan,
    files: Vec<TrailFile>,
    /// No more will follow.
    is_last: bool,
    trail_is_gone: bool,
}

/// What the next digest of a chain has to tell of. None if its time has not come: it is noted when that is.
///
/// `interval` is how long a digest's time is. The chain ends with the first digest whose trail logs no more, or wants
/// no more digests.
pub fn digest_subject(
    tx: &mut dyn Tx,
    chain: DigestChain,
    now: Timestamp,
    interval: Duration,
) -> Result<Option<DigestSubject>, StoreError> {
    let due = chain.start + interval;
    if now < due {
        let later = DigestChain {
            due,
            ..chain.clone()
        };
        tx.advance_digest_chain(&chain, &later)?;
        return Ok(None);
    }
    let trail = trail_of(tx, &chain)?;
    let files = tx.undigested_trail_files(&chain, MOST_FILES)?;
    let are_all = i64::try_from(files.len()).is_ok_and(|many| many < MOST_FILES);
    Ok(Some(DigestSubject {
        is_last: are_all && !goes_on(tx, &chain, trail.as_ref())?,
        trail_is_gone: trail.is_none(),
        plan: trail.map_or_else(|| chain.plan.clone(), |trail| trail.plan()),
        files,
        chain,
    }))
}

/// The trail of a chain, if it is still there.
fn trail_of(tx: &mut dyn Tx, chain: &DigestChain) -> Result<Option<Trail>, StoreError> {
    let named = &chain.plan;
    let found = tx.trail(&chain.account, &named.region, &named.name)?;
    Ok(found.filter(|trail| trail.id == chain.trail))
}

/// Whether files may still come that the next digests of a chain are to tell of.
fn goes_on(
    tx: &mut dyn Tx,
    chain: &DigestChain,
    trail: Option<&Trail>,
) -> Result<bool, StoreError> {
    let Some(trail) = trail else {
        // What it took last is delivered a little later.
        let ended = tx.newest_trail_version(&chain.account, &chain.trail)?;
        return Ok(ended.is_some_and(|ended| ended >= chain.start));
    };
    let stopped_before = trail.stopped.is_some_and(|stopped| stopped < chain.start);
    let settings = &trail.settings;
    Ok(settings.validation
        && (trail.logging || !stopped_before)
        && (settings.multi_region || chain.region == trail.region)
        && covers(tx, trail, &chain.recipient)?)
}

/// Whether a trail takes what happens in an account.
fn covers(tx: &mut dyn Tx, trail: &Trail, recipient: &AccountId) -> Result<bool, StoreError> {
    if trail.account == *recipient {
        return Ok(true);
    }
    let membership = tx.membership(recipient)?;
    let organization = membership.map(|membership| membership.organization);
    Ok(organization.is_some() && organization == trail.settings.organization)
}

/// Lets a digest that could not be made wait a little. False if somebody else has made it.
pub fn put_off_digest(
    tx: &mut dyn Tx,
    chain: &DigestChain,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let later = DigestChain {
        due: now + PAUSE,
        ..chain.clone()
    };
    tx.advance_digest_chain(chain, &later)
}

/// Writes and signs a digest. None if the key can't sign.
///
/// Digests end in whole seconds, each in a later one than the one before: their keys tell them apart by that.
pub fn make_digest(subject: DigestSubject, key: &SigningKey, now: Timestamp) -> Option<Digest> {
    let DigestSubject {
        chain, plan, files, ..
    } = &subject;
    let earliest = chain.start.as_seconds().saturating_add(1);
    let end = Timestamp::from_millis(now.as_seconds().max(earliest).saturating_mul(1000));
    let bucket = plan.settings.bucket.clone();
    let name = key::digest(plan, &chain.recipient, &chain.region, end);
    let previous = chain.previous.as_ref();
    let time = |time: Option<Timestamp>| time.map_or(Value::Null, |time| iso_seconds(time).into());
    let before = |member: fn(&PreviousDigest) -> &String| previous.map(member);
    let content = json!({
        "awsAccountId": chain.recipient.as_str(),
        "digestStartTime": iso_seconds(chain.start),
        "digestEndTime": iso_seconds(end),
        "digestS3Bucket": bucket,
        "digestS3Object": name,
        "digestPublicKeyFingerprint": key.fingerprint(),
        "digestSignatureAlgorithm": "SHA256withRSA",
        "newestEventTime": time(files.iter().map(|file| file.newest).max()),
        "oldestEventTime": time(files.iter().map(|file| file.oldest).min()),
        "previousDigestS3Bucket": before(|digest| &digest.bucket),
        "previousDigestS3Object": before(|digest| &digest.name),
        "previousDigestHashValue": before(|digest| &digest.hash),
        "previousDigestHashAlgorithm": previous.map(|_| "SHA-256"),
        "previousDigestSignature": before(|digest| &digest.signature),
        "logFiles": files.iter().map(log_file).collect::<Vec<_>>(),
    })
    .to_string();
    let hash = hex::encode(Sha256::digest(&content));
    let signed = format!(
        "{}\n{bucket}/{name}\n{hash}\n{}",
        iso_seconds(end),
        previous.map_or("null", |previous| &previous.signature)
    );
    let signature = key.sign(&signed)?;
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(content.as_bytes()).ok()?;
    Some(Digest {
        told: PreviousDigest {
            bucket,
            name,
            hash,
            signature,
        },
        body: packed.finish().ok()?,
        end,
        subject,
    })
}

fn log_file(file: &TrailFile) -> Value {
    json!({
        "s3Bucket": file.bucket,
        "s3Object": file.name,
        "hashValue": file.hash,
        "hashAlgorithm": "SHA-256",
        "newestEventTime": iso_seconds(file.newest),
        "oldestEventTime": iso_seconds(file.oldest),
    })
}

/// Places a digest whose bytes lie in `segment`, and lets its chain go on from it. False if it was not placed: somebody
/// else has made one, or the bucket takes nothing.
pub fn commit_digest(
    tx: &mut dyn Tx,
    digest: &Digest,
    segment: &Segment,
    now: Timestamp,
    interval: Duration,
) -> Result<bool, StoreError> {
    let DigestSubject { chain, plan, .. } = &digest.subject;
    let mut status = tx.trail_status(&chain.account, &chain.trail)?;
    let bucket = crate::trails::bucket_access(tx, &chain.account, &digest.told.bucket)?;
    if let Some(error) = refusal(bucket) {
        // Whose trail is gone will not make the bucket again.
        if digest.subject.trail_is_gone {
            end(tx, &digest.subject)?;
            return Ok(false);
        }
        if put_off_digest(tx, chain, now)? {
            status.digest_error = Some(error.to_owned());
            tx.put_trail_status(&chain.account, &chain.trail, &status)?;
        }
        return Ok(false);
    }
    if tx.object(&digest.told.bucket, &digest.told.name)?.is_some() {
        // A trail of the same name, made since, had a digest in this second.
        let later = DigestChain {
            due: now + SECOND,
            ..chain.clone()
        };
        tx.advance_digest_chain(chain, &later)?;
        return Ok(false);
    }
    let next = DigestChain {
        plan: plan.clone(),
        start: digest.end,
        due: digest.end + interval,
        previous: Some(digest.told.clone()),
        ..chain.clone()
    };
    let own = match digest.subject.is_last && ends_now(tx, &digest.subject)? {
        true => tx.end_digest_chain(chain)?,
        false => tx.advance_digest_chain(chain, &next)?,
    };
    if !own || !tx.hold_segment(&segment.id)? {
        return Err(StoreError::Conflict);
    }
    tx.put_object(&object(digest, segment, now), now + GRACE)?;
    for file in &digest.subject.files {
        tx.delete_trail_file(file)?;
    }
    status.digested = Some(now);
    status.digest_error = None;
    tx.put_trail_status(&chain.account, &chain.trail, &status)?;
    Ok(true)
}

/// Whether a chain still ends with a digest that was to be its last: a file may have come meanwhile, or its trail log again.
fn ends_now(tx: &mut dyn Tx, subject: &DigestSubject) -> Result<bool, StoreError> {
    let files = tx.undigested_trail_files(&subject.chain, MOST_FILES)?;
    let trail = trail_of(tx, &subject.chain)?;
    Ok(files.len() == subject.files.len() && !goes_on(tx, &subject.chain, trail.as_ref())?)
}

/// Ends a chain without a digest.
fn end(tx: &mut dyn Tx, subject: &DigestSubject) -> Result<(), StoreError> {
    if tx.end_digest_chain(&subject.chain)? {
        for file in &subject.files {
            tx.delete_trail_file(file)?;
        }
    }
    Ok(())
}

fn object(digest: &Digest, segment: &Segment, now: Timestamp) -> Object {
    let mut headers = headers();
    let signed = [
        ("signature", digest.told.signature.as_str()),
        ("signature-algorithm", "SHA256withRSA"),
    ];
    headers.user = signed
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    Object {
        bucket: digest.told.bucket.clone(),
        name: digest.told.name.clone(),
        segments: vec![segment.clone()],
        etag: hex::encode(Md5::digest(&digest.body)),
        headers,
        modified: now,
    }
}
