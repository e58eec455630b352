//! Slowing down where AWS says so. Limits are per account and service, so each such pair is a lane
//! of its own: a throttled account does not slow the others.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

const FIRST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(5);
const FORGOTTEN: Duration = Duration::from_millis(5);

struct Lane {
    interval: Duration,
    next: Instant,
    slowed: Instant,
}

/// The lanes of a run.
#[derive(Default)]
pub(crate) struct Pace(Mutex<HashMap<(String, &'static str), Lane>>);

impl Pace {
    fn lanes(&self) -> MutexGuard<'_, HashMap<(String, &'static str), Lane>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for this call's turn; at once unless the lane was throttled lately.
    pub(crate) async fn turn(&self, account: &str, service: &'static str) {
        let at = {
            let mut lanes = self.lanes();
            // Almost every lane is never throttled, and those are never stored.
            if lanes.is_empty() {
                return;
            }
            let Some(lane) = lanes.get_mut(&(account.to_owned(), service)) else {
                return;
            };
            let at = lane.next.max(Instant::now());
            lane.next = at + lane.interval;
            at
        };
        tokio::time::sleep_until(at).await;
    }

    /// A call sent at `sent` was throttled: twice the interval, once for each wave of calls.
    pub(crate) fn throttled(&self, account: &str, service: &'static str, sent: Instant) {
        let now = Instant::now();
        let mut lanes = self.lanes();
        let lane = lanes.entry((account.to_owned(), service)).or_insert(Lane {
            interval: Duration::ZERO,
            next: now,
            slowed: sent,
        });
        if sent >= lane.slowed {
            lane.interval = (lane.interval * 2).clamp(FIRST, LONGEST);
            lane.slowed = now;
        }
    }

    /// A call went through: a little faster again.
    pub(crate) fn went_through(&self, account: &str, service: &'static str) {
        let mut lanes = self.lanes();
        if lanes.is_empty() {
            return;
        }
        let key = (account.to_owned(), service);
        if let Some(lane) = lanes.get_mut(&key) {
            lane.interval = lane.interval.mul_f64(0.95);
            if lane.interval < FORGOTTEN {
                lanes.remove(&key);
            }
        }
    }
}
