use std::collections::BTreeMap;
use std::time::Duration;

use atrium_model::trail::{DigestChain, TrailFile, TrailStatus};
use atrium_model::{AccountId, Timestamp};
use atrium_store::{Object, ObjectHeaders, Segment, StoreError, Tx};

use crate::rules::{TrailTopics, tell_topic};
use crate::trails::Access;

/// The shortest and the longest pause before a file is tried again.
const PAUSE: [Duration; 2] = [Duration::from_secs(60), Duration::from_secs(3600)];
/// How long a file is tried; CloudTrail user guide, "Redelivery".
const PATIENCE: Duration = Duration::from_secs(30 * 24 * 3600);
/// How long what an object replaces is kept for those who are reading it.
const GRACE: Duration = Duration::from_secs(3600);

/// What became of the files that were due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Placed {
    /// In their buckets.
    pub placed: usize,
    /// To be tried again.
    pub put_off: usize,
}

/// Places up to `limit` files that are due in their buckets, with what the trails' statuses tell of it, and a notice for
/// each topic that is to be told of one.
///
/// All of it in one transaction: a file is an object in its bucket, or still waits.
pub fn place_files(
    tx: &mut dyn Tx,
    topics: Option<&TrailTopics>,
    now: Timestamp,
    limit: i64,
) -> Result<Placed, StoreError> {
    let mut done = Placed::default();
    let mut outcomes: BTreeMap<(AccountId, String), Option<&'static str>> = BTreeMap::new();
    for file in tx.due_trail_files(now, limit)? {
        let refusal = refusal(crate::trails::bucket_access(
            tx,
            &file.account,
            &file.bucket,
        )?);
        match refusal {
            None => {
                place(tx, &file, now)?;
                tell_topic(tx, topics, &file, now)?;
                done.placed += 1;
            }
            Some(_) => {
                put_off(tx, &file, now)?;
                done.put_off += 1;
            }
        }
        outcomes.insert((file.account, file.trail), refusal);
    }
    for ((account, trail), error) in outcomes {
        let mut status = tx.trail_status(&account, &trail)?;
        tell(&mut status, now, error);
        tx.put_trail_status(&account, &trail, &status)?;
    }
    Ok(done)
}

/// S3's word for why a bucket takes nothing; GetTrailStatus, `LatestDeliveryError`.
pub(super) fn refusal(access: Access) -> Option<&'static str> {
    match access {
        Access::Granted => None,
        Access::Missing => Some("NoSuchBucket"),
        Access::Denied => Some("AccessDenied"),
    }
}

fn tell(status: &mut TrailStatus, now: Timestamp, error: Option<&'static str>) {
    status.attempted = Some(now);
    status.error = error.map(str::to_owned);
    if error.is_none() {
        status.delivered = Some(now);
    }
}

fn place(tx: &mut dyn Tx, file: &TrailFile, now: Timestamp) -> Result<(), StoreError> {
    let object = Object {
        bucket: file.bucket.clone(),
        name: file.name.clone(),
        segments: vec![Segment {
            id: file.segment.clone(),
            size: u64::try_from(file.size).map_err(StoreError::corrupt)?,
        }],
        etag: file.md5.clone(),
        headers: headers(),
        modified: now,
    };
    tx.put_object(&object, now + GRACE)?;
    let Some(plan) = &file.chain else {
        return tx.delete_trail_file(file);
    };
    tx.place_trail_file(file)?;
    tx.begin_digest_chain(&DigestChain {
        account: file.account.clone(),
        trail: file.trail.clone(),
        recipient: file.recipient.clone(),
        region: file.region.clone(),
        plan: plan.clone(),
        start: file.cut,
        due: now,
        previous: None,
    })
}

/// As AWS marks its files.
pub(super) fn headers() -> ObjectHeaders {
    ObjectHeaders {
        content_type: Some("application/json".to_owned()),
        content_encoding: Some("gzip".to_owned()),
        ..ObjectHeaders::default()
    }
}

/// A file that can't be placed waits, longer each time; after a month its bytes are left to the sweep.
fn put_off(tx: &mut dyn Tx, file: &TrailFile, now: Timestamp) -> Result<(), StoreError> {
    if now.since(file.cut) > PATIENCE {
        tx.announce_segment(&file.segment, now)?;
        return tx.delete_trail_file(file);
    }
    tx.put_off_trail_file(file, now + pause(file.tries))
}

fn pause(tries: i64) -> Duration {
    let doublings = u32::try_from(tries).unwrap_or(u32::MAX).min(10);
    (PAUSE[0] * 2u32.pow(doublings)).min(PAUSE[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_an_hour() {
        let minutes: Vec<u64> = [0, 1, 2, 5, 6, 7, 1000, i64::MAX]
            .map(|tries| pause(tries).as_secs() / 60)
            .into();
        assert_eq!(minutes, [1, 2, 4, 32, 60, 60, 60, 60]);
    }
}
