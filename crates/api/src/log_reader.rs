//! Reads the log of events from where the database says, and notes how far it was read with what was taken from it.

use std::time::Duration;

use atrium_model::Timestamp;
use atrium_store::{EventPosition, StoreError, Tx};
use tokio::sync::Mutex;

use crate::Services;

/// How many events are read at once.
pub(crate) const PAGE: usize = 512;
/// How long it may take until it is noted how far the log was read, if nothing was taken.
const NOTED: Duration = Duration::from_secs(30);

/// Who reads the log, and what becomes of what it takes.
pub(crate) trait Follower: Sync {
    /// What it takes of a stretch.
    type Taken: Send + 'static;
    /// Why reading broke off.
    type Error: From<StoreError>;

    /// The name under which the database notes how far the log was read.
    const NAME: &'static str;

    /// Where the database says that reading goes on.
    fn begin(
        &self,
        services: &Services,
        now: Timestamp,
    ) -> impl Future<Output = Result<EventPosition, Self::Error>> + Send;

    /// The log from a position on, and what is taken of it.
    fn read(
        &self,
        services: &Services,
        from: EventPosition,
        now: Timestamp,
    ) -> impl Future<Output = Result<Stretch<Self::Taken>, Self::Error>> + Send;

    /// Keeps what was taken, in the transaction that notes how far the log was read.
    fn keep(tx: &mut dyn Tx, taken: &Self::Taken, now: Timestamp) -> Result<(), StoreError>;
}

/// A stretch of the log.
pub(crate) struct Stretch<T> {
    /// Its last event.
    pub(crate) to: EventPosition,
    /// What is taken of it; none if there is nothing to keep.
    pub(crate) taken: Option<T>,
    /// Whether it goes to the log's end.
    pub(crate) is_last: bool,
}

/// How far the log was read. Only one task of a server reads at a time; other servers may read too, and what counts is who commits first.
#[derive(Default)]
pub(crate) struct LogReader(Mutex<Option<Place>>);

#[derive(Clone, Copy)]
struct Place {
    /// What the database says.
    noted: EventPosition,
    /// Up to here there was nothing to take.
    read: EventPosition,
    /// When it was noted.
    when: Timestamp,
}

impl Place {
    const fn noted(position: EventPosition, when: Timestamp) -> Self {
        Self {
            noted: position,
            read: position,
            when,
        }
    }
}

impl LogReader {
    /// Reads to the log's end: afterwards, whatever was in the log is where the follower wants it.
    pub(crate) async fn to_the_end<F: Follower>(
        &self,
        services: &Services,
        follower: &F,
    ) -> Result<(), F::Error> {
        let mut place = self.0.lock().await;
        loop {
            let now = services.clock.now();
            let begun = match *place {
                Some(begun) => begun,
                None => Place::noted(follower.begin(services, now).await?, now),
            };
            // Until it is known how this ends, nothing is known.
            *place = None;
            let Stretch { to, taken, is_last } = follower.read(services, begun.read, now).await?;
            let is_late = to > begun.noted && now.since(begun.when) >= NOTED;
            let next = if taken.is_none() && !is_late {
                Some(Place { read: to, ..begun })
            } else {
                let is_noted = note::<F>(services, (begun.noted, to), taken, now).await?;
                is_noted.then_some(Place::noted(to, now))
            };
            *place = next;
            if is_last && next.is_some() {
                return Ok(());
            }
        }
    }
}

/// Keeps what was taken, and how far the log was read; false if another server was faster.
async fn note<F: Follower>(
    services: &Services,
    (noted, to): (EventPosition, EventPosition),
    taken: Option<F::Taken>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let keep = move |tx: &mut dyn Tx| {
        if !tx.advance_event_reader(F::NAME, noted, to, Timestamp::default())? {
            return Ok(false);
        }
        if let Some(taken) = &taken {
            F::keep(tx, taken, now)?;
        }
        Ok(true)
    };
    match services.store.write(keep).await {
        Err(StoreError::Conflict) => Ok(false),
        noted => noted,
    }
}
