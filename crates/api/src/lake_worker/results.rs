//! The rows of an answer on their way into the object store, in parts of which one is a page at most.

use std::time::Duration;

use atrium_model::lake::ResultPart;
use atrium_model::{Timestamp, lower_hex};
use bytes::Bytes;

use super::LakeError;
use crate::{Segments, Services};

/// The most rows of a part: the largest page of GetQueryResults.
const ROWS: i64 = 1_000;
/// The bytes at which a part is full, however few its rows.
const BYTES: usize = 1 << 20;
/// The most bytes of an answer.
const MOST: u64 = 256 << 20;

/// Rows that are being kept.
pub(super) struct Results {
    parts: Vec<ResultPart>,
    open: Vec<u8>,
    rows: i64,
    bytes: u64,
    patience: Duration,
}

impl Results {
    /// No rows yet. What is kept may lie for as long as told before something holds it.
    pub(super) fn new(patience: Duration) -> Self {
        Self {
            parts: Vec::new(),
            open: Vec::new(),
            rows: 0,
            bytes: 0,
            patience,
        }
    }

    /// Adds a row, a line of JSON. False if the answer has become too large.
    pub(super) async fn push(
        &mut self,
        services: &Services,
        objects: &Segments,
        row: &str,
    ) -> Result<bool, LakeError> {
        self.bytes += row.len() as u64 + 1;
        if self.bytes > MOST {
            return Ok(false);
        }
        self.open.extend(row.as_bytes());
        self.open.push(b'\n');
        self.rows += 1;
        if self.rows >= ROWS || self.open.len() >= BYTES {
            self.close(services, objects).await?;
        }
        Ok(true)
    }

    /// The parts.
    pub(super) async fn finish(
        mut self,
        services: &Services,
        objects: &Segments,
    ) -> Result<Vec<ResultPart>, LakeError> {
        if self.rows > 0 {
            self.close(services, objects).await?;
        }
        Ok(self.parts)
    }

    async fn close(&mut self, services: &Services, objects: &Segments) -> Result<(), LakeError> {
        let body = std::mem::take(&mut self.open);
        let due = services.clock.now() + self.patience;
        let (segment, size) = keep(services, objects, body, due).await?;
        self.parts.push(ResultPart {
            segment,
            size,
            rows: std::mem::take(&mut self.rows),
        });
        Ok(())
    }
}

/// Keeps bytes as a segment, to be removed at `due` unless something holds it by then. Answers its id and length.
pub(super) async fn keep(
    services: &Services,
    objects: &Segments,
    body: Vec<u8>,
    due: Timestamp,
) -> Result<(String, u64), LakeError> {
    let id = lower_hex(&*services.random, 40);
    let announced = id.clone();
    services
        .store
        .write(move |tx| tx.announce_segment(&announced, due))
        .await?;
    let segment = objects
        .put(&id, Bytes::from(body))
        .await
        .map_err(|error| LakeError::Objects(error.to_string()))?;
    Ok((segment.id, segment.size))
}
