//! One call: its turn, its place in flight, its count, its repetition.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use tokio::time::Instant;

use super::failure::Failure;
use super::gate::{Gate, Rank};
use super::pace::Pace;
use crate::coverage::Outcome;

const THROTTLED_ATTEMPTS: u32 = 12;
const FAILED_ATTEMPTS: u32 = 4;

/// Where a call goes: whose limits it counts against, and how urgent it is.
#[derive(Clone, Copy)]
pub(crate) struct At<'a> {
    pub(crate) account: &'a str,
    pub(crate) rank: Rank,
}

/// Makes the calls of a run.
///
/// The SDK's own retries are off: they would hold a place in flight while they wait, share one
/// budget over all accounts, and not be counted.
pub(crate) struct Api {
    gate: Arc<Gate>,
    pace: Pace,
    counts: Mutex<BTreeMap<&'static str, u64>>,
}

impl Api {
    pub(crate) fn new(concurrency: usize) -> Self {
        Self {
            gate: Gate::new(concurrency),
            pace: Pace::default(),
            counts: Mutex::default(),
        }
    }

    /// Makes a call named as IAM names it, such as `sso:ListInstances`.
    pub(crate) async fn call<T, E, F>(
        &self,
        at: At<'_>,
        operation: &'static str,
        send: impl Fn() -> F,
    ) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        let service = operation.split(':').next().unwrap_or(operation);
        let mut attempt = 0;
        loop {
            attempt += 1;
            self.pace.turn(at.account, service).await;
            let pass = self.gate.enter(at.rank).await;
            self.count(operation);
            let sent = Instant::now();
            let answer = send().await;
            drop(pass);
            let failure = match answer {
                Ok(output) => {
                    self.pace.went_through(at.account, service);
                    return Ok(output);
                }
                Err(error) => Failure::of(operation, &error),
            };
            tracing::debug!(account.id = at.account, operation, attempt, error = %failure.message, "call failed");
            if failure.outcome == Outcome::Throttled {
                self.pace.throttled(at.account, service, sent);
                if attempt < THROTTLED_ATTEMPTS {
                    continue;
                }
            } else if failure.passing && attempt < FAILED_ATTEMPTS {
                tokio::time::sleep(Duration::from_millis(100) * 2u32.pow(attempt)).await;
                continue;
            }
            return Err(failure);
        }
    }

    fn count(&self, operation: &'static str) {
        *self
            .counts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(operation)
            .or_default() += 1;
    }

    /// The calls made so far, by operation.
    pub(crate) fn counts(&self) -> BTreeMap<String, u64> {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts
            .iter()
            .map(|(operation, count)| ((*operation).to_owned(), *count))
            .collect()
    }
}
