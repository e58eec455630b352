//! Bytes on their way to the object store: announced before they are written, so that the sweep finds what nobody
//! comes to hold.

use std::time::Duration;

use atrium_model::lower_hex;
use atrium_store::Segment;
use bytes::Bytes;

use super::DeliveryError;
use crate::{Segments, Services};

/// How long bytes may lie before something holds them, unless told.
pub(super) const PATIENCE: Duration = Duration::from_secs(3600);

/// Writes bodies as new segments, in their order, to be removed after `patience` unless something holds them by then.
pub(crate) async fn write(
    services: &Services,
    segments: &Segments,
    bodies: Vec<Vec<u8>>,
    patience: Duration,
) -> Result<Vec<Segment>, DeliveryError> {
    let ids: Vec<String> = bodies
        .iter()
        .map(|_| lower_hex(&*services.random, 40))
        .collect();
    let (announced, due) = (ids.clone(), services.clock.now() + patience);
    services
        .store
        .write(move |tx| {
            announced
                .iter()
                .try_for_each(|id| tx.announce_segment(id, due))
        })
        .await?;
    let mut written = Vec::with_capacity(ids.len());
    for (id, body) in ids.iter().zip(bodies) {
        let segment = segments
            .put(id, Bytes::from(body))
            .await
            .map_err(|error| DeliveryError::Objects(error.to_string()))?;
        written.push(segment);
    }
    Ok(written)
}

/// Removes segments that nothing will hold. If this fails, the sweep finds them.
pub(super) async fn discard(services: &Services, segments: &Segments, written: &[Segment]) {
    let mut gone = Vec::new();
    for segment in written {
        if segments.remove(&segment.id).await.is_ok() {
            gone.push(segment.id.clone());
        }
    }
    let forgotten = services
        .store
        .write(move |tx| tx.forget_segments(&gone))
        .await;
    if let Err(error) = forgotten {
        tracing::warn!(error = %error, "could not forget segments; the sweep will");
    }
}
