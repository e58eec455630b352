use std::collections::BTreeMap;
use std::io::Write as _;

use atrium_model::trail::{TrailFile, TrailVersion};
use atrium_model::{AccountId, Random, Region, Timestamp, lower_alphanumeric};
use atrium_store::{Event, StreamedEvent};
use flate2::Compression;
use flate2::write::GzEncoder;
use md5::Md5;
use sha2::{Digest as _, Sha256};

use super::{Plans, key};

/// The most bytes of a file before it is compressed; CloudTrail user guide, "Log file delivery".
pub const LARGEST: usize = 50 << 20;

const BEGIN: &[u8] = br#"{"Records":["#;
const END: &[u8] = b"]}";

/// A log file with its bytes, which still have to be put somewhere.
#[derive(Clone, Debug)]
pub struct CutFile {
    /// What is known of it; its segment is still to be named.
    pub file: TrailFile,
    /// Its bytes, compressed.
    pub body: Vec<u8>,
    /// How many records it holds.
    pub records: usize,
}

/// Turns a stretch of the log into files: one a trail, recipient account and Region, or more if they grow too large.
pub struct Cut<'a> {
    plans: &'a Plans,
    random: &'a dyn Random,
    now: Timestamp,
    largest: usize,
    open: BTreeMap<Group, (&'a TrailVersion, Open)>,
    done: Vec<CutFile>,
}

/// What a file's events have in common. A trail that changes begins new files.
type Group = (String, Timestamp, AccountId, Region);

impl<'a> Cut<'a> {
    /// Begins a cut at the moment `now`, of files of at most `largest` bytes.
    pub fn new(plans: &'a Plans, random: &'a dyn Random, now: Timestamp, largest: usize) -> Self {
        Self {
            plans,
            random,
            now,
            largest,
            open: BTreeMap::new(),
            done: Vec::new(),
        }
    }

    /// Takes an event into the files of all trails that want it.
    pub fn add(&mut self, streamed: &StreamedEvent) {
        let event = &streamed.event;
        let plans = self.plans;
        for version in plans.takers(streamed) {
            let (account, region) = (event.account.clone(), event.region.clone());
            let group = (version.trail.clone(), version.since, account, region);
            let full = self
                .open
                .get(&group)
                .is_some_and(|(_, open)| open.with(event) > self.largest);
            if full && let Some((version, open)) = self.open.remove(&group) {
                self.close(version, &group, open);
            }
            let (_, open) = self
                .open
                .entry(group)
                .or_insert_with(|| (version, Open::new(event.time)));
            open.add(event);
        }
    }

    /// The files.
    pub fn finish(mut self) -> Vec<CutFile> {
        for (group, (version, open)) in std::mem::take(&mut self.open) {
            self.close(version, &group, open);
        }
        self.done
    }

    fn close(&mut self, version: &TrailVersion, group: &Group, open: Open) {
        let (_, _, recipient, region) = group;
        let plan = &version.plan;
        let tail = lower_alphanumeric(self.random, 16);
        let records = open.records;
        let (oldest, newest) = (open.oldest, open.newest);
        let (body, hash) = open.close();
        let file = TrailFile {
            account: version.account.clone(),
            trail: version.trail.clone(),
            bucket: plan.settings.bucket.clone(),
            name: key::log_file(plan, recipient, region, self.now, &tail),
            recipient: recipient.clone(),
            region: region.clone(),
            segment: String::new(),
            size: i64::try_from(body.len()).unwrap_or(i64::MAX),
            md5: hex::encode(Md5::digest(&body)),
            hash,
            oldest,
            newest,
            cut: self.now,
            chain: plan.settings.validation.then(|| plan.clone()),
            topic: plan.settings.topic.clone(),
            tries: 0,
        };
        self.done.push(CutFile {
            file,
            body,
            records,
        });
    }
}

/// A file that is being written.
struct Open {
    packed: GzEncoder<Vec<u8>>,
    hash: Sha256,
    /// Before compression, without the end.
    bytes: usize,
    records: usize,
    oldest: Timestamp,
    newest: Timestamp,
}

impl Open {
    fn new(time: Timestamp) -> Self {
        let mut made = Self {
            packed: GzEncoder::new(Vec::new(), Compression::default()),
            hash: Sha256::new(),
            bytes: 0,
            records: 0,
            oldest: time,
            newest: time,
        };
        made.write(BEGIN);
        made
    }

    /// How long the file would be with one more event.
    fn with(&self, event: &Event) -> usize {
        self.bytes + 1 + event.record.len() + END.len()
    }

    fn add(&mut self, event: &Event) {
        if self.records > 0 {
            self.write(b",");
        }
        self.write(event.record.as_bytes());
        self.records += 1;
        self.oldest = self.oldest.min(event.time);
        self.newest = self.newest.max(event.time);
    }

    fn write(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.bytes += bytes.len();
        self.packed.write_all(bytes).expect("a Vec takes all");
    }

    /// The compressed bytes and the hash of what they were.
    fn close(mut self) -> (Vec<u8>, String) {
        self.write(END);
        let body = self.packed.finish().expect("a Vec takes all");
        (body, hex::encode(self.hash.finalize()))
    }
}
