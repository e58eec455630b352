//! Moves what happened from the log to the event data stores that want it.

use std::time::Duration;

use atrium_model::Timestamp;
use atrium_store::{EventPosition, PendingRecord, StoreError, StreamedEvent, Tx};
use atrium_trail::ingest::StorePlans;
use tokio::task::spawn_blocking;

use super::LakeError;
use crate::Services;
use crate::log_reader::{Follower, PAGE, Stretch};

/// How often it is looked whether the transactions of a moment have ended.
const LOOK: Duration = Duration::from_millis(10);

/// Has event data stores take what they want.
#[derive(Default)]
pub(super) struct Filling {
    /// The log's end is beyond the transactions below this number: until they have ended, it isn't reached.
    until: i64,
}

impl Filling {
    /// Has event data stores take all that was answered before: on an engine with many writers, events wait for older
    /// transactions that are open.
    pub(super) async fn until_now(services: &Services) -> Result<Self, StoreError> {
        let until = services.store.read(|tx| tx.next_transaction()).await?;
        Ok(Self { until })
    }
}

/// What one moment of the database shows.
enum Seen {
    /// There was no store lately; the log's end.
    NoStores(Option<EventPosition>),
    /// What stores do, a stretch of the log, and whether it may be the last.
    Events(StorePlans, Vec<StreamedEvent>, bool),
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
        let until = self.until;
        let seen = services.store.read(move |tx| {
            // Both are seen at the same moment: whoever was told of a store before they called finds their call in it.
            let plans = StorePlans::read(tx)?;
            match plans.is_empty() {
                true => Ok::<_, StoreError>(Seen::NoStores(tx.last_event()?)),
                false => {
                    let events = tx.events_after(from, PAGE as i64)?;
                    // Asked after the events: what has ended in another database in between counts as open, so whatever
                    // held events back denies this too.
                    Ok(Seen::Events(
                        plans,
                        events,
                        tx.have_transactions_ended(until)?,
                    ))
                }
            }
        });
        match seen.await? {
            Seen::NoStores(last) => Ok(Stretch {
                to: last.unwrap_or(from).max(from),
                taken: None,
                is_last: true,
            }),
            Seen::Events(plans, events, is_settled) => {
                let is_end = events.len() < PAGE;
                if is_end && !is_settled {
                    tokio::time::sleep(LOOK).await;
                }
                let picked = spawn_blocking(move || {
                    let taken = plans.pick(&events);
                    Stretch {
                        to: events.last().map_or(from, |last| last.position),
                        taken: (!taken.is_empty()).then_some(taken),
                        is_last: is_end && is_settled,
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
