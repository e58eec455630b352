use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::StoreError;

use super::SqliteConnection;

/// One caller's work, and the way to answer it.
pub(crate) trait Job: Send {
    /// Does the work and keeps the answer; tells whether to keep the changes.
    fn run(&mut self, connection: &mut SqliteConnection) -> bool;

    /// Whether the job wants a transaction of its own: a savepoint journals every page that a bulk import touches.
    fn alone(&self) -> bool;

    /// Gives the answer, once it is known whether the commit succeeded.
    fn finish(self: Box<Self>, outcome: Result<(), StoreError>);
}

/// The thread that writes. It takes jobs as they come, runs up to [`Writer::BATCH`] of them in one transaction, each
/// in a savepoint of its own, commits once durably, and answers all.
pub(crate) struct Writer {
    queue: Option<SyncSender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// The most jobs in one commit.
    const BATCH: usize = 256;
    /// The longest that a batch waits to become as large as the last one.
    const COMPANY: Duration = Duration::from_millis(1);
    /// The most jobs that wait; more are refused rather than kept in memory.
    const QUEUE: usize = 4096;

    pub(crate) fn start(connection: SqliteConnection) -> Result<Self, StoreError> {
        let (queue, jobs) = sync_channel(Self::QUEUE);
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || write_all(connection, &jobs))
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Self {
            queue: Some(queue),
            thread: Some(thread),
        })
    }

    /// Hands a job over. If too many wait, the job is answered so at once.
    pub(crate) fn submit(&self, job: Box<dyn Job>) {
        let refused = match &self.queue {
            Some(queue) => match queue.try_send(job) {
                Ok(()) => return,
                Err(TrySendError::Full(job)) => (job, "too many writes are waiting"),
                Err(TrySendError::Disconnected(job)) => (job, "the writer has stopped"),
            },
            None => (job, "the writer has stopped"),
        };
        refused
            .0
            .finish(Err(StoreError::Unavailable(refused.1.to_owned())));
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            // The thread ends once it has answered what was queued. A panic in it has been reported already.
            let _ = thread.join();
        }
    }
}

fn write_all(mut connection: SqliteConnection, jobs: &Receiver<Box<dyn Job>>) {
    let mut waiting = None;
    let mut last = Last::default();
    while let Some(first) = waiting.take().or_else(|| jobs.recv().ok()) {
        if first.alone() {
            write_batch(&mut connection, vec![first]);
            continue;
        }
        let mut batch = vec![first];
        let deadline = Instant::now() + last.patience();
        while batch.len() < Writer::BATCH {
            // Those who were answered together come back together, but one is the first.
            let left = deadline.saturating_duration_since(Instant::now());
            let next = if batch.len() < last.size && !left.is_zero() {
                jobs.recv_timeout(left).ok()
            } else {
                jobs.try_recv().ok()
            };
            match next {
                Some(job) if job.alone() => {
                    waiting = Some(job);
                    break;
                }
                Some(job) => batch.push(job),
                None => break,
            }
        }
        let (size, begin) = (batch.len(), Instant::now());
        write_batch(&mut connection, batch);
        last = Last {
            size,
            took: begin.elapsed(),
        };
    }
}

/// How the last batch went.
#[derive(Default)]
struct Last {
    size: usize,
    took: Duration,
}

impl Last {
    /// How long the next batch may wait to become as large. A caller who is alone never waits, and nobody waits for
    /// longer than a commit would take.
    fn patience(&self) -> Duration {
        if self.size > 1 {
            (self.took / 2).min(Writer::COMPANY)
        } else {
            Duration::ZERO
        }
    }
}

fn write_batch(connection: &mut SqliteConnection, mut batch: Vec<Box<dyn Job>>) {
    let outcome = match batch.as_mut_slice() {
        [only] => transaction(connection, |connection| {
            if run(only.as_mut(), connection) {
                Ok(())
            } else {
                Err(None)
            }
        }),
        many => transaction(connection, |connection| {
            for job in many {
                savepoint(connection, job.as_mut()).map_err(Some)?;
            }
            Ok(())
        }),
    };
    for job in batch {
        job.finish(outcome.clone());
    }
}

/// Runs `work` between BEGIN and COMMIT. `Err(None)` rolls back without being a failure of the store.
fn transaction(
    connection: &mut SqliteConnection,
    work: impl FnOnce(&mut SqliteConnection) -> Result<(), Option<StoreError>>,
) -> Result<(), StoreError> {
    connection.control("BEGIN IMMEDIATE")?;
    let failure = match work(connection) {
        Ok(()) => match connection.control("COMMIT") {
            Ok(()) => return Ok(()),
            Err(error) => Some(error),
        },
        Err(failure) => failure,
    };
    // ROLLBACK fails only when the engine has rolled back by itself.
    let rolled_back = connection.control("ROLLBACK");
    match failure {
        Some(error) => Err(error),
        None => rolled_back,
    }
}

fn savepoint(connection: &mut SqliteConnection, job: &mut dyn Job) -> Result<(), StoreError> {
    connection.control("SAVEPOINT job")?;
    if !run(job, connection) {
        connection.control("ROLLBACK TO job")?;
    }
    connection.control("RELEASE job")
}

/// Whether the job's changes are to be kept. A job that panics has answered nothing and changes nothing.
fn run(job: &mut dyn Job, connection: &mut SqliteConnection) -> bool {
    catch_unwind(AssertUnwindSafe(|| job.run(connection))).unwrap_or(false)
}
