//! Writes what waits in the database into Parquet files: a file first, then one transaction that puts it in the place of
//! the rows.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use atrium_model::lake::LakeFile;
use atrium_model::{Timestamp, lower_hex};
use atrium_store::{Backlog, BacklogLimits, EventPosition, PendingRecord, StoreError};
use serde_json::json;

use super::process::{Process, Told};
use super::{LakeError, Place};
use crate::Services;
use crate::worker::before;

/// So many records are written without waiting for more.
const RECORDS: i64 = 20_000;
/// So many bytes of records are.
const BYTES: i64 = 32 << 20;
/// So many days are: each is a file of its own.
const DAYS: usize = 64;
/// How many records are read at once.
const PAGE: i64 = 1_000;
/// How many stores are looked at in one turn.
const STORES: i64 = 16;
/// For how long a server has a store for itself; also the pause after a failure. If it takes longer another may begin the
/// same, and the one that commits first has done it.
const TURN: Duration = Duration::from_secs(20);
/// How long a file may lie before something holds it.
pub(super) const PATIENCE: Duration = Duration::from_secs(3600);

/// Writes all that is to be written by now.
pub(super) async fn all(services: &Services) -> Result<(), LakeError> {
    let lake = &services.settings.lake;
    let (Some(program), Some(place)) = (lake.found(), Place::of(services)) else {
        return Ok(());
    };
    loop {
        let now = services.clock.now();
        let limits = BacklogLimits {
            before: before(now, lake.interval),
            records: RECORDS,
            bytes: BYTES,
        };
        let due = services
            .store
            .read(move |tx| tx.due_backlogs(now, limits, STORES));
        let due = due.await?;
        if due.is_empty() {
            return Ok(());
        }
        let mut outcome = Ok(());
        for backlog in due {
            // One that fails must not keep the others from being written.
            outcome = outcome.and(one(services, &place, program, backlog).await);
        }
        outcome?;
    }
}

async fn one(
    services: &Services,
    place: &Place,
    program: &Path,
    backlog: Backlog,
) -> Result<(), LakeError> {
    let claim = backlog.clone();
    let now = services.clock.now();
    let claimed = services
        .store
        .write(move |tx| tx.claim_backlog(&claim.account, &claim.store, now, now + TURN));
    if !claimed.await? {
        return Ok(());
    }
    let records = read(services, &backlog).await?;
    let Some(to) = records.last().map(|last| last.position) else {
        return Ok(());
    };
    let (count, bytes) = (records.len(), length(&records));
    let files = write(services, place, program, &backlog, records).await?;
    let now = services.clock.now();
    let files: Vec<LakeFile> = files
        .into_iter()
        .map(|file| LakeFile { made: now, ..file })
        .collect();
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let swapped = services
        .store
        .bulk(move |tx| {
            tx.take_pending(&backlog, to, count, bytes, now)?;
            files.iter().try_for_each(|file| tx.insert_lake_file(file))
        })
        .await;
    match swapped {
        // Another server was faster; the file is removed when its time has come.
        Err(StoreError::Conflict) => Ok(()),
        other => Ok(other?),
    }
}

fn length(records: &[PendingRecord]) -> i64 {
    let bytes: usize = records.iter().map(|record| record.record.len()).sum();
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

/// The records for one file of each day, oldest first: no more of them, of their bytes and of their days than are written at once.
async fn read(services: &Services, backlog: &Backlog) -> Result<Vec<PendingRecord>, LakeError> {
    let mut all: Vec<PendingRecord> = Vec::new();
    let (mut days, mut bytes) = (BTreeSet::new(), 0);
    loop {
        let after = all
            .last()
            .map_or(EventPosition::START, |last| last.position);
        let (account, store) = (backlog.account.clone(), backlog.store.clone());
        let page = services
            .store
            .read(move |tx| tx.pending_records(&account, &store, after, PAGE));
        let page = page.await?;
        if page.is_empty() {
            return Ok(all);
        }
        for record in page {
            if !days.contains(&record.day) {
                days.insert(record.day.clone());
            }
            bytes += i64::try_from(record.record.len()).unwrap_or(i64::MAX);
            let is_full = bytes > BYTES || days.len() > DAYS;
            if !all.is_empty() && is_full {
                return Ok(all);
            }
            all.push(record);
        }
        if i64::try_from(all.len()).unwrap_or(i64::MAX) >= RECORDS {
            return Ok(all);
        }
    }
}

/// Has a file written for each day of the records.
async fn write(
    services: &Services,
    place: &Place,
    program: &Path,
    backlog: &Backlog,
    records: Vec<PendingRecord>,
) -> Result<Vec<LakeFile>, LakeError> {
    let name = lower_hex(&*services.random, 32);
    let days: BTreeSet<String> = records.iter().map(|record| record.day.clone()).collect();
    let expected: Vec<LakeFile> = days
        .into_iter()
        .map(|day| LakeFile {
            account: backlog.account.clone(),
            store: backlog.store.clone(),
            day,
            name: format!("{name}.parquet"),
            records: 0,
            bytes: 0,
            made: Timestamp::default(),
        })
        .collect();
    announce(services, expected.iter().map(LakeFile::path).collect()).await?;
    let count = i64::try_from(records.len()).unwrap_or(i64::MAX);
    let request = json!({"write": {
        "output": place.folder(&backlog.account, &backlog.store),
        "name": name,
    }});
    let lines = records.into_iter().map(|record| record.record).collect();
    let told = Process::start(program, &request, lines)?.told().await?;
    let files = written(expected, told, count)?;
    for file in &files {
        place.flush(file).await?;
    }
    Ok(files)
}

/// Notes files that are about to be written, so that they are found if nothing comes to hold them.
pub(super) async fn announce(services: &Services, paths: Vec<String>) -> Result<(), LakeError> {
    let due = services.clock.now() + PATIENCE;
    let announced = services.store.write(move |tx| {
        paths
            .iter()
            .try_for_each(|path| tx.announce_lake_file(path, due))
    });
    Ok(announced.await?)
}

/// The files that were expected, as the program tells of them. Each record must be in one of them.
pub(super) fn written(
    expected: Vec<LakeFile>,
    told: Vec<Told>,
    records: i64,
) -> Result<Vec<LakeFile>, LakeError> {
    let mut files = Vec::new();
    for told in told {
        if let Some(refused) = told.refused {
            return Err(LakeError::Program(format!(
                "it refused a record: {refused}"
            )));
        }
        let Some(file) = told.file else { continue };
        let known = expected
            .iter()
            .find(|known| file.url.ends_with(&known.path()));
        let known = known.ok_or_else(|| {
            LakeError::Program(format!(
                "it wrote another file than it was told: {}",
                file.url
            ))
        })?;
        files.push(LakeFile {
            records: file.rows,
            bytes: file.bytes,
            ..known.clone()
        });
    }
    let kept: i64 = files.iter().map(|file| file.records).sum();
    match kept == records {
        true => Ok(files),
        false => Err(LakeError::Program(format!(
            "it kept {kept} of {records} records"
        ))),
    }
}
