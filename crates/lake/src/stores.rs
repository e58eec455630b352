//! Where files are: a folder of this machine, or a bucket.

use std::collections::HashMap;
use std::path::Path as FilePath;
use std::sync::Arc;

use futures::TryStreamExt as _;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _};
use url::Url;

/// A place that can't be reached.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// Neither a path nor a URL of a store that is known.
    #[error("`{0}` is neither a path nor a URL with file: or s3:")]
    Unknown(String),
    /// The store refused.
    #[error("could not reach `{0}`")]
    Store(String, #[source] object_store::Error),
}

/// A file or a folder in its store.
#[derive(Clone, Debug)]
pub struct Place {
    /// The store.
    pub store: Arc<dyn ObjectStore>,
    /// The store's own URL, such as `s3://bucket`.
    pub root: Url,
    /// The path within.
    pub path: Path,
}

impl Place {
    /// Something within the place.
    #[must_use]
    pub fn child(&self, name: &str) -> Path {
        let parts = name.split('/').filter(|part| !part.is_empty());
        parts.fold(self.path.clone(), |path, part| path.join(part))
    }

    /// The URL of a path of the same store.
    #[must_use]
    pub fn url_of(&self, path: &Path) -> Url {
        url_of(&self.root, path)
    }
}

/// The URL of a path in a store.
#[must_use]
pub fn url_of(root: &Url, path: &Path) -> Url {
    let mut url = root.clone();
    // Only URLs such as `mailto:` have no segments.
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.clear().extend(path.as_ref().split('/'));
    }
    url
}

/// The stores that have been spoken of, each opened once.
#[derive(Debug, Default)]
pub struct Stores(HashMap<Url, Arc<dyn ObjectStore>>);

impl Stores {
    /// The place that a path or a URL names. A bucket's settings come from the environment, as AWS's tools read them.
    pub fn place(&mut self, name: &str) -> Result<Place, PlaceError> {
        let unknown = || PlaceError::Unknown(name.to_owned());
        let url = if name.contains("://") {
            Url::parse(name).map_err(|_| unknown())?
        } else {
            let path = std::path::absolute(FilePath::new(name)).map_err(|_| unknown())?;
            Url::from_file_path(path).map_err(|()| unknown())?
        };
        let mut root = url.clone();
        root.set_path("");
        root.set_query(None);
        root.set_fragment(None);
        let path = Path::from_url_path(url.path()).map_err(|_| unknown())?;
        let store = match self.0.get(&root) {
            Some(store) => Arc::clone(store),
            None => {
                let store = open(&root)
                    .map_err(|error| PlaceError::Store(name.to_owned(), error))?
                    .ok_or_else(unknown)?;
                self.0.insert(root.clone(), Arc::clone(&store));
                store
            }
        };
        Ok(Place { store, root, path })
    }

    /// The stores with their URLs.
    pub fn iter(&self) -> impl Iterator<Item = (&Url, &Arc<dyn ObjectStore>)> {
        self.0.iter()
    }
}

fn open(root: &Url) -> Result<Option<Arc<dyn ObjectStore>>, object_store::Error> {
    Ok(match (root.scheme(), root.host_str()) {
        ("file", None) => Some(Arc::new(LocalFileSystem::new())),
        ("s3", Some(bucket)) => {
            let plain = std::env::var("AWS_ENDPOINT_URL")
                .is_ok_and(|endpoint| endpoint.starts_with("http:"));
            Some(Arc::new(
                AmazonS3Builder::from_env()
                    .with_bucket_name(bucket)
                    .with_allow_http(plain)
                    .build()?,
            ))
        }
        _ => None,
    })
}

/// The Parquet files at a place: itself, or all beneath it, in order. Names that begin with `.` or `_` are other engines' notes.
pub async fn parquet_files(place: &Place) -> Result<Vec<Path>, object_store::Error> {
    if place.path.extension() == Some("parquet") && place.store.head(&place.path).await.is_ok() {
        return Ok(vec![place.path.clone()]);
    }
    let all: Vec<_> = place.store.list(Some(&place.path)).try_collect().await?;
    let is_data = |path: &Path| {
        let name = path.filename().unwrap_or_default();
        path.extension() == Some("parquet") && !name.starts_with(['.', '_'])
    };
    let mut files: Vec<Path> = all
        .into_iter()
        .map(|object| object.location)
        .filter(is_data)
        .collect();
    files.sort_unstable();
    Ok(files)
}
