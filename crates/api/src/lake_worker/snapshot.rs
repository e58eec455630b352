//! What the stores of a query hold at one moment: their files, and the records that are in none.

use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use atrium_model::AccountId;
use atrium_model::lake::{LakeFile, Query};
use atrium_store::{EventPosition, StoreError, Tx};
use serde_json::{Map, Value, json};
use tokio::task::spawn_blocking;

use super::{LakeError, Place, people};
use crate::Services;

/// How many rows are read at once.
const PAGE: i64 = 1_000;
/// The most bytes of records in no file that a query takes with it. They wait in the database, usually for minutes.
const PENDING: i64 = 512 << 20;

/// A store at one moment.
struct Table {
    files: Vec<LakeFile>,
    /// A file with the records that are in no other, one a line, if there are any.
    lines: Option<PathBuf>,
    /// How much that is.
    pending: Pending,
}

/// Records that are in no file.
#[derive(Clone, Copy, Default)]
pub(super) struct Pending {
    /// How many.
    pub(super) records: i64,
    /// Their bytes.
    pub(super) bytes: i64,
}

/// The tables of a query, as the program is told of them.
pub(super) struct Tables {
    /// By id.
    pub(super) request: Value,
    /// How much of them is in no file.
    pub(super) pending: Pending,
}

/// Reads the stores of a query. What is in no file of theirs is written into the folder `work`.
///
/// Answers none if there is too much of it.
pub(super) async fn tables(
    services: &Services,
    place: Option<&Place>,
    query: &Query,
    work: &Path,
) -> Result<Option<Tables>, LakeError> {
    let store = services.store.clone();
    let (stores, named) = (query.stores.clone(), query.people.clone());
    let folder = work.to_owned();
    let found = spawn_blocking(move || {
        store.read_here(|tx| match &named {
            Some(named) if !people::write(tx, named, &folder)? => Ok(None),
            _ => all(tx, &stores, &folder),
        })
    });
    let Some(found) = found.await.map_err(|_| LakeError::Stopping)?? else {
        return Ok(None);
    };
    let (mut request, mut pending) = (Map::new(), Pending::default());
    for ((_, id), table) in query.stores.iter().zip(found) {
        pending.records += table.pending.records;
        pending.bytes += table.pending.bytes;
        let files = table.files.iter();
        let files: Vec<String> = place
            .map(|place| files.map(|file| place.file(file)).collect())
            .unwrap_or_default();
        let lines: Vec<PathBuf> = table.lines.into_iter().collect();
        request.insert(id.clone(), json!({"files": files, "lines": lines}));
    }
    if let Some(named) = &query.people {
        request.extend(people::tables(named, work));
    }
    Ok(Some(Tables {
        request: request.into(),
        pending,
    }))
}

/// Stores as they are at one moment; none if too much of them is in no file.
fn all(
    tx: &mut dyn Tx,
    stores: &[(AccountId, String)],
    work: &Path,
) -> Result<Option<Vec<Table>>, LakeError> {
    let mut waiting = 0_i64;
    for (account, store) in stores {
        let bytes = tx.backlog(account, store)?.map_or(0, |found| found.bytes);
        waiting = waiting.saturating_add(bytes);
    }
    if waiting > PENDING {
        return Ok(None);
    }
    let table = |(account, store): &(AccountId, String)| {
        let path = work.join(format!("{store}.jsonl"));
        let pending = pending(tx, account, store, &path)?;
        Ok(Table {
            files: files(tx, account, store)?,
            lines: (pending.records > 0).then_some(path),
            pending,
        })
    };
    stores.iter().map(table).collect::<Result<_, _>>().map(Some)
}

fn files(tx: &mut dyn Tx, account: &AccountId, store: &str) -> Result<Vec<LakeFile>, StoreError> {
    let mut files: Vec<LakeFile> = Vec::new();
    loop {
        let after = files.last().map_or((String::new(), String::new()), |last| {
            (last.day.clone(), last.name.clone())
        });
        let page = tx.lake_files(account, store, (&after.0, &after.1), PAGE)?;
        if page.is_empty() {
            return Ok(files);
        }
        files.extend(page);
    }
}

/// Writes a store's records that are in no file, one a line, and tells how much that is.
fn pending(
    tx: &mut dyn Tx,
    account: &AccountId,
    store: &str,
    path: &Path,
) -> Result<Pending, LakeError> {
    let mut lines = BufWriter::new(std::fs::File::create(path)?);
    let (mut after, mut written) = (EventPosition::START, Pending::default());
    loop {
        let page = tx.pending_records(account, store, after, PAGE)?;
        let Some(last) = page.last() else {
            lines.flush()?;
            return Ok(written);
        };
        after = last.position;
        for record in page {
            lines.write_all(record.record.as_bytes())?;
            lines.write_all(b"\n")?;
            written.records += 1;
            written.bytes += i64::try_from(record.record.len()).unwrap_or(0);
        }
    }
}
