//! Files become one without loss.

use std::sync::Arc;

use atrium_lake::files::{Settings, compact, write};
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _};

use crate::files::{column, limits, rows, stored, texts};

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
