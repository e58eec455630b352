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

/// Rows by day, written out when they grow too many.
#[derive(Debug)]
pub struct Partitions {
    store: Arc<dyn ObjectStore>,
    folder: Path,
    name: String,
    settings: Settings,
    days: BTreeMap<Date, Rows>,
    written: Vec<Written>,
    /// Bytes of JSON that may wait.
    room: usize,
}

/// Bytes of JSON for one file: far below what a column's offsets can count.
const FILE: usize = 512 << 20;

impl Partitions {
    /// Files beneath a folder; their names begin with `name`, and the same records under the same name make the same files.
    #[must_use]
    pub fn new(
        store: Arc<dyn ObjectStore>,
        folder: Path,
        name: String,
        settings: Settings,
        room: usize,
    ) -> Self {
        let (days, written) = (BTreeMap::new(), Vec::new());
        Self {
            store,
            folder,
            name,
            settings,
            days,
            written,
            room: room.max(1),
        }
    }

    /// Adds a record. If too many wait, the day with the most is written.
    pub async fn push(&mut self, record: &Record<'_>) -> Result<(), FileError> {
        let day = record.day();
        let rows = self.days.entry(day).or_default();
        rows.push(record);
        if rows.bytes() >= FILE {
            self.flush(day).await?;
        }
        if self.days.values().map(Rows::bytes).sum::<usize>() >= self.room {
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
        let Some(rows) = self.days.remove(&day).filter(|rows| !rows.is_empty()) else {
            return Ok(());
        };
        let before = self.written.iter().filter(|file| file.day == day).count();
        let name = if before == 0 {
            self.name.clone()
        } else {
            format!("{}-{before}", self.name)
        };
        let path = self
            .folder
            .clone()
            .join(folder_of(day))
            .join(format!("{name}.parquet"));
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
