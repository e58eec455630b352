//! Files: sorted, small, whole, and merged without loss.

use std::sync::Arc;

use atrium_lake::files::{
    CompactLimits, FileError, Names, Partitions, Settings, compact, day_of, folder_of, write,
};
use atrium_lake::record::{Record, Rows};
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;
use serde_json::json;

use crate::fixture;
use crate::lake::record;

fn rows(texts: &[String]) -> arrow::array::RecordBatch {
    let mut rows = Rows::default();
    texts
        .iter()
        .for_each(|text| rows.push(&Record::read(text).unwrap()));
    rows.finish().unwrap()
}

fn texts(seed: u64, count: usize) -> Vec<String> {
    fixture::lines(seed, count)
        .lines()
        .map(str::to_owned)
        .collect()
}

async fn stored(
    store: &dyn ObjectStore,
    path: &Path,
) -> ParquetRecordBatchReaderBuilder<bytes::Bytes> {
    let file = store.get(path).await.unwrap().bytes().await.unwrap();
    ParquetRecordBatchReaderBuilder::try_new(file).unwrap()
}

async fn column(store: &dyn ObjectStore, path: &Path, name: &str) -> Vec<String> {
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

fn limits(folder: &tempfile::TempDir) -> CompactLimits {
    CompactLimits {
        memory: 256 << 20,
        spill: folder.path().to_owned(),
    }
}

/// Who calls what: like stands beside like, and what is alike in the order of time and then of ids.
#[tokio::test]
async fn a_file_has_an_order_and_tells_its_statistics() {
    let store = InMemory::new();
    let path = Path::from("a.parquet");
    let ann = json!({"userIdentity": {"arn": "arn:ann"}});
    let list = json!({"userIdentity": {"arn": "arn:ann"}, "eventName": "ListUsers"});
    let calls = [
        ("e9", "2026-01-05T09:00:03Z", json!({})),
        ("e8", "2026-01-05T09:00:01Z", json!({})),
        ("e7", "2026-01-05T09:00:02.5Z", list),
        ("e6", "2026-01-05T09:00:01Z", ann.clone()),
        ("e5", "2026-01-05T09:00:09Z", ann.clone()),
        ("e4", "2026-01-05T09:00:01Z", ann),
    ];
    let texts: Vec<String> = calls
        .into_iter()
        .map(|(id, time, more)| record(id, time, more).to_string())
        .collect();
    let written = write(
        &store,
        &path,
        &[rows(&texts[..2]), rows(&texts[2..])],
        &Settings::FRESH,
    )
    .await
    .unwrap();
    assert_eq!(written.rows, 6);
    assert_eq!(written.bytes, store.head(&path).await.unwrap().size);
    assert_eq!(written.min_time.to_string(), "2026-01-05T09:00:01Z");
    assert_eq!(written.max_time.to_string(), "2026-01-05T09:00:09Z");
    assert_eq!(
        column(&store, &path, "eventid").await,
        ["e4", "e6", "e5", "e7", "e8", "e9"]
    );
    assert!(matches!(
        write(&store, &path, &[], &Settings::FRESH).await,
        Err(FileError::Empty)
    ));
}

/// Of many rows, each row group spans little more than its share of the day.
#[tokio::test]
async fn row_groups_follow_one_another_in_time() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let (fresh, merged) = (Path::from("a.parquet"), Path::from("b.parquet"));
    let texts: Vec<String> = (0..1440)
        .map(|minute| {
            let time = format!("2026-01-05T{:02}:{:02}:00Z", minute / 60, minute % 60);
            let who = json!({"userIdentity": {"arn": format!("arn:{}", minute % 7)}});
            record(&format!("e{minute}"), &time, who).to_string()
        })
        .collect();
    let settings = Settings {
        group: 240,
        ..Settings::LASTING
    };
    write(store.as_ref(), &fresh, &[rows(&texts)], &settings)
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let inputs = [fresh.clone()];
    compact(
        Arc::clone(&store),
        &inputs,
        &merged,
        &settings,
        &limits(&folder),
    )
    .await
    .unwrap();
    for path in [fresh, merged] {
        let times = column(store.as_ref(), &path, "eventtime").await;
        for (number, group) in times.chunks(240).enumerate() {
            let begin = format!("2026-01-05 {:02}:00:00.000", number * 4);
            let end = format!("2026-01-05 {:02}:59:00.000", number * 4 + 3);
            assert_eq!(group.iter().min(), Some(&begin), "{path}");
            assert_eq!(group.iter().max(), Some(&end), "{path}");
        }
    }
}

/// Records may be large, and a row group is held in memory.
#[tokio::test]
async fn row_groups_of_large_records_are_short() {
    let store = InMemory::new();
    let path = Path::from("a.parquet");
    let settings = Settings {
        group_bytes: 100_000,
        page: 10_000,
        ..Settings::FRESH
    };
    write(&store, &path, &[rows(&texts(1, 4000))], &settings)
        .await
        .unwrap();
    let file = stored(&store, &path).await;
    assert!(file.metadata().num_row_groups() > 2);
    for group in file.metadata().row_groups() {
        let bytes = group.compressed_size();
        assert!(bytes < 300_000, "{bytes} bytes");
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

#[tokio::test]
async fn merging_loses_and_invents_nothing() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let folder = tempfile::tempdir().unwrap();
    let mut inputs = Vec::new();
    let mut all = Vec::new();
    for (number, count) in [700, 1, 1300, 50].into_iter().enumerate() {
        let path = Path::from(format!("eventday=2026-01-05/{number}.parquet"));
        let texts = texts(number as u64, count);
        write(store.as_ref(), &path, &[rows(&texts)], &Settings::FRESH)
            .await
            .unwrap();
        inputs.push(path);
        all.extend(texts);
    }
    let output = Path::from("eventday=2026-01-05/whole.parquet");
    let merged = compact(
        Arc::clone(&store),
        &inputs,
        &output,
        &Settings::LASTING,
        &limits(&folder),
    )
    .await
    .unwrap();
    assert_eq!(merged.rows, 2051);
    assert_eq!(merged.bytes, store.head(&output).await.unwrap().size);
    let mut times = column(store.as_ref(), &output, "eventtime").await;
    times.sort_unstable();
    assert_eq!(
        merged
            .min_time
            .strftime("%Y-%m-%d %H:%M:%S.000")
            .to_string(),
        times[0]
    );
    assert_eq!(
        merged
            .max_time
            .strftime("%Y-%m-%d %H:%M:%S.000")
            .to_string(),
        times[2050]
    );
    let mut kept = column(store.as_ref(), &output, "eventjson").await;
    kept.sort_unstable();
    all.sort_unstable();
    assert_eq!(kept, all);
    // The schema is that of fresh files.
    assert_eq!(
        stored(store.as_ref(), &output).await.schema(),
        stored(store.as_ref(), &inputs[0]).await.schema()
    );
    // Merging again gives the same bytes: nothing of the machine or the hour gets in.
    let again = Path::from("eventday=2026-01-05/again.parquet");
    compact(
        Arc::clone(&store),
        &inputs,
        &again,
        &Settings::LASTING,
        &limits(&folder),
    )
    .await
    .unwrap();
    let bytes = async |path| store.get(path).await.unwrap().bytes().await.unwrap();
    assert_eq!(bytes(&output).await, bytes(&again).await);
}

#[tokio::test]
async fn merging_a_missing_file_leaves_no_output() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let folder = tempfile::tempdir().unwrap();
    let output = Path::from("whole.parquet");
    let merged = compact(
        Arc::clone(&store),
        &[Path::from("none.parquet")],
        &output,
        &Settings::LASTING,
        &limits(&folder),
    )
    .await;
    assert!(merged.is_err());
    assert!(store.head(&output).await.is_err());
}

#[tokio::test]
async fn records_go_to_their_days() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let made = || {
        Partitions::new(
            Arc::clone(&store),
            Path::from("lake"),
            Names::Whole("n".to_owned()),
            Settings::FRESH,
            2000,
        )
    };
    let mut partitions = made();
    let times = [
        "2026-01-05T23:59:59.999Z",
        "2026-01-06T00:00:00Z",
        "2026-01-06T01:30:00+03:00",
        "2026-01-05T00:00:00Z",
    ];
    for (number, time) in times.iter().cycle().take(40).enumerate() {
        let text = record(&number.to_string(), time, json!({})).to_string();
        partitions
            .push(&Record::read(&text).unwrap())
            .await
            .unwrap();
    }
    let written = partitions.finish().await.unwrap();
    assert_eq!(
        written.iter().map(|file| file.statistics.rows).sum::<u64>(),
        40
    );
    assert!(written.len() > 2, "little room makes several files");
    for file in &written {
        assert_eq!(day_of(file.path.as_ref()), Some(file.day));
        assert!(
            file.path
                .as_ref()
                .starts_with(&format!("lake/{}/n", folder_of(file.day)))
        );
    }
    let on = |day: i8| {
        written
            .iter()
            .filter(|file| file.day.day() == day)
            .map(|file| file.statistics.rows)
            .sum::<u64>()
    };
    assert_eq!((on(5), on(6)), (30, 10));
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
