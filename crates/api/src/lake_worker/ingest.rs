//! Moves what happened from the log to the event data stores that want it.

use std::time::Duration;

use atrium_model::Timestamp;
use atrium_store::{EventPosition, PendingRecord, StoreError, StreamedEvent, Tx};
use atrium_trail::ingest::StorePlans;
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

use super::LakeError;
use crate::Services;

/// Who reads the log for event data stores.
const READER: &str = "lake";
/// How many events are read at once.
const PAGE: usize = 512;
/// How long it may take until it is noted how far the log was read, if no store took anything.
const NOTED: Duration = Duration::from_secs(30);

/// How far the log was read. Only one task of a server reads at a time; other servers may read too, and what counts is
/// who commits first.
#[derive(Default)]
pub(super) struct Reader(Mutex<Option<Read>>);

#[derive(Clone, Copy)]
struct Read {
    /// What the database says.
    noted: EventPosition,
    /// What is known to hold nothing for any store.
    read: EventPosition,
    /// When it was noted.
    when: Timestamp,
}

/// What one moment of the database shows.
enum Seen {
    /// There was no store lately; the log's end.
    NoStores(Option<EventPosition>),
    /// What stores do, and a stretch of the log.
    Events(StorePlans, Vec<StreamedEvent>),
}

/// A stretch of the log, and what stores take of it.
struct Stretch {
    to: EventPosition,
    taken: Vec<Vec<PendingRecord>>,
    /// Whether it goes to the log's end.
    is_last: bool,
}

/// Reads to the log's end: afterwards, whatever was in the log is in the stores that want it.
pub(super) async fn all(services: &Services, reader: &Reader) -> Result<(), LakeError> {
    let mut place = reader.0.lock().await;
    loop {
        let now = services.clock.now();
        let seen = match *place {
            Some(seen) => seen,
            None => begin(services, now).await?,
        };
        // Until it is known how this ends, nothing is known.
        *place = None;
        let Stretch { to, taken, is_last } = read(services, seen.read).await?;
        let is_late = to > seen.noted && now.since(seen.when) >= NOTED;
        let next = if taken.is_empty() && !is_late {
            Some(Read { read: to, ..seen })
        } else {
            commit(services, seen.noted, to, taken, now).await?
        };
        *place = next;
        if is_last && next.is_some() {
            return Ok(());
        }
    }
}

/// Where the database says that reading goes on.
async fn begin(services: &Services, now: Timestamp) -> Result<Read, LakeError> {
    let claimed = services
        .store
        .write(move |tx| tx.claim_event_reader(READER, now, Timestamp::default()));
    let noted = claimed.await?.unwrap_or(EventPosition::START);
    Ok(Read {
        noted,
        read: noted,
        when: now,
    })
}

async fn read(services: &Services, from: EventPosition) -> Result<Stretch, LakeError> {
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
            taken: Vec::new(),
            is_last: true,
        }),
        Seen::Events(plans, events) => {
            let picked = spawn_blocking(move || Stretch {
                to: events.last().map_or(from, |last| last.position),
                taken: plans.pick(&events),
                is_last: events.len() < PAGE,
            });
            picked.await.map_err(|_| LakeError::Stopping)
        }
    }
}

/// Keeps what stores take, and how far the log was read. None if another server was faster.
async fn commit(
    services: &Services,
    noted: EventPosition,
    to: EventPosition,
    taken: Vec<Vec<PendingRecord>>,
    now: Timestamp,
) -> Result<Option<Read>, LakeError> {
    let committed = services
        .store
        .write(move |tx| keep(tx, (noted, to), &taken, now))
        .await;
    match committed {
        Ok(true) => Ok(Some(Read {
            noted: to,
            read: to,
            when: now,
        })),
        Ok(false) | Err(StoreError::Conflict) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn keep(
    tx: &mut dyn Tx,
    (noted, to): (EventPosition, EventPosition),
    taken: &[Vec<PendingRecord>],
    now: Timestamp,
) -> Result<bool, StoreError> {
    if !tx.advance_event_reader(READER, noted, to, Timestamp::default())? {
        return Ok(false);
    }
    for records in taken {
        tx.append_pending(records, now)?;
    }
    Ok(true)
}
