//! Bodies on their way in: each piece must come in time, and the whole must be what was signed.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures::{Stream, StreamExt as _, stream};
use sha2::{Digest as _, Sha256};

/// A body in pieces.
pub(super) type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes, BodyError>> + Send>>;

/// What is wrong with a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum BodyError {
    /// The next piece did not come in time.
    #[error("the body came too slowly")]
    Slow,
    /// The connection ended before the body did.
    #[error("the body ended too early")]
    Incomplete,
    /// Its hash is not the signed one.
    #[error("the body is not the one that was signed")]
    Hash,
    /// A chunk's signature does not match.
    #[error("a chunk of the body is not the one that was signed")]
    Signature,
    /// The chunks are not framed as they must be.
    #[error("the chunks of the body can't be read")]
    Framing,
}

/// The headers that came after a body, once it has been read to its end.
#[derive(Clone, Debug, Default)]
pub(super) struct Trailers(Arc<Mutex<Vec<(String, String)>>>);

impl Trailers {
    pub(super) fn set(&self, headers: Vec<(String, String)>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = headers;
    }

    /// A header by its name in lower case.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        let headers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.clone())
    }
}

/// The bytes as they come from the connection.
pub(super) struct Incoming {
    pieces: ByteStream,
    timeout: Duration,
}

impl Incoming {
    pub(super) fn new(body: Body, timeout: Duration) -> Self {
        let pieces = body
            .into_data_stream()
            .map(|piece| piece.map_err(|_| BodyError::Incomplete));
        Self {
            pieces: Box::pin(pieces),
            timeout,
        }
    }

    #[cfg(test)]
    pub(super) fn of(pieces: Vec<Bytes>) -> Self {
        let pieces = stream::iter(pieces).map(Ok);
        Self {
            pieces: Box::pin(pieces),
            timeout: Duration::from_secs(60),
        }
    }

    /// The next piece; none at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, BodyError> {
        match tokio::time::timeout(self.timeout, self.pieces.next()).await {
            Ok(piece) => piece.transpose(),
            Err(_) => Err(BodyError::Slow),
        }
    }
}

/// The body as it comes.
pub(super) fn plain(incoming: Incoming) -> ByteStream {
    Box::pin(stream::try_unfold(incoming, |mut incoming| async move {
        Ok(incoming.next().await?.map(|piece| (piece, incoming)))
    }))
}

/// The body as it comes, failing at its end if its SHA-256 is not `expected`.
pub(super) fn hashed(incoming: Incoming, expected: [u8; 32]) -> ByteStream {
    let start = (incoming, Sha256::new());
    Box::pin(stream::try_unfold(
        start,
        move |(mut incoming, mut hash)| async move {
            match incoming.next().await? {
                Some(piece) => {
                    hash.update(&piece);
                    Ok(Some((piece, (incoming, hash))))
                }
                None if hash.finalize() == expected => Ok(None),
                None => Err(BodyError::Hash),
            }
        },
    ))
}
