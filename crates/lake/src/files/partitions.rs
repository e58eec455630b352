//! Records of any days on their way into the files of their days.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use object_store::ObjectStore;
use object_store::path::Path;

use super::{FileError, FileStatistics, Settings, folder_of, write};
use crate::record::{Record, Rows};

/// A file that was written.
#[derive(Clone, Debug)]
pub struct Written {
    /// The day of its records.
    pub day: Date,
    /// Where it stands.
    pub path: Path,
    /// What it holds.
    pub statistics: FileStatistics,
}

/// What files are called.
#[derive(Clone, Debug)]
pub enum Names {
    /// `name.parquet`, `name-1.parquet`, …: they count as soon as they are there.
    Whole(String),
    /// `_name.0`, `_name.1`, …: all readers leave them out, until whoever had them written makes one of them.
    Parts(String),
}

impl Names {
    /// What a day's file of this number is called.
    fn of(&self, number: usize) -> String {
        match self {
            Self::Whole(name) if number == 0 => format!("{name}.parquet"),
            Self::Whole(name) => format!("{name}-{number}.parquet"),
            Self::Parts(name) => format!("_{name}.{number}"),
        }
    }
}

/// Rows by day, written out when they grow too many.
#[derive(Debug)]
pub struct Partitions {
    store: Arc<dyn ObjectStore>,
    folder: Path,
    names: Names,
    settings: Settings,
    days: BTreeMap<Date, Rows>,
    written: Vec<Written>,
    /// Bytes that may wait, and that do.
    room: usize,
    waiting: usize,
}

/// Bytes of JSON for one file: far below what a column's offsets can count.
const FILE: usize = 512 << 20;

/// Bytes that a day takes besides its records: some hundred columns that have hardly begun.
const DAY: usize = 48 << 10;

impl Partitions {
    /// Files beneath a folder. The same records under the same names make the same files.
    #[must_use]
    pub fn new(
        store: Arc<dyn ObjectStore>,
        folder: Path,
        names: Names,
        settings: Settings,
        room: usize,
    ) -> Self {
        let (days, written) = (BTreeMap::new(), Vec::new());
        Self {
            store,
            folder,
            names,
            settings,
            days,
            written,
            room: room.max(1),
            waiting: 0,
        }
    }

    /// Adds a record. If too many wait, the day with the most is written.
    pub async fn push(&mut self, record: &Record<'_>) -> Result<(), FileError> {
        let day = record.day();
        let rows = self.days.entry(day).or_default();
        let before = held(rows);
        rows.push(record);
        self.waiting += held(rows) - before;
        if rows.bytes() >= FILE {
            self.flush(day).await?;
        }
        if self.waiting >= self.room {
            let largest = self
                .days
                .iter()
                .max_by_key(|(_, rows)| rows.bytes())
                .map(|(day, _)| *day);
            if let Some(day) = largest {
                self.flush(day).await?;
            }
        }
        Ok(())
    }

    /// Writes what waits, and tells all files.
    pub async fn finish(mut self) -> Result<Vec<Written>, FileError> {
        while let Some(day) = self.days.keys().next().copied() {
            self.flush(day).await?;
        }
        Ok(self.written)
    }

    async fn flush(&mut self, day: Date) -> Result<(), FileError> {
        let Some(rows) = self.days.remove(&day) else {
            return Ok(());
        };
        self.waiting -= held(&rows);
        let before = self.written.iter().filter(|file| file.day == day).count();
        let folder = self.folder.clone().join(folder_of(day));
        let path = folder.join(self.names.of(before));
        let statistics = write(
            self.store.as_ref(),
            &path,
            &[rows.finish()?],
            &self.settings,
        )
        .await?;
        self.written.push(Written {
            day,
            path,
            statistics,
        });
        Ok(())
    }
}

/// What is counted for a day's rows; nothing before the first.
fn held(rows: &Rows) -> usize {
    if rows.is_empty() {
        0
    } else {
        DAY + rows.bytes()
    }
}
