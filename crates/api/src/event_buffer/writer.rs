use std::sync::Arc;
use std::time::Duration;

use atrium_store::{Event, EventFilter, EventQuery, Store, StoreError, Tx};
use tokio::sync::{Notify, OwnedSemaphorePermit, mpsc, oneshot};
use tokio::time::{sleep, timeout};

use super::Message;

/// The most events of one transaction.
pub(super) const BATCH: usize = 512;
/// How long an event may wait for company.
const WAIT: Duration = Duration::from_millis(100);
/// The shortest and the longest pause between two attempts.
const PAUSE: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(5)];
/// How often writing is tried when the server stops.
const LAST_ATTEMPTS: u32 = 5;

/// Where batches go: the store, or a test's stand-in.
pub(super) trait Sink: Send + 'static {
    /// Keeps the events, all or none. `again` says that an attempt before may have succeeded unseen.
    fn keep(
        &self,
        events: Arc<Vec<Event>>,
        again: bool,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
}

impl Sink for Store {
    async fn keep(&self, events: Arc<Vec<Event>>, again: bool) -> Result<(), StoreError> {
        self.bulk(move |tx| {
            for event in events.iter() {
                if !again || !is_kept(tx, event)? {
                    tx.append_event(event)?;
                }
            }
            Ok(())
        })
        .await
    }
}

/// Whether an event is in the log already: a connection can break after its commit and before the answer to it.
fn is_kept(tx: &mut dyn Tx, event: &Event) -> Result<bool, StoreError> {
    let query = EventQuery {
        account: event.account.clone(),
        region: event.region.clone(),
        from: event.time,
        to: event.time,
        filter: Some(EventFilter::EventId(event.id.clone())),
        after: None,
        limit: 1,
    };
    Ok(!tx.events(&query)?.is_empty())
}

/// An event that could not be kept is at least in the server's own log.
pub(super) fn lost(event: &Event, error: &StoreError) {
    tracing::error!(event.id = %event.id, event.record = %event.record, error = %error, "could not keep an event");
}

/// What is written at once.
#[derive(Default)]
struct Batch {
    events: Vec<Event>,
    room: Vec<OwnedSemaphorePermit>,
    flushes: Vec<oneshot::Sender<Result<(), StoreError>>>,
    stop: Option<oneshot::Sender<Result<(), StoreError>>>,
}

impl Batch {
    fn add(&mut self, message: Message) {
        match message {
            Message::Keep(event, room) => {
                self.events.push(event);
                self.room.push(room);
            }
            Message::Flush(reply) => self.flushes.push(reply),
            Message::Stop(reply) => self.stop = Some(reply),
        }
    }

    /// Nobody waits for it and there is room for more.
    fn can_wait(&self) -> bool {
        self.events.len() < BATCH && self.flushes.is_empty() && self.stop.is_none()
    }

    /// Takes what is there, as far as it has room.
    fn fill(&mut self, messages: &mut mpsc::Receiver<Message>) {
        while self.events.len() < BATCH {
            let Ok(message) = messages.try_recv() else {
                break;
            };
            self.add(message);
        }
    }
}

/// Gathers and writes until it is told to stop, or the buffer is gone. `hurry` ends the gathering early.
pub(super) async fn run<S: Sink>(
    sink: S,
    mut messages: mpsc::Receiver<Message>,
    hurry: Arc<Notify>,
) {
    let mut open = true;
    while open {
        let mut batch = Batch::default();
        let Some(first) = messages.recv().await else {
            return;
        };
        batch.add(first);
        batch.fill(&mut messages);
        if batch.can_wait() {
            // Whether it was woken or the time is over: it takes what is there.
            let _ = timeout(WAIT, hurry.notified()).await;
            batch.fill(&mut messages);
        }
        if batch.stop.is_some() {
            // Senders get to know that this is over; what they sent in time is still read.
            messages.close();
            open = false;
            while let Some(message) = messages.recv().await {
                batch.add(message);
            }
        }
        write(&sink, batch, !open).await;
    }
}

/// Writes a batch, however long it takes; only a stopping server gives up.
async fn write<S: Sink>(sink: &S, batch: Batch, stopping: bool) {
    let Batch {
        events,
        room,
        mut flushes,
        stop,
    } = batch;
    let events = Arc::new(events);
    let (mut attempts, mut pause) = (0, PAUSE[0]);
    let last = loop {
        let outcome = if events.is_empty() {
            Ok(())
        } else {
            sink.keep(Arc::clone(&events), attempts > 0).await
        };
        attempts += 1;
        for reply in flushes.drain(..) {
            // A caller that has gone away does not mind.
            let _ = reply.send(outcome.clone());
        }
        match outcome {
            Ok(()) => break Ok(()),
            Err(StoreError::Unavailable(_) | StoreError::Conflict)
                if !stopping || attempts < LAST_ATTEMPTS =>
            {
                tracing::warn!(events = events.len(), attempts, "could not keep events yet");
                sleep(pause).await;
                pause = (pause * 2).min(PAUSE[1]);
            }
            Err(error) => {
                tracing::error!(error = %error, "a batch of events was refused");
                break one_by_one(sink, &events).await;
            }
        }
    };
    drop(room);
    if let Some(reply) = stop {
        let _ = reply.send(last);
    }
}

/// Finds the event that spoils a batch and keeps the others.
async fn one_by_one<S: Sink>(sink: &S, events: &[Event]) -> Result<(), StoreError> {
    let mut outcome = Ok(());
    for event in events {
        if let Err(error) = sink.keep(Arc::new(vec![event.clone()]), true).await {
            lost(event, &error);
            outcome = Err(error);
        }
    }
    outcome
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use atrium_model::{Region, Timestamp};
    use tokio::sync::Semaphore;

    use super::*;

    /// Fails as told, then keeps.
    #[derive(Clone, Default)]
    struct Fake {
        failures: Arc<Mutex<Vec<StoreError>>>,
        kept: Arc<Mutex<Vec<String>>>,
        batches: Arc<Mutex<Vec<usize>>>,
    }

    impl Sink for Fake {
        async fn keep(&self, events: Arc<Vec<Event>>, _again: bool) -> Result<(), StoreError> {
            if let Some(error) = self.failures.lock().expect("a lock").pop() {
                return Err(error);
            }
            if events.iter().any(|event| event.id == "bad") {
                return Err(StoreError::Statement("bad".into()));
            }
            self.batches.lock().expect("a lock").push(events.len());
            self.kept
                .lock()
                .expect("a lock")
                .extend(events.iter().map(|event| event.id.clone()));
            Ok(())
        }
    }

    fn event(id: &str) -> Event {
        Event {
            id: id.into(),
            time: Timestamp::from_millis(1),
            account: "111122223333".parse().expect("an account"),
            region: Region::US_EAST_1,
            source: "sso.amazonaws.com".into(),
            name: "ListInstances".into(),
            username: None,
            access_key_id: None,
            read_only: true,
            resources: Vec::new(),
            record: "{}".into(),
        }
    }

    async fn send(queue: &mpsc::Sender<Message>, id: &str) {
        let room = Arc::new(Semaphore::new(1))
            .acquire_owned()
            .await
            .expect("room");
        queue
            .send(Message::Keep(event(id), room))
            .await
            .expect("a running task");
    }

    async fn flush(queue: &mpsc::Sender<Message>) -> Result<(), StoreError> {
        let (reply, answer) = oneshot::channel();
        queue
            .send(Message::Flush(reply))
            .await
            .expect("a running task");
        answer.await.expect("an answer")
    }

    #[tokio::test]
    async fn a_flush_covers_what_came_before_it() {
        let sink = Fake::default();
        let (queue, messages) = mpsc::channel(4000);
        for number in 0..1300 {
            send(&queue, &number.to_string()).await;
        }
        tokio::spawn(run(sink.clone(), messages, Arc::default()));
        flush(&queue).await.expect("a working sink");
        let want: Vec<_> = (0..1300).map(|number| number.to_string()).collect();
        assert_eq!(*sink.kept.lock().expect("a lock"), want);
        assert!(
            sink.batches
                .lock()
                .expect("a lock")
                .iter()
                .all(|size| *size <= BATCH)
        );
    }

    #[tokio::test]
    async fn events_outlive_a_database_that_was_away() {
        let sink = Fake::default();
        let away = || StoreError::Unavailable("away".into());
        sink.failures
            .lock()
            .expect("a lock")
            .extend([StoreError::Conflict, away()]);
        let (queue, messages) = mpsc::channel(10);
        tokio::spawn(run(sink.clone(), messages, Arc::default()));
        send(&queue, "a").await;
        assert!(matches!(
            flush(&queue).await,
            Err(StoreError::Unavailable(_))
        ));
        flush(&queue).await.expect("a sink that works again");
        assert_eq!(*sink.kept.lock().expect("a lock"), ["a"]);
    }

    #[tokio::test]
    async fn one_bad_event_takes_no_other_with_it() {
        let sink = Fake::default();
        let (queue, messages) = mpsc::channel(10);
        for id in ["a", "bad", "b"] {
            send(&queue, id).await;
        }
        tokio::spawn(run(sink.clone(), messages, Arc::default()));
        assert!(flush(&queue).await.is_err());
        flush(&queue).await.expect("a working sink");
        assert_eq!(*sink.kept.lock().expect("a lock"), ["a", "b"]);
    }

    #[tokio::test]
    async fn a_stop_writes_everything_first() {
        let sink = Fake::default();
        let (queue, messages) = mpsc::channel(4000);
        let (reply, answer) = oneshot::channel();
        for number in 0..700 {
            send(&queue, &number.to_string()).await;
        }
        queue.send(Message::Stop(reply)).await.expect("room");
        send(&queue, "just in time").await;
        run(sink.clone(), messages, Arc::default()).await;
        answer.await.expect("an answer").expect("a working sink");
        assert_eq!(sink.kept.lock().expect("a lock").len(), 701);
        assert!(queue.is_closed());
    }
}
