//! Parquet files of records: how they are written, named and merged.

mod compact;
mod layout;
mod order;
mod partitions;
mod settings;
mod write;

use arrow::error::ArrowError;
use datafusion::error::DataFusionError;
use parquet::errors::ParquetError;

pub use compact::{CompactLimits, compact};
pub use layout::{day_of, folder_of};
pub use partitions::{Names, Partitions, Written};
pub use settings::{Settings, properties};
pub use write::{FileStatistics, write};

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The rows don't fit together.
    #[error("could not put the rows together")]
    Rows(#[from] ArrowError),
    /// The file could not be encoded or read.
    #[error("could not encode or read a Parquet file")]
    Parquet(#[from] ParquetError),
    /// The store refused.
    #[error("could not reach the object store")]
    Store(#[from] object_store::Error),
    /// Merging failed.
    #[error("could not merge the files")]
    Merge(#[from] DataFusionError),
    /// A file of no rows has no times.
    #[error("there is no record to write")]
    Empty,
}
