//! Records of calls that changed nothing, on their way to the database.

mod writer;

use std::sync::Arc;

use atrium_store::{Event, Store, StoreError};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

/// The most events that wait, besides the batch that is being written.
const EVENTS: usize = 8192 - writer::BATCH;
/// The most bytes of records that wait: 64 MB.
const BYTES: usize = 64 << 20;

/// Keeps the events of reading and of failed calls: gathers them in memory and writes many at once.
///
/// The event of a change never comes here: it commits with the change. When too many events wait, callers wait, so
/// none is left out. What a crash (`kill -9`, power loss) loses is what has waited since the last batch: the events
/// of calls that changed nothing, usually of the last 100 ms, never more than 8,192 of them or 64 MB. While the
/// database is away, that is all of the time it was away. A regular stop loses nothing.
pub struct EventBuffer {
    queue: mpsc::Sender<Message>,
    room: Arc<Semaphore>,
    /// Wakes the writing task before its time: events don't, or each would cost a turn of the task.
    hurry: Arc<Notify>,
    store: Store,
}

/// What the writing task is told. Messages keep their order, so a flush covers what was pushed before it.
#[expect(
    clippy::large_enum_variant,
    reason = "nearly all messages are the large one"
)]
enum Message {
    /// Keep this event; its room becomes free once it is on disk.
    Keep(Event, OwnedSemaphorePermit),
    /// Write what is there and tell how that went.
    Flush(oneshot::Sender<Result<(), StoreError>>),
    /// Write what is there, tell how that went, and end.
    Stop(oneshot::Sender<Result<(), StoreError>>),
}

impl EventBuffer {
    /// Starts the task that writes. Needs a running Tokio runtime.
    pub fn start(store: Store) -> Self {
        let (queue, messages) = mpsc::channel(EVENTS);
        let hurry = Arc::new(Notify::new());
        tokio::spawn(writer::run(store.clone(), messages, Arc::clone(&hurry)));
        Self {
            queue,
            room: Arc::new(Semaphore::new(BYTES)),
            hurry,
            store,
        }
    }

    /// Takes an event. Waits while too many wait already; after [`EventBuffer::stop`] it writes the event itself.
    pub async fn push(&self, event: Event) {
        let bytes = u32::try_from(event.record.len().min(BYTES)).unwrap_or(u32::MAX);
        let left = match Arc::clone(&self.room).acquire_many_owned(bytes).await {
            Ok(room) => match self.queue.send(Message::Keep(event, room)).await {
                Ok(()) => {
                    if self.queue.max_capacity() - self.queue.capacity() >= writer::BATCH {
                        self.hurry.notify_one();
                    }
                    return;
                }
                Err(mpsc::error::SendError(Message::Keep(event, _))) => event,
                Err(_) => return,
            },
            Err(_) => event,
        };
        let kept = left.clone();
        if let Err(error) = self.store.write(move |tx| tx.append_event(&kept)).await {
            writer::lost(&left, &error);
        }
    }

    /// Writes everything that was pushed before and waits until it is on disk.
    ///
    /// When the database fails, the events stay in the buffer and the caller gets to know.
    pub async fn flush(&self) -> Result<(), StoreError> {
        let (reply, answer) = oneshot::channel();
        if self.queue.send(Message::Flush(reply)).await.is_err() {
            // It has stopped, and wrote everything when it did.
            return Ok(());
        }
        self.hurry.notify_one();
        answer.await.unwrap_or(Ok(()))
    }

    /// Writes everything and ends the task. Pushes that come later write for themselves.
    ///
    /// Fails if the database did not take the last events for some seconds; they are in the server's own log then.
    pub async fn stop(&self) -> Result<(), StoreError> {
        let (reply, answer) = oneshot::channel();
        if self.queue.send(Message::Stop(reply)).await.is_err() {
            return Ok(());
        }
        self.hurry.notify_one();
        answer.await.unwrap_or(Ok(()))
    }
}
