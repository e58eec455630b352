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
/// Rows that are written at once, at most: only after them is it looked whether a page is full.
const ROWS: usize = 1024;
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
            let largest = events.iter().map(|event| event.len()).max().unwrap_or(0);
            let properties = Some(properties(schema, largest)?);
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

/// How many rows of events of at most so many bytes are written at once, and the bytes at which a page ends, so that what comes over
/// them stays within [`PAGE`].
fn pages(largest: usize) -> (usize, usize) {
    let rows = (PAGE / 8 / largest.max(1)).clamp(1, ROWS);
    let end = PAGE.saturating_sub(rows * largest).max(PAGE / 2);
    (rows, end)
}

fn properties(schema: &SchemaRef, largest: usize) -> Result<WriterProperties, ParquetError> {
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
    let (rows, end) = pages(largest);
    Ok(WriterProperties::builder()
        .set_write_batch_size(rows)
        .set_created_by(concat!("atrium-lake ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(LEVEL)?))
        .set_data_page_size_limit(end)
        .set_dictionary_page_size_limit(end)
        .set_max_row_group_bytes(Some(ROW_GROUP))
        .set_sorting_columns(sorted.map(|column| vec![column]))
        .build())
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    reason = "what a test can't go on without fails it"
)]
mod tests {
    use arrow::datatypes::{DataType, Field, Schema};
    use parquet::file::reader::{FileReader as _, SerializedFileReader};
    use serde_json::json;

    use super::*;

    /// The most bytes of a page of a file, and how many pages it has.
    fn largest_page(file: Vec<u8>) -> (usize, usize) {
        let reader = SerializedFileReader::new(bytes::Bytes::from(file)).unwrap();
        let (mut largest, mut count) = (0, 0);
        for group in 0..reader.num_row_groups() {
            let group = reader.get_row_group(group).unwrap();
            for column in 0..group.num_columns() {
                let mut pages = group.get_column_page_reader(column).unwrap();
                while let Some(page) = pages.get_next_page().unwrap() {
                    largest = largest.max(page.buffer().len());
                    count += 1;
                }
            }
        }
        (largest, count)
    }

    #[test]
    fn pages_have_at_most_a_mebibyte() {
        let columns = [("time", DataType::Int64), ("data", DataType::Utf8)];
        let fields = columns.map(|(name, kind)| Field::new(name, kind, true));
        let schema = Arc::new(Schema::new(fields.to_vec()));
        for (length, count) in [(20, 100_000), (1_000, 20_000), (100_000, 50), (400_000, 9)] {
            let events: Vec<String> = (0..count)
                .map(|at| {
                    json!({"time": at, "data": format!("{at}{}", "x".repeat(length))}).to_string()
                })
                .collect();
            let events: Vec<&str> = events.iter().map(String::as_str).collect();
            let (largest, pages) = largest_page(encode(Format::Parquet, &schema, &events).unwrap());
            assert!(largest <= PAGE, "{length}: {largest} bytes");
            let needed = length * count / PAGE;
            assert!(pages >= needed, "{length}: {pages} pages of {needed}");
        }
    }

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
