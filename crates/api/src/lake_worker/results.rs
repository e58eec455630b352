//! The rows of an answer on their way into the object store, in parts of which one is a page at most.

use std::time::Duration;

use atrium_model::lake::ResultPart;

use super::LakeError;
use crate::trail_worker::segments;
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
        let rows = std::mem::take(&mut self.rows);
        let kept = segments::write(services, objects, vec![body], self.patience).await?;
        let parts = kept.into_iter().map(|segment| ResultPart {
            segment: segment.id,
            size: segment.size,
            rows,
        });
        self.parts.extend(parts);
        Ok(())
    }
}
