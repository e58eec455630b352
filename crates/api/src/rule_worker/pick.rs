//! Takes what rules pick from the log.

use std::time::Duration;

use atrium_model::Timestamp;
use atrium_model::trail::Notice;
use atrium_store::{EventPosition, StoreError, Tx};
use tokio::sync::Mutex;

use super::RuleSettings;
use crate::Services;

/// Who reads the log for rules.
const READER: &str = "rules";
/// How many events are read at once.
const PAGE: usize = 512;
/// How long it may take until it is noted how far the log was read, if no rule picked anything.
const NOTED: Duration = Duration::from_secs(30);

/// How far the log was read. Other servers may read too, and what counts is who commits first.
#[derive(Default)]
pub(super) struct Reader(Mutex<Option<Seen>>);

#[derive(Clone, Copy)]
struct Seen {
    /// What the database says.
    noted: EventPosition,
    /// Up to here no rule picked anything.
    read: EventPosition,
    /// When it was noted.
    when: Timestamp,
}

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

/// Reads to the log's end: afterwards, whatever was in the log is on its way to the targets that are to have it.
pub(super) async fn all(
    services: &Services,
    settings: &RuleSettings,
    reader: &Reader,
) -> Result<(), StoreError> {
    let mut place = reader.0.lock().await;
    loop {
        let now = services.clock.now();
        let seen = match *place {
            Some(seen) => seen,
            None => noted(services, now).await?,
        };
        // Until it is known how this ends, nothing is known.
        *place = None;
        let events = services
            .store
            .read(move |tx| tx.events_after(seen.read, PAGE as i64))
            .await?;
        let is_last = events.len() < PAGE;
        let to = events.last().map_or(seen.read, |last| last.position);
        let picked = events
            .iter()
            .flat_map(|streamed| settings.rules.notices(&streamed.event, now));
        let picked: Vec<Notice> = picked.collect();
        let is_late = to > seen.noted && now.since(seen.when) >= NOTED;
        let next = if picked.is_empty() && !is_late {
            Some(Seen { read: to, ..seen })
        } else {
            commit(services, seen.noted, to, picked, now).await?
        };
        *place = next;
        if is_last && next.is_some() {
            return Ok(());
        }
    }
}

/// Where the database says that reading goes on.
async fn noted(services: &Services, now: Timestamp) -> Result<Seen, StoreError> {
    let noted = services.store.read(|tx| tx.event_reader(READER)).await?;
    let noted = match noted {
        Some(noted) => noted,
        // Somebody has set the readers back.
        None => {
            begin(services).await?;
            let noted = services.store.read(|tx| tx.event_reader(READER)).await?;
            noted.unwrap_or(EventPosition::START)
        }
    };
    Ok(Seen {
        noted,
        read: noted,
        when: now,
    })
}

/// Keeps what is to be sent, and how far the log was read. None if another server was faster.
async fn commit(
    services: &Services,
    noted: EventPosition,
    to: EventPosition,
    picked: Vec<Notice>,
    now: Timestamp,
) -> Result<Option<Seen>, StoreError> {
    let keep = move |tx: &mut dyn Tx| {
        if !tx.advance_event_reader(READER, noted, to, Timestamp::default())? {
            return Ok(false);
        }
        picked
            .iter()
            .try_for_each(|notice| tx.insert_notice(notice))?;
        Ok(true)
    };
    match services.store.write(keep).await {
        Ok(true) => Ok(Some(Seen {
            noted: to,
            read: to,
            when: now,
        })),
        Ok(false) | Err(StoreError::Conflict) => Ok(None),
        Err(error) => Err(error),
    }
}
