//! What the stores of a query hold at one moment: their files, and the records that are in none.

use std::path::{Path, PathBuf};

use atrium_model::AccountId;
use atrium_model::lake::{LakeFile, Query};
use atrium_store::{EventPosition, StoreError, Tx};
use serde_json::{Map, Value, json};

use super::{LakeError, Place, people};
use crate::Services;

/// How many rows are read at once.
const PAGE: i64 = 1_000;
/// The most bytes of records in no file that a query takes with it. They wait in the database, usually for minutes.
const PENDING: i64 = 512 << 20;

/// A store at one moment.
#[derive(Default)]
struct Table {
    files: Vec<LakeFile>,
    /// The records that are in no file, one a line.
    pending: Vec<u8>,
    records: i64,
}

/// The tables of a query, as the program is told of them.
pub(super) struct Tables {
    /// By id.
    pub(super) request: Value,
    /// How many of their records are in no file.
    pub(super) pending: i64,
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
    let (stores, named) = (query.stores.clone(), query.people.clone());
    let folder = work.to_owned();
    let found = services.store.read(move |tx| {
        if let Some(named) = &named
            && !people::write(tx, named, &folder)?
        {
            return Ok::<_, LakeError>(None);
        }
        let stores = stores.iter();
        let tables = stores.map(|(account, id)| table(tx, account, id));
        Ok(tables.collect::<Result<Option<Vec<_>>, StoreError>>()?)
    });
    let Some(found) = found.await? else {
        return Ok(None);
    };
    let (mut request, mut pending) = (Map::new(), 0);
    for ((_, id), table) in query.stores.iter().zip(found) {
        let lines: Vec<PathBuf> = match table.pending.is_empty() {
            true => Vec::new(),
            false => vec![work.join(format!("{id}.jsonl"))],
        };
        for path in &lines {
            tokio::fs::write(path, &table.pending).await?;
        }
        pending += table.records;
        let files = table.files.iter();
        let files: Vec<String> = place
            .map(|place| files.map(|file| place.file(file)).collect())
            .unwrap_or_default();
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

/// A store's files and records, all of one moment.
fn table(tx: &mut dyn Tx, account: &AccountId, store: &str) -> Result<Option<Table>, StoreError> {
    let waiting = tx.backlog(account, store)?;
    if waiting.is_some_and(|waiting| waiting.bytes > PENDING) {
        return Ok(None);
    }
    let mut table = Table::default();
    loop {
        let last = table.files.last();
        let after = last.map_or((String::new(), String::new()), |last| {
            (last.day.clone(), last.name.clone())
        });
        let page = tx.lake_files(account, store, (&after.0, &after.1), PAGE)?;
        if page.is_empty() {
            break;
        }
        table.files.extend(page);
    }
    let mut after = EventPosition::default();
    loop {
        let page = tx.pending_records(account, store, after, PAGE)?;
        let Some(last) = page.last() else {
            return Ok(Some(table));
        };
        after = last.position;
        for record in page {
            table.pending.extend(record.record.as_bytes());
            table.pending.push(b'\n');
            table.records += 1;
        }
    }
}
