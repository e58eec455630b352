//! One file from rows in memory.

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use jiff::Timestamp;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _};
use parquet::arrow::ArrowWriter;
use serde::Serialize;

use super::order::{sorted, span};
use super::{FileError, Settings, properties};
use crate::schema::schema;

/// Rows that are written at once.
const AT_ONCE: usize = 1024;

/// What a file holds, for whoever keeps the list of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct FileStatistics {
    /// Records.
    pub rows: u64,
    /// Bytes of the file.
    pub bytes: u64,
    /// The first event's time.
    pub min_time: Timestamp,
    /// The last event's time.
    pub max_time: Timestamp,
}

/// Writes rows as one file, in the order of [`super::order`], that is there whole or not at all.
pub async fn write(
    store: &dyn ObjectStore,
    path: &Path,
    rows: &[RecordBatch],
    settings: &Settings,
) -> Result<FileStatistics, FileError> {
    let rows = sorted(&concat_batches(&schema(), rows)?, settings.group)?;
    let (min_time, max_time) = span(&rows).ok_or(FileError::Empty)?;
    let mut file = Vec::new();
    let mut writer = ArrowWriter::try_new(
        &mut file,
        schema(),
        Some(properties(settings, rows.num_rows())?),
    )?;
    // How large a row group grows is looked at between one write and the next.
    for begin in (0..rows.num_rows()).step_by(AT_ONCE) {
        let count = AT_ONCE.min(rows.num_rows() - begin);
        writer.write(&rows.slice(begin, count))?;
    }
    writer.close()?;
    let bytes = file.len() as u64;
    store.put(path, file.into()).await?;
    Ok(FileStatistics {
        rows: rows.num_rows() as u64,
        bytes,
        min_time,
        max_time,
    })
}
