//! Events as the bytes of a file.

use std::sync::Arc;

use arrow::array::RecordBatch;
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
/// Bytes of events that are written at once, unless one has more: only after them is it looked whether a page is full.
const WRITE_BYTES: usize = PAGE / 8;
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
                let (some, others) = left.split_at(next(left, BATCH_BYTES));
                write(&mut writer, &batch(schema, some.iter().copied())?, some)?;
                left = others;
            }
            writer.close()?;
        }
    }
    Ok(file)
}

/// Writes events as rows, a few at a time.
fn write(
    writer: &mut ArrowWriter<&mut Vec<u8>>,
    rows: &RecordBatch,
    events: &[&str],
) -> Result<(), FileError> {
    let mut begin = 0;
    while begin < events.len() {
        let count = next(&events[begin..], WRITE_BYTES);
        writer.write(&rows.slice(begin, count))?;
        begin += count;
    }
    Ok(())
}

/// How many events come next: at least one, however large.
fn next(events: &[&str], most: usize) -> usize {
    let mut bytes = 0;
    let fits = |event: &&&str| {
        bytes += event.len();
        bytes <= most
    };
    events.iter().take(BATCH).take_while(fits).count().max(1)
}

/// The bytes at which a page of events of at most so many bytes ends, so that what comes over them stays within [`PAGE`].
fn end_of_page(largest: usize) -> usize {
    PAGE.saturating_sub(largest.max(WRITE_BYTES)).max(1)
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
    let end = end_of_page(largest);
    Ok(WriterProperties::builder()
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
        let same = |length: usize, count: usize| vec![length; count];
        let cases = [
            same(20, 100_000),
            same(1_000, 20_000),
            same(100_000, 50),
            [same(2_500, 400), same(20_000, 624)].concat(),
            [same(450_000, 1), same(700_000, 1), same(10, 5)].concat(),
            [same(10, 9), same(400_000, 9), same(10, 9)].concat(),
        ];
        for lengths in cases {
            let events = lengths.iter().enumerate();
            let events: Vec<String> = events
                .map(|(at, length)| {
                    let data = format!("{at}{}", "x".repeat(*length));
                    json!({"time": at, "data": data}).to_string()
                })
                .collect();
            let events: Vec<&str> = events.iter().map(String::as_str).collect();
            let (largest, pages) = largest_page(encode(Format::Parquet, &schema, &events).unwrap());
            assert!(largest <= PAGE, "{largest} bytes");
            let needed = lengths.iter().sum::<usize>() / PAGE;
            assert!(pages >= needed, "{pages} pages of {needed}");
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
            assert_eq!(next(&events, BATCH_BYTES), want, "{case}");
        }
    }
}
