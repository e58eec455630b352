//! Log files, read from the object store.

use std::collections::BTreeSet;

use atrium_model::Timestamp;
use atrium_model::lake::{EventDataStore, Import};
use atrium_store::Object;
use atrium_trail::imports::{FileTrouble, LogFile, MAX_PACKED, Taken, read_log, taken};
use futures::{StreamExt as _, stream};

use crate::lake_worker::LakeError;
use crate::{Segments, Services};

/// Files that are fetched at once; they are unpacked one after another, as each may become large.
const AT_ONCE: usize = 4;
/// The bytes of records that are enough for one step.
const BYTES: usize = 64 << 20;
/// The records that are.
const RECORDS: usize = 50_000;
/// The days that are: each is a file of its own.
const DAYS: usize = 64;

/// A file with the records that the import takes of it, or why it takes none.
pub(super) type ReadFile = (LogFile, Result<Vec<Taken>, FileTrouble>);

/// Reads files one after another until there are enough records. At least one file is read.
pub(super) async fn read(
    services: &Services,
    import: &Import,
    store: &EventDataStore,
    files: Vec<(LogFile, Option<FileTrouble>)>,
) -> Result<Vec<ReadFile>, LakeError> {
    let Some(objects) = &services.segments else {
        let why = "there is no object store".to_owned();
        return Err(LakeError::Objects(why));
    };
    let now = services.clock.now();
    let mut coming = stream::iter(files)
        .map(|(file, trouble)| fetch(objects, file, trouble))
        .buffered(AT_ONCE);
    let (mut batch, mut enough) = (Vec::new(), Enough::default());
    while let Some(fetched) = coming.next().await {
        let (file, packed) = fetched?;
        let result = match packed {
            Ok(packed) => unpack(import, store, now, packed).await?,
            Err(trouble) => Err(trouble),
        };
        enough.add(result.as_deref().unwrap_or_default());
        batch.push((file, result));
        if enough.is_reached() {
            break;
        }
    }
    Ok(batch)
}

/// How much was read.
#[derive(Default)]
struct Enough {
    records: usize,
    bytes: usize,
    days: BTreeSet<String>,
}

impl Enough {
    fn add(&mut self, records: &[Taken]) {
        self.records += records.len();
        for record in records {
            self.bytes += record.text.len();
            if !self.days.contains(&record.day) {
                self.days.insert(record.day.clone());
            }
        }
    }

    fn is_reached(&self) -> bool {
        self.records >= RECORDS || self.bytes >= BYTES || self.days.len() >= DAYS
    }
}

/// The bytes of a file, or why they can't be had.
async fn fetch(
    objects: &Segments,
    file: LogFile,
    trouble: Option<FileTrouble>,
) -> Result<(LogFile, Result<Vec<u8>, FileTrouble>), LakeError> {
    let packed = match (trouble, &file.object) {
        (Some(trouble), _) => Err(trouble),
        (None, None) => Err(FileTrouble::Missing),
        (None, Some(object)) if object.size() > MAX_PACKED => Err(FileTrouble::TooLarge),
        (None, Some(object)) => bytes(objects, object).await?,
    };
    Ok((file, packed))
}

/// The records that the import takes of a file.
async fn unpack(
    import: &Import,
    store: &EventDataStore,
    now: Timestamp,
    packed: Vec<u8>,
) -> Result<Result<Vec<Taken>, FileTrouble>, LakeError> {
    let (import, store) = (import.clone(), store.clone());
    let records = tokio::task::spawn_blocking(move || {
        read_log(&packed).and_then(|records| taken(&import, &store, records, now))
    });
    records
        .await
        .map_err(|error| LakeError::Objects(error.to_string()))
}

/// All bytes of an object, unless they are gone.
async fn bytes(
    objects: &Segments,
    object: &Object,
) -> Result<Result<Vec<u8>, FileTrouble>, LakeError> {
    let mut all = Vec::new();
    for segment in &object.segments {
        match objects.get(&segment.id).await {
            Ok(found) => all.extend_from_slice(&found),
            Err(object_store::Error::NotFound { .. }) => return Ok(Err(FileTrouble::Missing)),
            Err(error) => return Err(LakeError::Objects(error.to_string())),
        }
    }
    Ok(Ok(all))
}
