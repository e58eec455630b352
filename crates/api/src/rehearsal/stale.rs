//! Reads of what was true a moment ago, as from a service whose copies don't agree yet.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use atrium_store::{Store, StoreError, Tx};
use tokio::sync::oneshot;

/// How many reads may wait.
const WAITING: usize = 1024;
/// How long the thread waits after the database failed.
const PAUSE: Duration = Duration::from_millis(100);

type Work = Box<dyn FnOnce(&mut dyn Tx) + Send>;

/// A picture of the whole database that is kept for a while, then replaced by a newer one. What is read from it is
/// true together, and up to so long out of date.
pub(crate) struct StaleReads(SyncSender<Work>);

impl StaleReads {
    /// Starts the thread that keeps the picture; it ends with this value.
    pub(crate) fn start(store: Store, staleness: Duration) -> std::io::Result<Self> {
        let (queue, works) = sync_channel(WAITING);
        std::thread::Builder::new()
            .name("stale-reads".to_owned())
            .spawn(move || while keep_picture(&store, staleness, &works) {})?;
        Ok(Self(queue))
    }

    /// Runs `work` in the picture's transaction.
    pub(crate) async fn read<T, E>(
        &self,
        work: impl FnOnce(&mut dyn Tx) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let unavailable = || {
            E::from(StoreError::Unavailable(
                "no picture to read from".to_owned(),
            ))
        };
        let (reply, answer) = oneshot::channel();
        let work: Work = Box::new(move |tx| {
            // A caller that has gone away does not mind.
            let _ = reply.send(work(tx));
        });
        self.0.try_send(work).map_err(|_| unavailable())?;
        answer.await.unwrap_or_else(|_| Err(unavailable()))
    }
}

/// Keeps one picture for its time and reads from it what is asked; false once nobody can ask any more.
fn keep_picture(store: &Store, staleness: Duration, works: &Receiver<Work>) -> bool {
    let outcome: Result<bool, StoreError> = store.read_here(|tx| {
        // A transaction's picture is taken with its first read.
        tx.policy_epoch()?;
        let end = Instant::now() + staleness;
        loop {
            match works.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(work) => work(tx),
                Err(RecvTimeoutError::Timeout) => return Ok(true),
                Err(RecvTimeoutError::Disconnected) => return Ok(false),
            }
        }
    });
    outcome.unwrap_or_else(|error| {
        tracing::warn!(error = %error, "could not keep a picture for stale reads");
        std::thread::sleep(PAUSE);
        true
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn epoch(reads: &StaleReads) -> i64 {
        let read = reads.read(|tx| tx.policy_epoch());
        read.await.expect("a working store")
    }

    #[tokio::test]
    async fn a_picture_stays_until_its_time_is_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open_sqlite(&folder.path().join("db")).expect("a store");
        let hour = Duration::from_secs(3600);
        let (old, young) = (
            StaleReads::start(store.clone(), hour).expect("a thread"),
            StaleReads::start(store.clone(), Duration::from_millis(1)).expect("a thread"),
        );
        let before = epoch(&old).await;
        let written = store.write(|tx| tx.bump_policy_epoch()).await;
        written.expect("a working store");
        assert_eq!(
            epoch(&old).await,
            before,
            "the picture is older than the write"
        );
        while epoch(&young).await == before {
            tokio::task::yield_now().await;
        }
    }
}
