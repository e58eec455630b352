//! An import comes to every file once, however often its steps break off, and whoever takes them.

use atrium_model::lake::{
    BillingMode, EventDataStore, Import, ImportPlace, ImportSource, ImportStatistics, ImportStatus,
    StoreSettings, StoreStatus,
};
use atrium_model::{AccountId, Region, Timestamp};
use atrium_store::{Bucket, Object, ObjectHeaders, Store, StoreError, Tx};
use atrium_trail::imports::{
    FileOutcome, FileTrouble, Found, LogFile, StepOutcome, advance, block_of, look,
};
use proptest::prelude::*;

const ACCOUNT: &str = "111122223333";

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn account() -> AccountId {
    ACCOUNT.parse().unwrap()
}

/// A database of one test, on the thread that it runs on.
struct Bed {
    store: Store,
    runtime: tokio::runtime::Runtime,
    _folder: tempfile::TempDir,
}

impl Bed {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open_sqlite(&folder.path().join("atrium.db")).expect("a database");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        Self {
            store,
            runtime,
            _folder: folder,
        }
    }

    fn write<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut dyn Tx) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.runtime.block_on(self.store.write(work))
    }

    fn import(&self) -> Import {
        self.write(|tx| tx.import(&account(), "i"))
            .unwrap()
            .unwrap()
    }

    /// An event data store, a bucket with log files and other things, and an import of them.
    fn fill(&self, keys: Vec<(String, i64)>) {
        self.write(move |tx| {
            tx.insert_event_data_store(&event_data_store())?;
            tx.insert_bucket(&Bucket {
                name: "logs".to_owned(),
                account: account(),
                region: Region::US_EAST_1,
                created: at(0),
            })?;
            for (name, modified) in &keys {
                put(tx, name, *modified)?;
            }
            tx.insert_import(&import())
        })
        .unwrap();
    }

    /// Takes a step of an import as it was seen, with `many` files at most. False if that came to nothing.
    fn step(&self, seen: &Import, many: usize, bad: &[&str], read: &mut Vec<String>) -> bool {
        let import = seen.clone();
        let (found, block) = self
            .write(move |tx| Ok((look(tx, &import, many)?, block_of(tx, &import)?)))
            .unwrap();
        let mut names = Vec::new();
        let mut outcomes = |files: Vec<LogFile>| -> Vec<FileOutcome> {
            let outcome = |file: LogFile| {
                let is_bad =
                    file.object.is_none() || bad.iter().any(|part| file.name.contains(part));
                if !is_bad {
                    names.push(file.name.clone());
                }
                FileOutcome {
                    file,
                    result: if is_bad {
                        Err(FileTrouble::NotGzip)
                    } else {
                        Ok(2)
                    },
                }
            };
            files.into_iter().map(outcome).collect()
        };
        let step = match found {
            Found::Blocked(trouble) => StepOutcome::Blocked(trouble),
            Found::Counted { place, folders } => StepOutcome::Counted { place, folders },
            Found::Files {
                files,
                seen,
                is_last,
                ..
            } => StepOutcome::Read {
                files: outcomes(files),
                seen: Some(seen),
                is_last,
            },
            Found::Retries { files, .. } => StepOutcome::Retried(outcomes(files)),
            Found::Nothing => StepOutcome::Nothing,
        };
        let next = advance(seen, block, step, at(9_000));
        let kept = self.write(move |tx| next.keep(tx));
        if kept.is_ok() {
            read.extend(names);
        }
        kept.is_ok()
    }

    /// Takes steps to the end.
    fn finish(&self, many: usize, bad: &[&str], read: &mut Vec<String>) -> Import {
        for _ in 0..1_000 {
            let import = self.import();
            if !import.is_active() {
                return import;
            }
            assert!(self.step(&import, many, bad, read));
        }
        panic!("the import never ends");
    }

    /// What StartImport does to an import that is over.
    fn restart(&self) {
        let mut import = self.import();
        import.attempt += 1;
        import.status = ImportStatus::InProgress;
        assert!(
            self.write(move |tx| tx.advance_import(&import, Some(at(1))))
                .unwrap()
        );
    }

    /// The failures, as they are shown.
    fn failures(&self) -> Vec<(String, &'static str)> {
        let import = self.import();
        let attempt = import.attempt;
        let found = self
            .write(move |tx| tx.import_failures(&import, "", 100))
            .unwrap();
        let shown = found
            .iter()
            .map(|found| (found.name.clone(), found.status(attempt)));
        shown.collect()
    }
}

fn put(tx: &mut dyn Tx, name: &str, modified: i64) -> Result<(), StoreError> {
    let object = Object {
        bucket: "logs".to_owned(),
        name: name.to_owned(),
        segments: Vec::new(),
        etag: String::new(),
        headers: ObjectHeaders::default(),
        modified: at(modified),
    };
    tx.put_object(&object, at(0))
}

fn event_data_store() -> EventDataStore {
    EventDataStore {
        account: account(),
        region: Region::US_EAST_1,
        id: "s".to_owned(),
        name: "the-store".to_owned(),
        settings: StoreSettings {
            selectors: Vec::new(),
            multi_region: true,
            organization: None,
            retention: 366,
            billing: BillingMode::ExtendableRetention,
            termination_protection: true,
        },
        status: StoreStatus::Enabled,
        tags: Vec::new(),
        created: at(0),
        updated: at(0),
        ends: None,
    }
}

fn import() -> Import {
    Import {
        account: account(),
        id: "i".to_owned(),
        region: Region::US_EAST_1,
        owner: account(),
        store: "s".to_owned(),
        source: ImportSource {
            location: "s3://logs".to_owned(),
            region: "us-east-1".to_owned(),
            role: String::new(),
        },
        from: None,
        to: None,
        status: ImportStatus::Initializing,
        created: at(1_000),
        updated: at(1_000),
        attempt: 1,
        step: 0,
        runs: 0,
        place: ImportPlace::default(),
        statistics: ImportStatistics::default(),
    }
}

fn log(day: usize, number: usize) -> String {
    format!(
        "AWSLogs/1/CloudTrail/us-east-1/2026/01/{day:02}/1_CloudTrail_us-east-1_202601{day:02}T0905Z_{number}.json.gz"
    )
}

fn days(days: usize, each: usize) -> Vec<(String, i64)> {
    let all = (1..=days).flat_map(|day| (0..each).map(move |number| log(day, number)));
    let mut keys: Vec<(String, i64)> = all.map(|name| (name, 1)).collect();
    keys.push((
        "AWSLogs/1/CloudTrail-Digest/us-east-1/2026/01/05/1_d.json.gz".to_owned(),
        1,
    ));
    keys.push(("other.json.gz".to_owned(), 1));
    // It came when the import was under way.
    keys.push((log(3, 99), 2_000));
    keys
}

/// The log files that an import takes, in the order of their keys.
fn wanted(keys: &[(String, i64)]) -> Vec<String> {
    let logs = keys
        .iter()
        .filter(|(name, modified)| name.contains("/CloudTrail/") && *modified <= 1_000);
    let mut names: Vec<String> = logs.map(|(name, _)| name.clone()).collect();
    names.sort();
    names
}

#[test]
fn an_import_counts_what_it_does() {
    let bed = Bed::new();
    let keys = days(3, 2);
    bed.fill(keys.clone());
    let mut read = Vec::new();
    assert!(bed.step(&bed.import(), 9, &[], &mut read));
    let counted = bed.import();
    assert_eq!(
        (counted.status, counted.statistics.prefixes_found),
        (ImportStatus::InProgress, 3)
    );
    let done = bed.finish(4, &[], &mut read);
    assert_eq!(read, wanted(&keys));
    assert_eq!(done.status, ImportStatus::Completed);
    let want = ImportStatistics {
        prefixes_found: 3,
        prefixes_completed: 3,
        files: 6,
        events: 12,
        failed: 0,
    };
    assert_eq!(done.statistics, want);
    assert_eq!(bed.failures(), []);
}

#[test]
fn what_failed_is_tried_again_and_nothing_else() {
    let bed = Bed::new();
    bed.fill(days(3, 2));
    let (mut first, mut second, mut third) = (Vec::new(), Vec::new(), Vec::new());
    let done = bed.finish(9, &["/02/"], &mut first);
    assert_eq!(
        (done.status, done.statistics.failed, first.len()),
        (ImportStatus::Failed, 2, 4)
    );
    let failed = |status| vec![(log(2, 0), status), (log(2, 1), status)];
    assert_eq!(bed.failures(), failed("FAILED"));
    bed.restart();
    assert_eq!(bed.failures(), failed("RETRY"));
    let done = bed.finish(1, &["T0905Z_1"], &mut second);
    assert_eq!(second, [log(2, 0)]);
    assert_eq!(
        (done.status, done.statistics.failed),
        (ImportStatus::Failed, 1)
    );
    bed.restart();
    let done = bed.finish(9, &[], &mut third);
    assert_eq!(third, [log(2, 1)]);
    assert_eq!(
        (done.status, done.statistics.failed),
        (ImportStatus::Completed, 0)
    );
    assert_eq!((done.statistics.files, done.statistics.events), (6, 12));
    assert_eq!(bed.failures(), failed("SUCCEEDED"));
}

#[test]
fn a_bucket_that_is_gone_ends_an_import_until_it_is_back() {
    let bed = Bed::new();
    let keys = days(1, 2);
    bed.fill(keys.clone());
    let other = || "444455556666".parse::<AccountId>().unwrap();
    bed.write(move |tx| {
        tx.delete_bucket("logs", at(0))?;
        let bucket = Bucket {
            name: "logs".to_owned(),
            account: other(),
            region: Region::US_EAST_1,
            created: at(0),
        };
        tx.insert_bucket(&bucket)
    })
    .unwrap();
    let mut read = Vec::new();
    let done = bed.finish(9, &[], &mut read);
    assert_eq!(
        (done.status, done.statistics.failed),
        (ImportStatus::Failed, 1)
    );
    assert_eq!(bed.failures(), [(String::new(), "FAILED")]);
    bed.restart();
    let done = bed.finish(9, &[], &mut read);
    assert_eq!(
        (done.statistics.failed, read.len()),
        (1, 0),
        "one trouble is one"
    );
    bed.write(|tx| {
        tx.delete_bucket("logs", at(0))?;
        tx.insert_bucket(&Bucket {
            name: "logs".to_owned(),
            account: account(),
            region: Region::US_EAST_1,
            created: at(0),
        })
    })
    .unwrap();
    bed.restart();
    let done = bed.finish(9, &[], &mut read);
    assert_eq!(
        (done.status, done.statistics.failed),
        (ImportStatus::Completed, 0)
    );
    assert_eq!(read, wanted(&keys));
    assert_eq!(bed.failures(), [(String::new(), "SUCCEEDED")]);
}

#[test]
fn a_store_that_is_deleted_ends_an_import() {
    let bed = Bed::new();
    bed.fill(days(1, 1));
    bed.write(|tx| {
        let deleted = EventDataStore {
            ends: Some(at(1)),
            ..event_data_store()
        };
        tx.update_event_data_store(&deleted)
    })
    .unwrap();
    let done = bed.finish(9, &[], &mut Vec::new());
    assert_eq!(done.status, ImportStatus::Failed);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn each_file_comes_once(
        folders in 1usize..5, each in 0usize..4,
        turns in prop::collection::vec((0usize..3, 1usize..4), 0..40),
    ) {
        let bed = Bed::new();
        let keys = days(folders, each);
        bed.fill(keys.clone());
        let mut read = Vec::new();
        // Servers go on from what they saw, however long ago that was.
        let mut seen = vec![bed.import(); 3];
        for (server, many) in turns {
            let fresh = bed.import();
            if !fresh.is_active() {
                break;
            }
            bed.step(&seen[server], many, &["T0905Z_0"], &mut read);
            seen[server] = bed.import();
        }
        bed.finish(3, &["T0905Z_0"], &mut read);
        let good: Vec<String> = wanted(&keys).into_iter().filter(|name| !name.contains("T0905Z_0")).collect();
        prop_assert_eq!(&read, &good);
        let done = bed.import();
        let (all, failed) = (wanted(&keys).len(), wanted(&keys).len() - good.len());
        prop_assert_eq!(done.statistics.files, i64::try_from(good.len()).unwrap());
        prop_assert_eq!(done.statistics.failed, i64::try_from(failed).unwrap());
        prop_assert_eq!(done.statistics.prefixes_found, done.statistics.prefixes_completed);
        prop_assert_eq!(done.statistics.prefixes_found, if all > 0 { i64::try_from(folders).unwrap() } else { 0 });
    }
}
