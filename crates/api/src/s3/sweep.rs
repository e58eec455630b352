use crate::Services;
use atrium_store::StoreError;

/// How many segments are removed at a time.
const BATCH: i64 = 100;

/// Removes the bytes that no object and no upload holds any more, and those of uploads that never ended. Answers how
/// many segments there were.
///
/// The server runs it when it starts and every few minutes; several replicas may do so at once. What is left when it
/// is interrupted is removed the next time.
pub async fn sweep(services: &Services) -> Result<u64, StoreError> {
    let Some(segments) = &services.segments else {
        return Ok(0);
    };
    let mut removed = 0;
    loop {
        let now = services.clock.now();
        let claimed = services
            .store
            .write(move |tx| tx.claim_loose_segments(now, BATCH))
            .await?;
        let mut gone = Vec::with_capacity(claimed.len());
        for id in claimed {
            match segments.remove(&id).await {
                Ok(()) => gone.push(id),
                Err(error) => {
                    tracing::warn!(segment = %id, error = %error, "a segment could not be removed");
                }
            }
        }
        if gone.is_empty() {
            return Ok(removed);
        }
        removed += gone.len() as u64;
        services
            .store
            .write(move |tx| tx.forget_segments(&gone))
            .await?;
    }
}
