//! What the workers in the background have in common.

use std::fmt::Display;
use std::time::Duration;

use atrium_model::Timestamp;

/// Does a piece of work again and again, and says with `failure` when it could not be done.
pub(crate) async fn every<E: Display, F: Future<Output = Result<(), E>>>(
    pause: Duration,
    failure: &'static str,
    work: impl Fn() -> F,
) {
    loop {
        if let Err(error) = work().await {
            tracing::warn!(error = %error, "{failure}; it is tried again");
        }
        tokio::time::sleep(pause).await;
    }
}

/// So long before a moment.
pub(crate) fn before(now: Timestamp, time: Duration) -> Timestamp {
    let millis = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millis(now.as_millis().saturating_sub(millis))
}
