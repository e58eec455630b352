//! AWS's request rates: a bucket of tokens for each account (and Region) and each rate.
//!
//! The buckets are in memory: each replica of a server counts for itself.

mod bucket;
mod rates;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use atrium_model::{AccountId, Region, Timestamp};
use atrium_wire::{OperationMeta, WireError};

pub use rates::{Operations, Rate};

use bucket::Bucket;

/// What AWS's services say of too many requests.
const MESSAGE: &str = "Rate exceeded";
/// `Type` of Organizations' exception. AWS documents the member, not its values.
const TYPE: &str = "RATE_EXCEEDED";
/// So many buckets may be kept before those that are full again are forgotten.
const FEW: usize = 1024;

/// Which request rates hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Throttling {
    /// None: every request is served as soon as it can be.
    #[default]
    Off,
    /// Those that AWS documents, see [`Rate::all`].
    Aws,
}

/// Counts requests and refuses what is too many.
pub(crate) struct Throttle {
    buckets: Mutex<Buckets>,
}

#[derive(Default)]
struct Buckets {
    /// By rate (its place in the table), account, and Region if the rate holds for each Region.
    known: HashMap<(usize, AccountId, Option<Region>), Bucket>,
    /// How many there were after the last sweep.
    swept: usize,
}

impl Throttle {
    /// The rates' buckets, all full; nothing if no rates hold.
    pub(crate) fn new(throttling: Throttling) -> Option<Self> {
        match throttling {
            Throttling::Off => None,
            Throttling::Aws => Some(Self {
                buckets: Mutex::default(),
            }),
        }
    }

    /// Counts one request of `account` in `region`.
    ///
    /// # Errors
    ///
    /// The service's throttling error, if there were too many.
    pub(crate) fn take(
        &self,
        operation: &OperationMeta,
        account: &AccountId,
        region: &Region,
        now: Timestamp,
    ) -> Result<(), WireError> {
        let Some((place, rate)) = rates::of(operation) else {
            return Ok(());
        };
        let key = (
            place,
            account.clone(),
            rate.regional.then(|| region.clone()),
        );
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.sweep(now);
        let bucket = buckets
            .known
            .entry(key)
            .or_insert_with(|| Bucket::full(rate, now));
        match bucket.take(rate, now) {
            true => Ok(()),
            false => Err(refusal(operation)),
        }
    }
}

impl Buckets {
    /// Forgets full buckets, which say nothing, each time there are twice as many as before. A bucket is full again
    /// after seconds, so what is kept is bounded by the requests of a few seconds.
    fn sweep(&mut self, now: Timestamp) {
        if self.known.len() < FEW.max(2 * self.swept) {
            return;
        }
        self.known
            .retain(|(place, _, _), bucket| !bucket.is_full(&rates::ALL[*place], now));
        self.swept = self.known.len();
    }
}

/// The service's own throttling error.
pub(crate) fn refusal(operation: &OperationMeta) -> WireError {
    let error = WireError::throttled(MESSAGE);
    match operation.service.name {
        "organizations" => error.with("Type", TYPE),
        _ => error,
    }
}
