//! In which order rows stand in a file, and in which row groups.

use std::sync::Arc;

use atrium_lake::files::{FileError, Settings, compact, write};
use atrium_lake::process::LimitsRequest;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _};
use serde_json::json;

use crate::files::{column, limits, rows, stored, texts};
use crate::lake::{Lake, record};

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
        ["e4", "e6", "e5", "e8", "e9", "e7"]
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
        assert!(bytes < 400_000, "{bytes} bytes");
    }
}

/// Calls of a kind stand together, so that whoever looks for them doesn't read the others.
#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_looked_for_where_it_stands() {
    let lake = Lake::made(7, 6000).await;
    let read = async |condition: &str| {
        let statement = format!("SELECT eventJson FROM $EDS WHERE {condition}");
        let (answer, outcome) = lake.ask(&statement, LimitsRequest::default()).await;
        assert!(!answer.rows.is_empty(), "{condition}");
        outcome.statistics.bytes_scanned
    };
    let name = read("eventName = 'CreateRole'").await;
    let agent = read("userAgent = 'AWS Internal'").await;
    assert!(name * 2 < agent, "{name} of {agent} bytes");
}
