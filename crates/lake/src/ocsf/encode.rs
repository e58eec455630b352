//! Events as the bytes of a file.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use parquet::arrow::{ArrowSchemaConverter, ArrowWriter};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::SortingColumn;
use parquet::file::properties::WriterProperties;

use super::columns::batch;
use crate::files::FileError;

/// Events that become columns at once, and their bytes.
const BATCH: usize = 1024;
const BATCH_BYTES: usize = 32 << 20;
/// The most bytes of a page, as Security Lake asks of custom sources.
const PAGE: usize = 1 << 20;
/// The most bytes of a row group: half of what Security Lake asks for, as a row group is known to be full once it is.
const ROW_GROUP: usize = 128 << 20;
/// The level of zstd: files are written once.
const LEVEL: i32 = 9;

/// How events are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One event a line.
    JsonLines,
    /// Parquet, compressed with zstd.
    Parquet,
}

impl Format {
    /// What names of such files end in.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::JsonLines => "jsonl",
            Self::Parquet => "parquet",
        }
    }
}

/// A file of events, each given as its JSON, in their order.
pub fn encode(format: Format, schema: &SchemaRef, events: &[&str]) -> Result<Vec<u8>, FileError> {
    let mut file = Vec::new();
    match format {
        Format::JsonLines => {
            for event in events {
                file.extend_from_slice(event.as_bytes());
                file.push(b'\n');
            }
        }
        Format::Parquet => {
            let properties = Some(properties(schema)?);
            let mut writer = ArrowWriter::try_new(&mut file, Arc::clone(schema), properties)?;
            let mut left = events;
            while !left.is_empty() {
                let (some, others) = left.split_at(next_batch(left));
                writer.write(&batch(schema, some.iter().copied())?)?;
                left = others;
            }
            writer.close()?;
        }
    }
    Ok(file)
}

/// How many events come next: at least one, however large.
fn next_batch(events: &[&str]) -> usize {
    let mut bytes = 0;
    let fits = |event: &&&str| {
        bytes += event.len();
        bytes <= BATCH_BYTES
    };
    events.iter().take(BATCH).take_while(fits).count().max(1)
}

fn properties(schema: &SchemaRef) -> Result<WriterProperties, ParquetError> {
    let leaves = ArrowSchemaConverter::new().convert(schema)?;
    let time = leaves
        .columns()
        .iter()
        .position(|leaf| leaf.path().string() == "time");
    let time = time.and_then(|place| i32::try_from(place).ok());
    let sorted = time.map(|column_idx| SortingColumn {
        column_idx,
        descending: false,
        nulls_first: false,
    });
    Ok(WriterProperties::builder()
        .set_created_by(concat!("atrium-lake ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(LEVEL)?))
        .set_data_page_size_limit(PAGE)
        .set_dictionary_page_size_limit(PAGE)
        .set_max_row_group_bytes(Some(ROW_GROUP))
        .set_sorting_columns(sorted.map(|column| vec![column]))
        .build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_are_bounded_both_ways() {
        let large = "x".repeat(BATCH_BYTES / 2);
        let huge = "x".repeat(BATCH_BYTES + 1);
        let cases = [
            ("many small ones", vec!["x"; BATCH + 5], BATCH),
            ("few small ones", vec!["x"; 7], 7),
            ("large ones", vec![large.as_str(); 3], 2),
            ("one beyond the bound", vec![huge.as_str(); 2], 1),
        ];
        for (case, events, want) in cases {
            assert_eq!(next_batch(&events), want, "{case}");
        }
    }
}
