//! Merges the small files of a day into a larger one.

use std::path::Path;

use atrium_model::lake::LakeFile;
use atrium_model::{Timestamp, lower_hex};
use atrium_store::{LakeDay, StoreError};
use serde_json::json;

use super::flush::announce;
use super::process::Process;
use super::{LakeError, Place};
use crate::Services;

/// Files below this are worth merging.
const SMALL: i64 = 32 << 20;
/// If there are so many of them in a day.
const MANY: i64 = 8;
/// The most files of a day that are looked at.
const MOST: i64 = 1_000;
/// The most bytes that are merged at once.
const TOGETHER: i64 = 256 << 20;
/// How many days are looked up at once.
const DAYS: i64 = 8;

/// Merges what is worth it.
pub(super) async fn all(services: &Services) -> Result<(), LakeError> {
    let (Some(program), Some(place)) = (services.settings.lake.found(), Place::of(services)) else {
        return Ok(());
    };
    let mut after = None;
    loop {
        let from = after.clone();
        let days = services
            .store
            .read(move |tx| tx.scattered_days(SMALL, MANY, from.as_ref(), DAYS));
        let days = days.await?;
        let Some(last) = days.last() else {
            return Ok(());
        };
        after = Some(last.clone());
        for day in days {
            let store = day.store.clone();
            // The days of others are not to wait for it.
            if let Err(error) = one(services, &place, program, day).await {
                tracing::warn!(event_data_store = %store, error = %error, "could not merge files; it is tried again");
            }
        }
    }
}

async fn one(
    services: &Services,
    place: &Place,
    program: &Path,
    LakeDay {
        account,
        store,
        day,
    }: LakeDay,
) -> Result<(), LakeError> {
    let found = services.store.read({
        let (account, store, day) = (account.clone(), store.clone(), day.clone());
        move |tx| tx.lake_files_of_day(&account, &store, &day, MOST)
    });
    let parts = together(found.await?);
    if parts.len() < 2 {
        return Ok(());
    }
    let merged = LakeFile {
        account,
        store,
        day,
        name: format!("{}.parquet", lower_hex(&*services.random, 32)),
        records: parts.iter().map(|part| part.records).sum(),
        bytes: 0,
        made: Timestamp::default(),
    };
    announce(services, vec![merged.path()]).await?;
    let work = tempfile::tempdir()?;
    let request = json!({"compact": {
        "files": parts.iter().map(|part| place.file(part)).collect::<Vec<_>>(),
        "output": place.file(&merged),
        "limits": {"memory": services.settings.lake.memory, "spill": work.path()},
    }});
    let told = Process::start(program, &request, Vec::new())?
        .told()
        .await?;
    let file = told.into_iter().find_map(|told| told.file);
    let file = file.ok_or_else(|| LakeError::Program("it merged nothing".to_owned()))?;
    if file.rows != merged.records {
        let (kept, all) = (file.rows, merged.records);
        return Err(LakeError::Program(format!(
            "it kept {kept} of {all} records"
        )));
    }
    place.flush(&merged).await?;
    let now = services.clock.now();
    let merged = LakeFile {
        bytes: file.bytes,
        made: now,
        ..merged
    };
    let due = now + services.settings.lake.reading();
    let swapped = services
        .store
        .write(move |tx| {
            for part in &parts {
                if !tx.delete_lake_file(part, due)? {
                    return Err(StoreError::Conflict);
                }
            }
            tx.insert_lake_file(&merged)
        })
        .await;
    match swapped {
        // Another server was faster, or retention was.
        Err(StoreError::Conflict) => Ok(()),
        other => Ok(other?),
    }
}

/// The smallest files, as many as go together.
fn together(mut files: Vec<LakeFile>) -> Vec<LakeFile> {
    files.retain(|file| file.bytes < SMALL);
    files.sort_by(|a, b| (a.bytes, &a.name).cmp(&(b.bytes, &b.name)));
    let mut bytes = 0;
    let fits = |file: &LakeFile| {
        bytes += file.bytes;
        bytes <= TOGETHER
    };
    files.into_iter().take_while(fits).collect()
}
