//! Delivers to trails: cuts the log into files, places them in their buckets, and makes the digests that tell of them.
//!
//! Everything that is under way is in the database, so nothing is lost or done twice when a server stops at any
//! moment, and several servers share the work: each step commits only if nobody else has done it.

mod cut;
mod digest;
pub(crate) mod segments;

use std::sync::Arc;
use std::time::Duration;

use atrium_store::StoreError;
use atrium_trail::delivery::{SigningKeyError, forget_old_plans, place_files};

use crate::Services;
pub(crate) use digest::key as signing_key;

/// How many files one transaction places.
const AT_ONCE: i64 = 50;
/// The shortest and the longest time between two looks at whether anything is due.
const LOOKS: [Duration; 2] = [Duration::from_millis(20), Duration::from_secs(1)];

/// Why a delivery broke off. It is taken up again.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] StoreError),
    /// The object store took no bytes.
    #[error("the object store failed: {0}")]
    Objects(String),
    /// There is no key to sign with.
    #[error("a digest could not be signed")]
    Key(#[from] SigningKeyError),
    /// The server stops.
    #[error("the server is stopping")]
    Stopping,
}

/// Delivers for as long as the server runs.
pub async fn run_delivery(services: Arc<Services>) {
    let [shortest, longest] = LOOKS;
    let pause = (services.settings.trail_interval / 5).clamp(shortest, longest);
    let mut forgotten = None;
    loop {
        let today = services.clock.now().as_seconds() / (24 * 3600);
        match deliver(&services).await {
            Ok(()) if forgotten != Some(today) => {
                let now = services.clock.now();
                let done = services
                    .store
                    .write(move |tx| forget_old_plans(tx, cut::READER, now))
                    .await;
                match done {
                    Ok(()) => forgotten = Some(today),
                    Err(error) => tracing::warn!(error = %error, "could not forget old plans"),
                }
            }
            Ok(()) => {}
            Err(error) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::warn!(error = %error, cause, "could not deliver to trails; it is tried again");
            }
        }
        tokio::time::sleep(pause).await;
    }
}

/// Delivers everything that is due by now.
///
/// # Errors
///
/// When a step broke off. What came before it is done; calling this again takes the rest up.
pub async fn deliver(services: &Services) -> Result<(), DeliveryError> {
    // Files that are placed already must not wait for an object store that takes no more.
    let cut = cut::all(services).await;
    let placed = place(services).await;
    let digested = digest::all(services).await;
    cut.and(placed).and(digested)
}

async fn place(services: &Services) -> Result<(), DeliveryError> {
    loop {
        let now = services.clock.now();
        let due = services
            .store
            .read(move |tx| tx.due_trail_files(now, 1))
            .await?;
        if due.is_empty() {
            return Ok(());
        }
        let rules = services.settings.rules.as_ref();
        let topics = rules.and_then(|rules| rules.topics.as_ref());
        let topics = topics.map(|(topics, _)| topics.clone());
        services
            .store
            .write(move |tx| place_files(tx, topics.as_ref(), now, AT_ONCE))
            .await?;
    }
}
