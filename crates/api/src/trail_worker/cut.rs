//! Cuts the log into files.

use std::sync::Arc;
use std::time::Duration;

use atrium_model::Timestamp;
use atrium_model::trail::TrailFile;
use atrium_store::{EventPosition, StoreError, StreamedEvent, Tx};
use atrium_trail::delivery::{Cut, CutFile, LARGEST, Plans};

use super::{DeliveryError, segments};
use crate::Services;

/// Who reads the log for trails.
pub(super) const READER: &str = "trails";
/// For how long a server has a turn for itself. When it takes longer another may begin the same one, and the one that
/// commits first has done it.
const TURN: Duration = Duration::from_secs(30);
/// How many events are read at once.
const PAGE: usize = 256;
/// How many bytes of records one turn cuts, about: they are held in memory.
const BATCH: usize = 32 << 20;

/// A stretch of the log, with what the trails do with it.
struct Stretch {
    events: Vec<StreamedEvent>,
    to: EventPosition,
    plans: Plans,
    /// Whether it goes to the log's end.
    is_last: bool,
}

/// Cuts up to the log's end if it is time to.
pub(super) async fn all(services: &Services) -> Result<(), DeliveryError> {
    if services.segments.is_none() {
        return Ok(());
    }
    loop {
        let now = services.clock.now();
        let due = services
            .store
            .read(move |tx| tx.is_event_reader_due(READER, now));
        if !due.await? || !turn(services, now).await? {
            return Ok(());
        }
    }
}

/// Cuts one stretch; false if somebody else has the turn.
async fn turn(services: &Services, now: Timestamp) -> Result<bool, DeliveryError> {
    let Some(objects) = services.segments.clone() else {
        return Ok(false);
    };
    let claimed = services
        .store
        .write(move |tx| tx.claim_event_reader(READER, now, now + TURN));
    let Some(from) = claimed.await? else {
        return Ok(false);
    };
    let stretch = read(services, from).await?;
    let (to, is_last) = (stretch.to, stretch.is_last);
    let random = Arc::clone(&services.random);
    let cut = tokio::task::spawn_blocking(move || {
        let mut cut = Cut::new(&stretch.plans, &*random, now, LARGEST);
        for event in &stretch.events {
            cut.add(event);
        }
        cut.finish()
    });
    let cut = cut.await.map_err(|_| DeliveryError::Stopping)?;
    let (mut files, mut bodies) = (Vec::new(), Vec::new());
    for CutFile { file, body, .. } in cut {
        files.push(file);
        bodies.push(body);
    }
    let written = segments::write(services, &objects, bodies, segments::PATIENCE).await?;
    for (file, segment) in files.iter_mut().zip(&written) {
        file.segment.clone_from(&segment.id);
    }
    let due = match is_last {
        true => now + services.settings.trail_interval,
        false => now,
    };
    let committed = services
        .store
        .write(move |tx| commit(tx, (from, to), due, &files))
        .await;
    match committed {
        Ok(true) => Ok(true),
        // Another server has cut this stretch.
        Ok(false) | Err(StoreError::Conflict) => {
            segments::discard(services, &objects, &written).await;
            Ok(true)
        }
        // Whether it was kept is not known: the sweep finds the bytes if it was not.
        Err(error) => Err(error.into()),
    }
}

/// Keeps the files of a stretch and where it ends, unless another server has.
fn commit(
    tx: &mut dyn Tx,
    (from, to): (EventPosition, EventPosition),
    due: Timestamp,
    files: &[TrailFile],
) -> Result<bool, StoreError> {
    if !tx.advance_event_reader(READER, from, to, due)? {
        return Ok(false);
    }
    for file in files {
        if !tx.hold_segment(&file.segment)? {
            return Err(StoreError::Conflict);
        }
        tx.insert_trail_file(file)?;
    }
    Ok(true)
}

/// Reads on from a position.
async fn read(services: &Services, from: EventPosition) -> Result<Stretch, DeliveryError> {
    let store = &services.store;
    let mut stretch = store
        .read(move |tx| {
            let plans = Plans::read(tx)?;
            // Nobody wants any event that is there now, and both are seen at the same moment.
            let end = match plans.is_empty() {
                true => tx.last_event()?.unwrap_or(from),
                false => from,
            };
            Ok::<_, StoreError>(Stretch {
                events: Vec::new(),
                to: end.max(from),
                plans,
                is_last: true,
            })
        })
        .await?;
    if stretch.plans.is_empty() {
        return Ok(stretch);
    }
    let mut bytes = 0;
    loop {
        let after = stretch.to;
        let page = store
            .read(move |tx| tx.events_after(after, PAGE as i64))
            .await?;
        stretch.is_last = page.len() < PAGE;
        bytes += page
            .iter()
            .map(|event| event.event.record.len())
            .sum::<usize>();
        stretch.to = page.last().map_or(after, |last| last.position);
        stretch.events.extend(page);
        if stretch.is_last || bytes >= BATCH {
            break;
        }
    }
    // After the events: whoever was told that a trail logs before they called must find their call in it.
    stretch.plans = store.read(|tx| Plans::read(tx)).await?;
    Ok(stretch)
}
