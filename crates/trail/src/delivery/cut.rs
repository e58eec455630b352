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
    open: BTreeMap<Group, (&'a TrailVersion, Open<'a>)>,
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
    pub fn add(&mut self, streamed: &'a StreamedEvent) {
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
                .or_insert_with(|| (version, Open::new(event)));
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

    fn close(&mut self, version: &TrailVersion, group: &Group, open: Open<'_>) {
        let (_, _, recipient, region) = group;
        let plan = &version.plan;
        let tail = lower_alphanumeric(self.random, 16);
        let (records, oldest, newest) = (open.events.len(), open.oldest, open.newest);
        let (body, hash) = packed(&open.events);
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

/// A file whose events are still being gathered. It is packed when it closes: what packs one takes a quarter of a mebibyte, and a
/// stretch may be of thousands of accounts.
struct Open<'a> {
    events: Vec<&'a Event>,
    /// Before compression, without the end.
    bytes: usize,
    oldest: Timestamp,
    newest: Timestamp,
}

impl<'a> Open<'a> {
    fn new(first: &Event) -> Self {
        Self {
            events: Vec::new(),
            bytes: BEGIN.len(),
            oldest: first.time,
            newest: first.time,
        }
    }

    /// How long the file would be with one more event.
    fn with(&self, event: &Event) -> usize {
        self.bytes + 1 + event.record.len() + END.len()
    }

    fn add(&mut self, event: &'a Event) {
        self.bytes += usize::from(!self.events.is_empty()) + event.record.len();
        self.events.push(event);
        self.oldest = self.oldest.min(event.time);
        self.newest = self.newest.max(event.time);
    }
}

/// The compressed bytes of a file of events, and the hash of what they were.
fn packed(events: &[&Event]) -> (Vec<u8>, String) {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    let mut hash = Sha256::new();
    let mut write = |bytes: &[u8]| {
        hash.update(bytes);
        packed.write_all(bytes).expect("a Vec takes all");
    };
    write(BEGIN);
    for (number, event) in events.iter().enumerate() {
        if number > 0 {
            write(b",");
        }
        write(event.record.as_bytes());
    }
    write(END);
    let body = packed.finish().expect("a Vec takes all");
    (body, hex::encode(hash.finalize()))
}
