//! Delays, failures and stale answers made on purpose, so that clients can be tried out against a bad day. With `--dev`
//! only.

mod stale;

use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rand::rngs::ChaCha8Rng;
use rand::{RngExt as _, SeedableRng as _};

pub(crate) use stale::StaleReads;

/// What goes wrong, how often, and from which seed.
#[derive(Clone, Debug, PartialEq)]
pub struct Rehearsal {
    /// How long answers are held back: each by a time out of this range, in milliseconds.
    pub response_delay: RangeInclusive<u64>,
    /// Which share of the requests fail, from 0 to 1: half of them throttled, half with an internal failure.
    pub error_rate: f64,
    /// Which share of the requests that only read see what was true a moment ago, from 0 to 1.
    pub stale_reads: f64,
    /// How long a change may stay unseen by them.
    pub staleness: Duration,
    /// Decides which requests fail or are stale and how late each answer is. The same seed and the same order of
    /// requests give the same outcome.
    pub seed: u64,
}

impl Default for Rehearsal {
    fn default() -> Self {
        Self {
            response_delay: 0..=0,
            error_rate: 0.0,
            stale_reads: 0.0,
            staleness: Duration::from_secs(1),
            seed: 0,
        }
    }
}

impl Rehearsal {
    /// Whether there is nothing to rehearse, whatever the seed.
    pub fn is_off(&self) -> bool {
        *self.response_delay.end() == 0 && self.error_rate <= 0.0 && self.stale_reads <= 0.0
    }
}

/// How a request fails that is to fail. Nothing has been done then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// As if there had been too many.
    Throttled,
    /// As if the service had failed.
    Internal,
}

/// Draws what happens to each request.
pub(crate) struct Faults {
    settings: Rehearsal,
    requests: AtomicU64,
}

/// What happens to one request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fate {
    pub(crate) delay: Duration,
    pub(crate) fault: Option<Fault>,
    /// Whether it sees what was true a moment ago, if it only reads.
    pub(crate) stale: bool,
}

impl Fate {
    /// Holds an answer back.
    pub(crate) async fn wait(self) {
        if !self.delay.is_zero() {
            tokio::time::sleep(self.delay).await;
        }
    }
}

impl Faults {
    /// Nothing if there is nothing to rehearse.
    pub(crate) fn new(settings: &Rehearsal) -> Option<Self> {
        (!settings.is_off()).then(|| Self {
            settings: settings.clone(),
            requests: AtomicU64::new(0),
        })
    }

    /// What happens to the next request: the seed and its number decide, and no other request.
    pub(crate) fn draw(&self) -> Fate {
        let mut random = ChaCha8Rng::seed_from_u64(self.settings.seed);
        random.set_stream(self.requests.fetch_add(1, Ordering::Relaxed));
        let delay = random.random_range(self.settings.response_delay.clone());
        let fails = random.random::<f64>() < self.settings.error_rate;
        let fault = if random.random() {
            Fault::Throttled
        } else {
            Fault::Internal
        };
        Fate {
            delay: Duration::from_millis(delay),
            fault: fails.then_some(fault),
            stale: random.random::<f64>() < self.settings.stale_reads,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fates(rehearsal: Rehearsal, count: usize) -> Vec<Fate> {
        let faults = Faults::new(&rehearsal).expect("something to rehearse");
        (0..count).map(|_| faults.draw()).collect()
    }

    #[test]
    fn nothing_is_drawn_unless_there_is_something_to_rehearse() {
        assert!(
            Faults::new(&Rehearsal {
                seed: 7,
                ..Rehearsal::default()
            })
            .is_none()
        );
        assert!(
            Faults::new(&Rehearsal {
                error_rate: 0.01,
                ..Rehearsal::default()
            })
            .is_some()
        );
        assert!(
            Faults::new(&Rehearsal {
                response_delay: 0..=1,
                ..Rehearsal::default()
            })
            .is_some()
        );
    }

    #[test]
    fn the_seed_decides() {
        let of = |seed| {
            fates(
                Rehearsal {
                    response_delay: 5..=50,
                    error_rate: 0.3,
                    seed,
                    ..Rehearsal::default()
                },
                200,
            )
        };
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
    }

    #[test]
    fn delays_and_failures_are_those_asked_for() {
        let all = fates(
            Rehearsal {
                response_delay: 20..=80,
                error_rate: 0.25,
                seed: 3,
                ..Rehearsal::default()
            },
            4000,
        );
        let within = Duration::from_millis(20)..=Duration::from_millis(80);
        assert!(all.iter().all(|fate| within.contains(&fate.delay)));
        let of = |fault| all.iter().filter(|fate| fate.fault == Some(fault)).count();
        // Drawn from a seed, so these are the same numbers every time.
        assert!(
            (400..600).contains(&of(Fault::Throttled)),
            "{}",
            of(Fault::Throttled)
        );
        assert!(
            (400..600).contains(&of(Fault::Internal)),
            "{}",
            of(Fault::Internal)
        );
        assert!(all.iter().all(|fate| !fate.stale));
        let stale = fates(
            Rehearsal {
                stale_reads: 0.5,
                ..Rehearsal::default()
            },
            4000,
        );
        let count = stale.iter().filter(|fate| fate.stale).count();
        assert!((1800..2200).contains(&count), "{count}");
        let always = fates(
            Rehearsal {
                error_rate: 1.0,
                ..Rehearsal::default()
            },
            50,
        );
        assert!(
            always
                .iter()
                .all(|fate| fate.fault.is_some() && fate.delay.is_zero())
        );
    }
}
