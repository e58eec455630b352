//! What event data stores take of the log.

use std::time::Duration;

use atrium_model::Timestamp;
use atrium_model::lake::StoreVersion;
use atrium_store::{PendingRecord, StoreError, StreamedEvent, Tx};

use crate::select::{Fields, Version, holding, needed_since, selected_by};
use crate::text::strftime;

/// How many versions are read at once.
const PAGE: usize = 500;
/// How long a version is kept once another holds: events that happened before may be kept a little later.
const KEPT: Duration = Duration::from_secs(24 * 3600);

impl Version for StoreVersion {
    fn since(&self) -> Timestamp {
        self.since
    }

    fn last_request(&self) -> Option<&str> {
        self.plan.last_request.as_deref()
    }
}

/// What all event data stores do with events, now and lately.
#[derive(Clone, Debug, Default)]
pub struct StorePlans {
    /// The versions of each store, oldest first.
    stores: Vec<Vec<StoreVersion>>,
}

impl StorePlans {
    /// Reads all of them.
    pub fn read(tx: &mut dyn Tx) -> Result<Self, StoreError> {
        let mut all: Vec<StoreVersion> = Vec::new();
        loop {
            let after = all.last().map(|last| {
                let (account, store) = (last.account.to_string(), last.store.clone());
                (account, store, last.since)
            });
            let after = match &after {
                Some((account, store, since)) => (account.as_str(), store.as_str(), *since),
                None => ("", "", Timestamp::from_millis(i64::MIN)),
            };
            let page = tx.store_versions(after, PAGE as i64)?;
            let last = page.len() < PAGE;
            all.extend(page);
            if last {
                return Ok(Self::from_iter(all));
            }
        }
    }

    /// Whether there was no store lately.
    pub fn is_empty(&self) -> bool {
        self.stores.is_empty()
    }

    /// The records that stores take of a stretch of the log: a list for each that takes any.
    pub fn pick(&self, events: &[StreamedEvent]) -> Vec<Vec<PendingRecord>> {
        let events: Vec<_> = events
            .iter()
            .map(|event| (event, Fields::new(&event.event)))
            .collect();
        self.stores
            .iter()
            .map(|versions| {
                let taken = |(event, fields): &(&StreamedEvent, Fields<'_>)| {
                    let version = holding(versions, &event.event)?;
                    takes(version, event, fields).then(|| pending(version, event))
                };
                events.iter().filter_map(taken).collect::<Vec<_>>()
            })
            .filter(|records| !records.is_empty())
            .collect()
    }

    /// Versions that no event needs any more: another has long held.
    fn outlived(&self, now: Timestamp) -> impl Iterator<Item = &StoreVersion> {
        self.stores.iter().flat_map(move |versions| {
            let pairs = versions.iter().zip(versions.iter().skip(1));
            pairs
                .filter(move |(_, next)| now.since(next.since) > KEPT)
                .map(|(version, _)| version)
        })
    }
}

impl FromIterator<StoreVersion> for StorePlans {
    /// Gathers versions that come in the order of their keys.
    fn from_iter<T: IntoIterator<Item = StoreVersion>>(all: T) -> Self {
        let mut stores: Vec<Vec<StoreVersion>> = Vec::new();
        for version in all {
            match stores.last_mut() {
                Some(last) if last[0].store == version.store => last.push(version),
                _ => stores.push(vec![version]),
            }
        }
        Self { stores }
    }
}

fn takes(version: &StoreVersion, streamed: &StreamedEvent, fields: &Fields<'_>) -> bool {
    let (plan, event) = (&version.plan, &streamed.event);
    let of_account = match &plan.organization {
        Some(organization) => streamed.organization.as_ref() == Some(organization),
        None => event.account == version.account,
    };
    plan.ingesting
        && of_account
        && (plan.multi_region || event.region == plan.region)
        && selected_by(&plan.selectors, fields)
}

fn pending(version: &StoreVersion, streamed: &StreamedEvent) -> PendingRecord {
    PendingRecord {
        account: version.account.clone(),
        store: version.store.clone(),
        position: streamed.position,
        day: day_of(streamed.event.time),
        record: streamed.event.record.clone(),
    }
}

/// The day of a moment in UTC, such as `2026-01-05`.
pub fn day_of(time: Timestamp) -> String {
    strftime(time, "%Y-%m-%d")
}

/// What stores did so long ago that no event needs it any more, the first that `reader` has still to take included.
pub fn old_store_plans(
    tx: &mut dyn Tx,
    reader: &str,
    now: Timestamp,
) -> Result<Vec<StoreVersion>, StoreError> {
    let needed = needed_since(tx, reader, now)?;
    Ok(StorePlans::read(tx)?.outlived(needed).cloned().collect())
}
