//! Events of any tables on their way into the files of their tables.

use std::collections::BTreeMap;
use std::sync::Arc;

use atrium_ocsf::{Classes, Event};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _};

use super::columns::schema;
use super::encode::{Format, encode};
use super::layout::{Layout, Table};
use crate::files::FileError;
use crate::stores::Place;

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Events by table, written out when they grow too many.
#[derive(Debug)]
pub struct Partitions {
    place: Place,
    name: String,
    layout: Layout,
    classes: Classes,
    format: Format,
    tables: BTreeMap<Table, Waiting>,
    /// How many files each table has already.
    parts: BTreeMap<Table, u64>,
    /// Bytes of JSON that may wait.
    room: usize,
    waiting: usize,
    totals: Totals,
}

/// Events of one table, as JSON, with their times.
#[derive(Debug, Default)]
struct Waiting {
    events: Vec<(i64, String)>,
    bytes: usize,
}

impl Partitions {
    /// Files beneath a place; their names begin with `name`, and the same records under the same name make the same files.
    #[must_use]
    pub fn new(
        place: Place,
        name: String,
        layout: Layout,
        classes: Classes,
        format: Format,
        room: usize,
    ) -> Self {
        Self {
            place,
            name,
            layout,
            classes,
            format,
            tables: BTreeMap::new(),
            parts: BTreeMap::new(),
            room: room.max(1),
            waiting: 0,
            totals: Totals::default(),
        }
    }

    /// Adds an event, given with its JSON. If too many wait, the table with the most is written.
    pub async fn push(&mut self, event: &Event, json: String) -> Result<(), FileError> {
        let waiting = self
            .tables
            .entry(Table::of(&self.layout, event))
            .or_default();
        waiting.bytes += json.len();
        self.waiting += json.len();
        waiting.events.push((event.time, json));
        while self.waiting >= self.room {
            let most = self.tables.iter().max_by_key(|(_, waiting)| waiting.bytes);
            let Some(table) = most.map(|(table, _)| table.clone()) else {
                break;
            };
            self.flush(table).await?;
        }
        Ok(())
    }

    /// Writes what waits.
    pub async fn finish(mut self) -> Result<Totals, FileError> {
        while let Some(table) = self.tables.keys().next().cloned() {
            self.flush(table).await?;
        }
        for (table, parts) in std::mem::take(&mut self.parts) {
            self.remove_older(&table, parts).await?;
        }
        Ok(self.totals)
    }

    async fn flush(&mut self, table: Table) -> Result<(), FileError> {
        let Some(mut waiting) = self.tables.remove(&table) else {
            return Ok(());
        };
        self.waiting -= waiting.bytes;
        // By time, and among equals by text, so that the same records always make the same file.
        waiting.events.sort_unstable();
        let events: Vec<&str> = waiting
            .events
            .iter()
            .map(|(_, json)| json.as_str())
            .collect();
        let schema = schema(&table.classes(self.classes));
        let file = encode(self.format, &schema, &events)?;
        self.totals.files += 1;
        self.totals.bytes += file.len() as u64;
        let part = *self
            .parts
            .entry(table.clone())
            .and_modify(|parts| *parts += 1)
            .or_insert(1);
        let path = self.path(&table, part - 1);
        self.place.store.put(&path, file.into()).await?;
        Ok(())
    }

    /// The first file of a table has the name itself, the others a number, in a form that no name of a run has.
    fn path(&self, table: &Table, part: u64) -> Path {
        let (name, extension) = (&self.name, self.format.extension());
        let file = match part {
            0 => format!("{name}.{extension}"),
            part => format!("{name}.part-{part:05}.{extension}"),
        };
        let folder = table.folder(&self.layout);
        self.place.child(&folder).join(file)
    }

    /// Removes what an earlier run under the same name had more: its events would be there twice.
    async fn remove_older(&self, table: &Table, parts: u64) -> Result<(), FileError> {
        let store: &Arc<dyn ObjectStore> = &self.place.store;
        for part in parts.. {
            let path = self.path(table, part);
            match store.head(&path).await {
                Ok(_) => store.delete(&path).await?,
                Err(object_store::Error::NotFound { .. }) => break,
                // S3 says so too of what isn't there, to those who may not list.
                Err(object_store::Error::PermissionDenied { .. }) => {
                    tracing::warn!(%path, "what an earlier run left there, if anything, could not be looked for");
                    break;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}
