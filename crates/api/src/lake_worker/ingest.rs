//! Moves what happened from the log to the event data stores that want it.

use atrium_model::Timestamp;
use atrium_store::{EventPosition, PendingRecord, StoreError, StreamedEvent, Tx};
use atrium_trail::ingest::StorePlans;
use tokio::task::spawn_blocking;

use super::LakeError;
use crate::Services;
use crate::log_reader::{Follower, PAGE, Stretch};

/// Has event data stores take what they want.
pub(super) struct Filling;

/// What one moment of the database shows.
enum Seen {
    /// There was no store lately; the log's end.
    NoStores(Option<EventPosition>),
    /// What stores do, and a stretch of the log.
    Events(StorePlans, Vec<StreamedEvent>),
}

impl Follower for Filling {
    /// The records of each store.
    type Taken = Vec<Vec<PendingRecord>>;
    type Error = LakeError;

    const NAME: &'static str = "lake";

    async fn begin(&self, services: &Services, now: Timestamp) -> Result<EventPosition, LakeError> {
        let claimed = services
            .store
            .write(move |tx| tx.claim_event_reader(Self::NAME, now, Timestamp::default()));
        Ok(claimed.await?.unwrap_or(EventPosition::START))
    }

    async fn read(
        &self,
        services: &Services,
        from: EventPosition,
        _: Timestamp,
    ) -> Result<Stretch<Self::Taken>, LakeError> {
        let seen = services.store.read(move |tx| {
            // Both are seen at the same moment: whoever was told of a store before they called finds their call in it.
            let plans = StorePlans::read(tx)?;
            match plans.is_empty() {
                true => Ok::<_, StoreError>(Seen::NoStores(tx.last_event()?)),
                false => Ok(Seen::Events(plans, tx.events_after(from, PAGE as i64)?)),
            }
        });
        match seen.await? {
            Seen::NoStores(last) => Ok(Stretch {
                to: last.unwrap_or(from).max(from),
                taken: None,
                is_last: true,
            }),
            Seen::Events(plans, events) => {
                let picked = spawn_blocking(move || {
                    let taken = plans.pick(&events);
                    Stretch {
                        to: events.last().map_or(from, |last| last.position),
                        taken: (!taken.is_empty()).then_some(taken),
                        is_last: events.len() < PAGE,
                    }
                });
                picked.await.map_err(|_| LakeError::Stopping)
            }
        }
    }

    fn keep(tx: &mut dyn Tx, taken: &Self::Taken, now: Timestamp) -> Result<(), StoreError> {
        taken
            .iter()
            .try_for_each(|records| tx.append_pending(records, now))
    }
}
