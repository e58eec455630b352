//! Imported records on their way into Parquet files.

use std::collections::BTreeSet;

use atrium_model::lake::{Import, LakeFile};
use atrium_model::{Timestamp, lower_hex};
use atrium_trail::imports::{FileTrouble, Taken};
use serde::Deserialize;
use serde_json::json;

use super::read::ReadFile;
use crate::Services;
use crate::lake_worker::flush::{announce, written};
use crate::lake_worker::process::{Process, Told};
use crate::lake_worker::{LakeError, Place};

/// So many refused records are enough to begin again without their files.
const REFUSALS: usize = 1_000;

/// A record that the program refuses.
#[derive(Deserialize)]
struct Refused {
    /// Its place among those that it was given, from 1.
    record: usize,
    reason: String,
}

/// Has the records of all files written, a file for each day. A file with a record that the program refuses becomes one
/// that could not be imported.
pub(super) async fn write(
    services: &Services,
    import: &Import,
    batch: &mut [ReadFile],
) -> Result<Vec<LakeFile>, LakeError> {
    let lake = &services.settings.lake;
    let (Some(program), Some(place)) = (lake.found(), Place::of(services)) else {
        return Err(LakeError::Program("it is not there".to_owned()));
    };
    loop {
        let name = lower_hex(&*services.random, 32);
        let expected = files(import, batch, &name);
        if expected.is_empty() {
            return Ok(expected);
        }
        announce(services, expected.iter().map(LakeFile::path).collect()).await?;
        let request = json!({"write": {
            "output": place.folder(&import.owner, &import.store),
            "name": name,
        }});
        let lines: Vec<String> = records(batch).map(|record| record.text.clone()).collect();
        let count = i64::try_from(lines.len()).unwrap_or(i64::MAX);
        let process = Process::start(program, &request, lines)?;
        let told = process.told_unless_refused(REFUSALS).await?;
        if refuse(batch, &told) {
            // Without them, and under another name; what was written is removed when its time has come.
            continue;
        }
        let files = written(expected, told, count)?;
        for file in &files {
            place.flush(file).await?;
        }
        return Ok(files);
    }
}

/// The records of all files, in their order.
fn records(batch: &[ReadFile]) -> impl Iterator<Item = &Taken> {
    let good = batch.iter().filter_map(|(_, result)| result.as_ref().ok());
    good.flatten()
}

/// The files that are to be written: one for each day.
fn files(import: &Import, batch: &[ReadFile], name: &str) -> Vec<LakeFile> {
    let days: BTreeSet<&str> = records(batch).map(|record| record.day.as_str()).collect();
    let file = |day: &str| LakeFile {
        account: import.owner.clone(),
        store: import.store.clone(),
        day: day.to_owned(),
        name: format!("{name}.parquet"),
        records: 0,
        bytes: 0,
        made: Timestamp::default(),
    };
    days.into_iter().map(file).collect()
}

/// Marks the files of refused records. False if there is none.
fn refuse(batch: &mut [ReadFile], told: &[Told]) -> bool {
    let refused = told.iter().filter_map(|told| {
        let refused = told.refused.clone()?;
        serde_json::from_value::<Refused>(refused).ok()
    });
    // Of each record, its file and its place in that.
    let mut places = Vec::new();
    for (at, (_, result)) in batch.iter().enumerate() {
        let taken = result.as_deref().unwrap_or_default().iter();
        places.extend(taken.map(|record| (at, record.number)));
    }
    let mut any = false;
    for Refused { record, reason } in refused {
        let Some(&(at, number)) = places.get(record.wrapping_sub(1)) else {
            continue;
        };
        any = true;
        // Of several, the first is told.
        if let (_, result @ Ok(_)) = &mut batch[at] {
            *result = Err(FileTrouble::Record { number, reason });
        }
    }
    any
}
