//! Files: how they are made, and how small they are.

use atrium_lake::files::{CompactLimits, Settings, write};
use atrium_lake::record::{Record, Rows};
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;

use crate::fixture;

pub fn rows(texts: &[String]) -> arrow::array::RecordBatch {
    let mut rows = Rows::default();
    texts
        .iter()
        .for_each(|text| rows.push(&Record::read(text).unwrap()));
    rows.finish().unwrap()
}

pub fn texts(seed: u64, count: usize) -> Vec<String> {
    fixture::lines(seed, count)
        .lines()
        .map(str::to_owned)
        .collect()
}

pub async fn stored(
    store: &dyn ObjectStore,
    path: &Path,
) -> ParquetRecordBatchReaderBuilder<bytes::Bytes> {
    let file = store.get(path).await.unwrap().bytes().await.unwrap();
    ParquetRecordBatchReaderBuilder::try_new(file).unwrap()
}

pub async fn column(store: &dyn ObjectStore, path: &Path, name: &str) -> Vec<String> {
    let mut values = Vec::new();
    for batch in stored(store, path).await.build().unwrap() {
        let batch = batch.unwrap();
        let column = batch.column_by_name(name).unwrap();
        values.extend((0..batch.num_rows()).map(|row| {
            atrium_lake::sql::text_of(column.as_ref(), row)
                .unwrap()
                .unwrap()
        }));
    }
    values
}

pub fn limits(folder: &tempfile::TempDir) -> CompactLimits {
    CompactLimits {
        memory: 256 << 20,
        spill: folder.path().to_owned(),
    }
}

#[tokio::test]
async fn a_file_says_how_it_is_made() {
    let store = InMemory::new();
    let path = Path::from("a.parquet");
    let settings = Settings {
        group: 1000,
        filter_from: 2000,
        ..Settings::FRESH
    };
    write(&store, &path, &[rows(&texts(1, 2500))], &settings)
        .await
        .unwrap();
    let file = stored(&store, &path).await;
    let metadata = file.metadata();
    let schema = metadata.file_metadata().schema_descr();
    let place = |name: &str| {
        schema
            .columns()
            .iter()
            .position(|column| column.path().string() == name)
            .unwrap()
    };
    assert_eq!(
        metadata
            .row_groups()
            .iter()
            .map(|group| group.num_rows())
            .collect::<Vec<_>>(),
        [1000, 1000, 500]
    );
    for group in metadata.row_groups() {
        assert!(matches!(
            group.column(0).compression(),
            Compression::ZSTD(_)
        ));
        assert!(group.column(place("eventtime")).statistics().is_some());
        assert!(group.column(place("eventjson")).statistics().is_none());
        assert!(
            group
                .column(place("eventid"))
                .bloom_filter_offset()
                .is_some()
        );
        assert!(
            group
                .column(place("eventname"))
                .bloom_filter_offset()
                .is_none()
        );
    }
    // The names that all readers know.
    for name in [
        "requestparameters.key_value.key",
        "resources.list.element.arn",
        "useridentity.sessioncontext.attributes.creationdate",
    ] {
        place(name);
    }
}

/// The point of it all, with every record still there whole. Made records are harder than real ones: a hundred of their bytes are
/// random, in ids that stand in columns and in the record, and people change their account with each call.
#[tokio::test]
async fn a_file_is_a_small_part_of_its_json() {
    let store = InMemory::new();
    let path = Path::from("a.parquet");
    let texts = texts(7, 20_000);
    let raw: u64 = texts.iter().map(|text| text.len() as u64 + 1).sum();
    let written = write(&store, &path, &[rows(&texts)], &Settings::LASTING)
        .await
        .unwrap();
    assert!(
        written.bytes * 19 < raw * 2,
        "{} of {raw} bytes",
        written.bytes
    );
}
