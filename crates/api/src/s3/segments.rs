//! Where the bytes of objects lie: in an object store, as immutable segments under random names.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use atrium_store::Segment;
use bytes::Bytes;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use http_body_util::StreamBody;
use hyper::body::Frame;
use object_store::aws::AmazonS3Builder;
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt as _};
use s3s::dto::StreamingBlob;
use s3s::{S3Error, s3_error};
use tokio::io::AsyncWriteExt as _;

use super::body::BodyError;
use super::digest::Digest;
use super::error::{custom, internal, storage};

/// The longest single upload: 5 GiB, as in S3.
const MAX_SEGMENT: u64 = 5 << 30;

/// How many bytes of an upload are held before they go on to the store; the smallest part that a real S3 takes is 5 MiB.
const BUFFER: usize = 8 << 20;

/// Why an object store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenSegmentsError {
    /// The URL names no store that is known here.
    #[error("`{0}` is not an object store URL: expected file://FOLDER or s3://BUCKET/PREFIX")]
    Url(String),
    /// The folder could not be made.
    #[error("could not make the folder `{0}`")]
    Folder(PathBuf, #[source] std::io::Error),
    /// The store refused.
    #[error("could not open the object store")]
    Store(#[from] object_store::Error),
}

/// The object store that segments lie in. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Segments {
    store: Arc<dyn ObjectStore>,
    local: Option<Arc<LocalFileSystem>>,
    prefix: Path,
}

impl Segments {
    /// Opens `file://FOLDER`, making the folder if it is not there, or `s3://BUCKET/PREFIX` with the credentials,
    /// endpoint and Region in the `AWS_…` variables of the environment, or `memory://` for tests.
    ///
    /// # Errors
    ///
    /// When the URL is neither, or the store can't be prepared. A bucket is not asked for before it is used.
    pub fn open(url: &str) -> Result<Self, OpenSegmentsError> {
        if let Some(folder) = url.strip_prefix("file://") {
            let folder = PathBuf::from(folder);
            std::fs::create_dir_all(&folder)
                .map_err(|error| OpenSegmentsError::Folder(folder.clone(), error))?;
            let local = Arc::new(LocalFileSystem::new_with_prefix(folder)?);
            let store: Arc<dyn ObjectStore> = Arc::<LocalFileSystem>::clone(&local);
            return Ok(Self {
                store,
                local: Some(local),
                prefix: Path::default(),
            });
        }
        if let Some(place) = url.strip_prefix("s3://") {
            let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
            // Whoever names such an endpoint wants it.
            let plain = std::env::var("AWS_ENDPOINT_URL")
                .is_ok_and(|endpoint| endpoint.starts_with("http:"));
            let store = AmazonS3Builder::from_env()
                .with_bucket_name(bucket)
                .with_allow_http(plain)
                .build()?;
            return Ok(Self {
                store: Arc::new(store),
                local: None,
                prefix: Path::from(prefix),
            });
        }
        if url == "memory://" {
            return Ok(Self::in_memory());
        }
        // The URL may hold a secret: show its scheme alone.
        let scheme = url.split_once("://").map_or(url, |(scheme, _)| scheme);
        Err(OpenSegmentsError::Url(scheme.to_owned()))
    }

    /// A store that forgets everything when the process ends, for tests.
    pub fn in_memory() -> Self {
        Self {
            store: Arc::new(InMemory::new()),
            local: None,
            prefix: Path::default(),
        }
    }

    fn path(&self, id: &str) -> Path {
        let fan_out = id.get(..2).unwrap_or(id);
        Path::from_iter(self.prefix.parts().chain([fan_out.into(), id.into()]))
    }

    /// Writes a new segment as its bytes come, holding few of them; `digest` sees them all.
    ///
    /// When this returns `Ok` the bytes are on disk, or with a real S3 wherever it keeps them.
    pub(super) async fn write(
        &self,
        id: &str,
        mut bytes: StreamingBlob,
        digest: &mut Digest,
    ) -> Result<Segment, S3Error> {
        let path = self.path(id);
        let mut writer = BufWriter::with_capacity(Arc::clone(&self.store), path.clone(), BUFFER)
            .with_max_concurrency(1);
        let outcome = async {
            let mut size = 0u64;
            while let Some(piece) = bytes.next().await {
                let piece = piece.map_err(|error| broken(&*error))?;
                size += piece.len() as u64;
                if size > MAX_SEGMENT {
                    return Err(s3_error!(
                        EntityTooLarge,
                        "Your proposed upload exceeds the maximum allowed size"
                    ));
                }
                digest.update(&piece);
                writer.put(piece).await.map_err(|error| storage(&error))?;
            }
            Ok(size)
        }
        .await;
        match outcome {
            Ok(size) => {
                writer.shutdown().await.map_err(|error| {
                    tracing::error!(error = %error, "the object store failed");
                    internal()
                })?;
                self.make_durable(&path).await?;
                Ok(Segment {
                    id: id.to_owned(),
                    size,
                })
            }
            Err(error) => {
                // What is left of it is found by the sweep.
                let _ = writer.abort().await;
                Err(error)
            }
        }
    }

    /// Writes a new segment of bytes that are all there.
    ///
    /// When this returns `Ok` the bytes are on disk, or with a real S3 wherever it keeps them.
    pub(crate) async fn put(&self, id: &str, bytes: Bytes) -> Result<Segment, S3Error> {
        let (path, size) = (self.path(id), bytes.len() as u64);
        self.store
            .put(&path, bytes.into())
            .await
            .map_err(|error| storage(&error))?;
        self.make_durable(&path).await?;
        Ok(Segment {
            id: id.to_owned(),
            size,
        })
    }

    /// Copies a segment within the store.
    pub(super) async fn copy(&self, from: &Segment, id: &str) -> Result<Segment, S3Error> {
        let path = self.path(id);
        self.store
            .copy(&self.path(&from.id), &path)
            .await
            .map_err(|error| storage(&error))?;
        self.make_durable(&path).await?;
        Ok(Segment {
            id: id.to_owned(),
            size: from.size,
        })
    }

    /// A folder's files outlive a power failure once file and folder are flushed; `object_store` flushes neither.
    async fn make_durable(&self, path: &Path) -> Result<(), S3Error> {
        // The file's folder, and the folder that names that one if it is new.
        self.make_durable_to(path, 2).await
    }

    async fn make_durable_to(&self, path: &Path, folders: usize) -> Result<(), S3Error> {
        let Some(local) = &self.local else {
            return Ok(());
        };
        let file = local
            .path_to_filesystem(path)
            .map_err(|error| storage(&error))?;
        let flushed = tokio::task::spawn_blocking(move || {
            std::fs::File::open(&file)?.sync_all()?;
            for folder in file.ancestors().skip(1).take(folders) {
                std::fs::File::open(folder)?.sync_all()?;
            }
            Ok::<_, std::io::Error>(())
        });
        match flushed.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => {
                tracing::error!(error = %error, "an object's file could not be flushed");
                Err(internal())
            }
            Err(_) => Err(internal()),
        }
    }

    /// The bytes of `range` in the segments joined, as they are asked for.
    pub(super) fn read(&self, segments: &[Segment], range: Range<u64>) -> StreamingBlob {
        let store = Arc::clone(&self.store);
        let pieces: Vec<_> = pieces(segments, range)
            .into_iter()
            .map(|(id, range)| (self.path(id), range))
            .collect();
        let bytes = stream::iter(pieces)
            .then(move |(path, range)| {
                let store = Arc::clone(&store);
                async move {
                    let options = GetOptions {
                        range: Some(GetRange::Bounded(range)),
                        ..GetOptions::default()
                    };
                    store
                        .get_opts(&path, options)
                        .await
                        .map(object_store::GetResult::into_stream)
                }
            })
            .try_flatten()
            .inspect_err(|error| tracing::error!(error = %error, "the object store failed"))
            .map_ok(Frame::data);
        StreamingBlob::from(s3s::Body::http_body_unsync(StreamBody::new(bytes)))
    }

    /// All bytes of a segment.
    pub(crate) async fn get(&self, id: &str) -> Result<Bytes, object_store::Error> {
        self.store.get(&self.path(id)).await?.bytes().await
    }

    /// Where a file of the event data stores lies, which other programs write and read under its name.
    fn file(&self, path: &str) -> Path {
        let parts = path.split('/').map(Into::into);
        Path::from_iter(self.prefix.parts().chain(parts))
    }

    /// Makes a file durable that another program has written.
    pub(crate) async fn flush_file(&self, path: &str) -> Result<(), S3Error> {
        // The day's folder, and those of store and account.
        self.make_durable_to(&self.file(path), 5).await
    }

    /// Removes a file; one that is not there is removed already.
    pub(crate) async fn remove_file(&self, path: &str) -> Result<(), object_store::Error> {
        match self.store.delete(&self.file(path)).await {
            Err(object_store::Error::NotFound { .. }) => Ok(()),
            other => other,
        }
    }

    /// Removes a segment; one that is not there is removed already.
    pub(crate) async fn remove(&self, id: &str) -> Result<(), object_store::Error> {
        match self.store.delete(&self.path(id)).await {
            Err(object_store::Error::NotFound { .. }) => Ok(()),
            other => other,
        }
    }
}

/// Which part of which segment makes up `range` of all of them joined.
fn pieces(segments: &[Segment], range: Range<u64>) -> Vec<(&str, Range<u64>)> {
    let mut start = 0;
    let mut pieces = Vec::new();
    for segment in segments {
        let end = start + segment.size;
        let (from, to) = (range.start.max(start), range.end.min(end));
        if from < to {
            pieces.push((segment.id.as_str(), from - start..to - start));
        }
        start = end;
    }
    pieces
}

/// What the client is told of a body that broke off.
fn broken(error: &(dyn std::error::Error + 'static)) -> S3Error {
    match error.downcast_ref::<BodyError>() {
        Some(BodyError::Slow) => s3_error!(
            RequestTimeout,
            "Your socket connection to the server was not read from or written to within the timeout period."
        ),
        Some(BodyError::Hash) => custom(
            "XAmzContentSHA256Mismatch",
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
        ),
        Some(BodyError::Signature) => s3_error!(
            SignatureDoesNotMatch,
            "The request signature we calculated does not match the signature you provided. Check your key and \
             signing method."
        ),
        Some(BodyError::Framing) => s3_error!(
            InvalidRequest,
            "The chunks of the request body can't be read."
        ),
        Some(BodyError::Incomplete) | None => s3_error!(
            IncompleteBody,
            "You did not provide the number of bytes specified by the Content-Length HTTP header"
        ),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn pieces_are_the_range_of_the_whole(sizes in prop::collection::vec(0u64..9, 0..6), a in 0u64..60, b in 0u64..60) {
            let segments: Vec<_> = sizes
                .iter()
                .enumerate()
                .map(|(at, size)| Segment { id: at.to_string(), size: *size })
                .collect();
            let whole: Vec<(String, u64)> = segments
                .iter()
                .flat_map(|segment| (0..segment.size).map(|at| (segment.id.clone(), at)))
                .collect();
            let (from, to) = (a.min(b), a.max(b));
            let want: Vec<_> = whole
                .iter()
                .enumerate()
                .filter(|(at, _)| (from..to).contains(&(*at as u64)))
                .map(|(_, byte)| byte.clone())
                .collect();
            let got: Vec<_> = pieces(&segments, from..to)
                .into_iter()
                .flat_map(|(id, range)| range.map(move |at| (id.to_owned(), at)))
                .collect();
            prop_assert_eq!(got, want);
        }
    }
}
