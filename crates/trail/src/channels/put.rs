//! PutAuditEvents.

use std::collections::BTreeSet;
use std::time::Duration;

use atrium_model::OpContext;
use atrium_model::lake::{Channel, ChannelPut, EventDataStore, StoreStatus};
use atrium_store::{EventPosition, PendingRecord, StoreError, Tx};

use super::{EventTrouble, audit_record};
use crate::ingest::day_of;

/// The most bytes of one call's events: "up to 100 of these events (or up to 1 MB) per PutAuditEvents request". The model
/// holds the number.
const BYTES: usize = 1 << 20;
/// How long it is remembered which events came, so that one that is sent again is not taken again.
const REMEMBERED: Duration = Duration::from_secs(24 * 3600);

/// An event of a call.
#[derive(Clone, Debug)]
pub struct AuditEvent {
    /// `id`: what it is known by where it comes from.
    pub id: String,
    /// `eventData`.
    pub data: String,
    /// `eventDataChecksum`.
    pub checksum: Option<String>,
}

/// What became of an event: the id that it has here, or why it was not taken.
pub type PutOutcome = (String, Result<String, EventTrouble>);

/// Why a call is refused as a whole.
#[derive(Debug, thiserror::Error)]
pub enum PutError {
    /// Two of its events have the same id.
    #[error("the id `{0}` is given twice")]
    Duplicated(String),
    /// Its events are too long together.
    #[error("the events have more than {BYTES} bytes together")]
    TooLarge,
    /// The store failed.
    #[error("could not keep the events")]
    Store(#[from] StoreError),
}

/// Puts events into all event data stores of a channel. One that came through the channel before, by its id, is known and
/// not put there again.
pub fn put_events(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    channel: &Channel,
    events: Vec<AuditEvent>,
) -> Result<Vec<PutOutcome>, PutError> {
    let mut ids = BTreeSet::new();
    if let Some(twice) = events.iter().find(|event| !ids.insert(&event.id)) {
        return Err(PutError::Duplicated(twice.id.clone()));
    }
    if events.iter().map(|event| event.data.len()).sum::<usize>() > BYTES {
        return Err(PutError::TooLarge);
    }
    let stores = taking(tx, channel)?;
    let mut taken = Vec::new();
    let mut outcomes: Vec<PutOutcome> = Vec::new();
    for event in events {
        let outcome = put(cx, tx, channel, &event, &mut taken, stores.is_empty())?;
        outcomes.push((event.id, outcome));
    }
    for store in &stores {
        tx.append_pending(&pending(cx, store, &taken), cx.now)?;
    }
    note(cx, tx, channel, &outcomes)?;
    Ok(outcomes)
}

/// The event data stores of a channel that take events at present.
fn taking(tx: &mut dyn Tx, channel: &Channel) -> Result<Vec<EventDataStore>, StoreError> {
    let mut stores = Vec::new();
    for id in &channel.stores {
        let found = tx.event_data_store(&channel.account, id)?;
        let takes =
            |store: &EventDataStore| store.status == StoreStatus::Enabled && !store.is_deleted();
        stores.extend(found.filter(takes));
    }
    Ok(stores)
}

/// A record that is to be put into stores.
struct NewRecord {
    day: String,
    text: String,
}

fn put(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    channel: &Channel,
    event: &AuditEvent,
    taken: &mut Vec<NewRecord>,
    is_deaf: bool,
) -> Result<Result<String, EventTrouble>, StoreError> {
    let event_id = cx.new_uuid();
    let record = audit_record(
        channel,
        &event_id,
        &event.data,
        event.checksum.as_deref(),
        cx.now,
    );
    let (text, time) = match record {
        Ok(_) if is_deaf => return Ok(Err(EventTrouble::NotSubscribed)),
        Ok(record) => record,
        Err(trouble) => return Ok(Err(trouble)),
    };
    let known = tx.put_channel_event(&ChannelPut {
        account: channel.account.clone(),
        channel: channel.id.clone(),
        source_id: event.id.clone(),
        event_id: event_id.clone(),
        until: cx.now + REMEMBERED,
    })?;
    if let Some(known) = known {
        return Ok(Ok(known));
    }
    taken.push(NewRecord {
        day: day_of(time),
        text,
    });
    Ok(Ok(event_id))
}

/// The records as they wait to be written. Their place, which in other stores is that in the log, is the time and a random
/// number: nothing else comes into such a store.
fn pending(cx: &OpContext<'_>, store: &EventDataStore, taken: &[NewRecord]) -> Vec<PendingRecord> {
    let mut random = [0; 8];
    cx.random.fill(&mut random);
    // Positive, with room for a call's events.
    let first = (u64::from_be_bytes(random) >> 2).cast_signed();
    let numbered = (first..).zip(taken);
    numbered
        .map(|(number, record)| PendingRecord {
            account: store.account.clone(),
            store: store.id.clone(),
            position: EventPosition {
                transaction: cx.now.as_millis(),
                number,
            },
            day: record.day.clone(),
            record: record.text.clone(),
        })
        .collect()
}

/// Notes with the channel what came of the call's last event.
fn note(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    channel: &Channel,
    outcomes: &[PutOutcome],
) -> Result<(), StoreError> {
    let mut channel = channel.clone();
    let ingestion = &mut channel.ingestion;
    ingestion.tried = Some(cx.now);
    for (_, outcome) in outcomes {
        match outcome {
            Ok(id) => {
                ingestion.taken = Some(cx.now);
                ingestion.taken_id = Some(id.clone());
                ingestion.tried_id = Some(id.clone());
            }
            Err(trouble) => ingestion.refusal = Some(trouble.code().to_owned()),
        }
    }
    tx.update_channel(&channel).map(drop)
}
