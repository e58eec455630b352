//! Takes what rules pick from the log.

use atrium_model::Timestamp;
use atrium_model::trail::Notice;
use atrium_store::{EventPosition, StoreError, Tx};

use super::RuleSettings;
use crate::Services;
use crate::log_reader::{Follower, PAGE, Stretch};

/// Who reads the log for rules.
const READER: &str = "rules";

/// Lets rules begin at the log's end, unless they have been reading already.
pub(super) async fn begin(services: &Services) -> Result<(), StoreError> {
    let begun = services.store.write(|tx| {
        if tx.event_reader(READER)?.is_some() {
            return Ok(());
        }
        let always = Timestamp::default();
        let from = tx.claim_event_reader(READER, always, always)?;
        if let (Some(from), Some(end)) = (from, tx.last_event()?) {
            tx.advance_event_reader(READER, from, end, always)?;
        }
        Ok(())
    });
    begun.await
}

/// Keeps what rules pick for the targets that are to have it.
pub(super) struct Picking<'a>(pub(super) &'a RuleSettings);

impl Follower for Picking<'_> {
    type Taken = Vec<Notice>;
    type Error = StoreError;

    const NAME: &'static str = READER;

    async fn begin(&self, services: &Services, _: Timestamp) -> Result<EventPosition, StoreError> {
        let noted = |tx: &mut dyn Tx| tx.event_reader(READER);
        if let Some(noted) = services.store.read(noted).await? {
            return Ok(noted);
        }
        // Somebody has set the readers back.
        begin(services).await?;
        let noted = services.store.read(noted).await?;
        Ok(noted.unwrap_or(EventPosition::START))
    }

    async fn read(
        &self,
        services: &Services,
        from: EventPosition,
        now: Timestamp,
    ) -> Result<Stretch<Vec<Notice>>, StoreError> {
        let read = services
            .store
            .read(move |tx| tx.events_after(from, PAGE as i64));
        let events = read.await?;
        let picked = events
            .iter()
            .flat_map(|streamed| self.0.rules.notices(&streamed.event, now));
        let picked: Vec<Notice> = picked.collect();
        Ok(Stretch {
            to: events.last().map_or(from, |last| last.position),
            taken: (!picked.is_empty()).then_some(picked),
            is_last: events.len() < PAGE,
        })
    }

    fn keep(tx: &mut dyn Tx, picked: &Vec<Notice>, _: Timestamp) -> Result<(), StoreError> {
        picked
            .iter()
            .try_for_each(|notice| tx.insert_notice(notice))
    }
}
