//! Calls of a demo: a few at once, counted, repeated when AWS says "later".

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use tokio::sync::Semaphore;

use crate::cli::{Bar, refused, retriable_code};

/// So many calls are in flight at once.
const IN_FLIGHT: usize = 16;
const ATTEMPTS: u32 = 10;
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(3);

/// A call that was refused.
#[derive(Debug)]
pub(super) struct Refused {
    code: Option<String>,
    said: anyhow::Error,
}

impl Refused {
    pub(super) fn is(&self, codes: &[&str]) -> bool {
        self.code
            .as_deref()
            .is_some_and(|code| codes.contains(&code))
    }

    /// Whether the server has no such operation.
    pub(super) fn is_unsupported(&self) -> bool {
        self.is(&[
            "UnknownOperationException",
            "UnknownOperation",
            "UnsupportedOperationException",
            "NotImplemented",
        ])
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#}", self.said)
    }
}

impl Error for Refused {}

/// Answers `None` instead of a refusal with one of the codes: what should be is there already.
pub(super) fn unless<T>(answer: Result<T, Refused>, codes: &[&str]) -> Result<Option<T>, Refused> {
    match answer {
        Ok(output) => Ok(Some(output)),
        Err(error) if error.is(codes) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Makes the calls, and counts what they made.
#[derive(Debug)]
pub(super) struct Calls {
    limit: Semaphore,
    bar: Bar,
    made: Mutex<BTreeMap<&'static str, Count>>,
}

/// How many of a kind were made, and how many were there already.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Count {
    pub(super) made: usize,
    pub(super) kept: usize,
}

impl Calls {
    pub(super) fn new(bar: Bar) -> Self {
        Self {
            limit: Semaphore::new(IN_FLIGHT),
            bar,
            made: Mutex::default(),
        }
    }

    /// Makes a call; `operation` is the name AWS gives it.
    pub(super) async fn make<T, E, F>(
        &self,
        operation: &'static str,
        send: impl Fn() -> F,
    ) -> Result<T, Refused>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        let mut wait = FIRST_WAIT;
        for attempt in 1.. {
            let answer = {
                let _in_flight = self.limit.acquire().await;
                send().await
            };
            let error = match answer {
                Ok(output) => return Ok(output),
                Err(error) => error,
            };
            let code = error
                .as_service_error()
                .and_then(|service| service.code())
                .map(str::to_owned);
            if attempt == ATTEMPTS || !retriable_code(code.as_deref()) {
                return Err(Refused {
                    code,
                    said: refused(operation, &error),
                });
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
        unreachable!("the last attempt returns")
    }

    /// One thing of a kind is there now, made just now or before.
    pub(super) fn count(&self, kind: &'static str, made: bool) {
        let mut counts = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(kind).or_default();
        if made {
            count.made += 1;
        } else {
            count.kept += 1;
        }
        drop(counts);
        self.bar.advance();
    }

    pub(super) fn doing(&self, what: &str) {
        self.bar.doing(what);
    }

    pub(super) fn note(&self, text: &str) {
        self.bar.note(text);
    }

    pub(super) fn counts(&self) -> BTreeMap<&'static str, Count> {
        self.made
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
