//! How often a query looks for its files: a look costs time and money where they lie in a bucket.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use atrium_lake::files::{Settings, write};
use atrium_lake::record::{Record, Rows};
use atrium_lake::sql::{Events, Kind, Limits, SqlError, context, parse, plan};
use atrium_lake::stores::Stores;
use futures::stream::BoxStream;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    ObjectStoreExt as _, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use serde_json::json;
use url::Url;

use crate::lake::record;

/// A store that counts looks.
#[derive(Debug, Default)]
struct Counting {
    files: InMemory,
    looks: AtomicUsize,
}

impl fmt::Display for Counting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.files.fmt(f)
    }
}

#[async_trait]
impl ObjectStore for Counting {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        self.files.put_opts(location, payload, options).await
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.files.put_multipart_opts(location, options).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.looks
            .fetch_add(usize::from(options.head), Ordering::Relaxed);
        self.files.get_opts(location, options).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.files.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.files.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.files.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.files.copy_opts(from, to, options).await
    }
}

async fn rows(statement: &str, store: &Arc<Counting>, files: &[&str]) -> Result<usize, SqlError> {
    let context = context(&Limits::default(), &Stores::default()).unwrap();
    let root = Url::parse("memory://files").unwrap();
    context.register_object_store(&root, Arc::clone(store) as Arc<dyn ObjectStore>);
    let files = files.iter().map(|file| root.join(file).unwrap());
    let events = Arc::new(Events::new(files.collect(), true));
    context.register_table("events", events).unwrap();
    let mut running = plan(&context, parse(statement)?)
        .await?
        .run(&context, None)
        .await?;
    let mut rows = 0;
    while let Some(batch) = running.next().await {
        rows += batch?.num_rows();
    }
    Ok(rows)
}

#[tokio::test]
async fn each_file_is_looked_for_once() {
    let store = Arc::new(Counting::default());
    let files = ["a.parquet", "b.parquet", "c.parquet"];
    for file in files {
        let text = record(file, "2026-01-05T09:00:00Z", json!({})).to_string();
        let mut rows = Rows::default();
        rows.push(&Record::read(&text).unwrap());
        let batch = rows.finish().unwrap();
        write(store.as_ref(), &file.into(), &[batch], &Settings::FRESH)
            .await
            .unwrap();
    }
    let all = "SELECT eventid FROM events WHERE eventname = 'ListInstances'";
    assert_eq!(rows(all, &store, &files).await.unwrap(), 3);
    assert_eq!(store.looks.swap(0, Ordering::Relaxed), 3);
    // One that isn't there is an error, also where the others have rows enough.
    for statement in [all, "SELECT eventid FROM events LIMIT 1"] {
        for missing in [["none.parquet", "a.parquet"], ["a.parquet", "none.parquet"]] {
            let error = rows(statement, &store, &missing).await.unwrap_err();
            assert_eq!(error.kind, Kind::Storage, "{statement}: {error}");
        }
    }
    let few = "SELECT eventid FROM events LIMIT 2";
    assert_eq!(rows(few, &store, &files).await.unwrap(), 2);
    // One that is given twice counts once, and one without a byte has no rows.
    store
        .put(&"empty.parquet".into(), PutPayload::default())
        .await
        .unwrap();
    let twice = ["a.parquet", "b.parquet", "a.parquet", "empty.parquet"];
    assert_eq!(rows(all, &store, &twice).await.unwrap(), 2);
}
