//! One file from rows in memory.

use arrow::array::{AsArray, RecordBatch};
use arrow::compute::{SortColumn, concat_batches, lexsort_to_indices, take_record_batch};
use arrow::datatypes::TimestampMillisecondType;
use jiff::Timestamp;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _};
use parquet::arrow::ArrowWriter;
use serde::Serialize;

use super::{FileError, Settings, properties};
use crate::schema::{ID, TIME, schema};

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

/// Writes rows as one file, sorted by time, that is there whole or not at all.
pub async fn write(
    store: &dyn ObjectStore,
    path: &Path,
    rows: &[RecordBatch],
    settings: &Settings,
) -> Result<FileStatistics, FileError> {
    let rows = sorted(&concat_batches(&schema(), rows)?)?;
    let (min_time, max_time) = span(&rows).ok_or(FileError::Empty)?;
    let mut file = Vec::new();
    let mut writer = ArrowWriter::try_new(
        &mut file,
        schema(),
        Some(properties(settings, rows.num_rows())?),
    )?;
    writer.write(&rows)?;
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

/// By time, and among equals by id, so that the same records always make the same file.
fn sorted(rows: &RecordBatch) -> Result<RecordBatch, FileError> {
    let by = [TIME, ID]
        .into_iter()
        .filter_map(|name| rows.column_by_name(name));
    let by: Vec<_> = by
        .map(|values| SortColumn {
            values: values.clone(),
            options: None,
        })
        .collect();
    Ok(take_record_batch(rows, &lexsort_to_indices(&by, None)?)?)
}

/// The times of the first and the last of sorted rows.
pub(super) fn span(rows: &RecordBatch) -> Option<(Timestamp, Timestamp)> {
    let last = rows.num_rows().checked_sub(1)?;
    let times = rows
        .column_by_name(TIME)?
        .as_primitive_opt::<TimestampMillisecondType>()?;
    let at = |row| Timestamp::from_millisecond(times.value(row)).ok();
    Some((at(0)?, at(last)?))
}
