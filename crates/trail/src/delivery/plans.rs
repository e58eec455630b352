use std::time::Duration;

use atrium_model::Timestamp;
use atrium_model::trail::TrailVersion;
use atrium_store::{StoreError, StreamedEvent, Tx};

use crate::select::{needed_since, taken_by};

/// How many versions are read at once.
const PAGE: usize = 500;
/// How long a version is kept once another holds: events that happened before may be kept a little later.
const KEPT: Duration = Duration::from_secs(24 * 3600);

/// What all trails do with events, now and lately.
#[derive(Clone, Debug, Default)]
pub struct Plans {
    /// The versions of each trail, oldest first.
    trails: Vec<Vec<TrailVersion>>,
}

impl Plans {
    /// Reads all of them.
    ///
    /// Whoever reads them after events sees at least what those who made the events had seen.
    pub fn read(tx: &mut dyn Tx) -> Result<Self, StoreError> {
        let mut all: Vec<TrailVersion> = Vec::new();
        loop {
            let after = all.last().map(|last| {
                let (account, trail) = (last.account.to_string(), last.trail.clone());
                (account, trail, last.since)
            });
            let after = match &after {
                Some((account, trail, since)) => (account.as_str(), trail.as_str(), *since),
                None => ("", "", Timestamp::from_millis(i64::MIN)),
            };
            let page = tx.trail_versions(after, PAGE as i64)?;
            let last = page.len() < PAGE;
            all.extend(page);
            if last {
                return Ok(Self::from_iter(all));
            }
        }
    }

    /// Whether there was no trail lately.
    pub fn is_empty(&self) -> bool {
        self.trails.is_empty()
    }

    /// What takes an event: a version of each trail that does.
    pub fn takers(&self, event: &StreamedEvent) -> Vec<&TrailVersion> {
        self.trails
            .iter()
            .filter_map(|versions| taken_by(versions, event))
            .collect()
    }

    /// Versions that no event needs any more: another has long held, and of a trail that takes no events the last one.
    fn outlived(&self, now: Timestamp) -> impl Iterator<Item = &TrailVersion> {
        let old = move |since: Timestamp| now.since(since) > KEPT;
        self.trails.iter().flat_map(move |versions| {
            versions
                .iter()
                .enumerate()
                .filter_map(move |(at, version)| {
                    let gone = match versions.get(at + 1) {
                        Some(next) => old(next.since),
                        None => !version.plan.logging && old(version.since),
                    };
                    gone.then_some(version)
                })
        })
    }
}

impl FromIterator<TrailVersion> for Plans {
    /// Gathers versions that come in the order of their keys.
    fn from_iter<T: IntoIterator<Item = TrailVersion>>(all: T) -> Self {
        let mut trails: Vec<Vec<TrailVersion>> = Vec::new();
        for version in all {
            match trails.last_mut() {
                Some(last) if last[0].trail == version.trail => last.push(version),
                _ => trails.push(vec![version]),
            }
        }
        Self { trails }
    }
}

/// Forgets what trails did long before the first event that `reader` has still to deliver.
pub fn forget_old_plans(tx: &mut dyn Tx, reader: &str, now: Timestamp) -> Result<(), StoreError> {
    let needed = needed_since(tx, reader, now)?;
    for version in Plans::read(tx)?.outlived(needed) {
        tx.delete_trail_version(version)?;
    }
    Ok(())
}
