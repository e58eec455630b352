//! Does in the background what callers have asked for: assignments made and taken back, roles brought up to date.
//!
//! The requests are in the database, so none is lost when the server stops at any moment, and several servers share
//! them.

mod record;

use std::sync::Arc;
use std::time::Duration;

use atrium_access::RoleQuotas;
use atrium_model::access::AccessRequest;
use atrium_model::{Caller, OpContext, Principal, Random, Region, Timestamp, new_uuid};
use atrium_store::{Store, StoreError, Tx};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::{Clock, Quotas};

/// How soon a worker looks again after it was woken: the request may not be committed yet.
const SOON: Duration = Duration::from_millis(1);
/// How long a worker waits at most before it looks whether another server has left something to do.
const IDLE: Duration = Duration::from_secs(1);
/// How long finished requests can be asked for. AWS doesn't say.
const KEPT: Duration = Duration::from_secs(90 * 24 * 3600);
/// How many requests, or pieces of long ones, share a commit.
const TOGETHER: usize = 16;
/// How many old requests are forgotten at once.
const AT_ONCE: i64 = 1000;

/// The task that does the requests. It ends with this; what it was doing is done again by the next one.
pub(crate) struct AccessWorker {
    wake: Arc<Notify>,
    task: JoinHandle<()>,
}

impl AccessWorker {
    /// Starts the task. Needs a running Tokio runtime.
    pub(crate) fn start(
        store: Store,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        quotas: &Quotas,
    ) -> Self {
        let wake = Arc::new(Notify::new());
        let work = Work {
            store,
            clock,
            random,
            quotas: RoleQuotas {
                roles: quotas.iam.roles,
                policies_per_role: usize::try_from(quotas.iam.attached_per_role).unwrap_or(0),
            },
        };
        let task = tokio::spawn(work.run(Arc::clone(&wake)));
        Self { wake, task }
    }

    /// Tells the task that a request is about to be committed.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }
}

impl Drop for AccessWorker {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[derive(Clone)]
struct Work {
    store: Store,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    quotas: RoleQuotas,
}

impl Work {
    async fn run(self, wake: Arc<Notify>) {
        let mut pause = SOON;
        let mut forgotten = None;
        loop {
            match self.all().await {
                Ok(0) => pause = (pause * 2).min(IDLE),
                Ok(_) => pause = SOON,
                Err(error) => {
                    tracing::warn!(error = %error, "could not do an access request; it is tried again");
                    pause = IDLE;
                }
            }
            let day = self.clock.now().as_seconds() / (24 * 3600);
            if forgotten != Some(day) && pause == IDLE {
                forgotten = Some(day);
                if let Err(error) = self.forget().await {
                    tracing::warn!(error = %error, "could not remove old access requests");
                }
            }
            tokio::select! {
                () = wake.notified() => pause = SOON,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Does requests as long as there are any, and tells how many turns that took.
    async fn all(&self) -> Result<usize, StoreError> {
        let mut turns = 0;
        loop {
            let now = self.clock.now();
            let due = self
                .store
                .read(move |tx| atrium_access::is_work_due(tx, now));
            if !due.await? || !self.turn().await? {
                return Ok(turns);
            }
            turns += 1;
        }
    }

    /// Does some requests, of a long one a piece; false if there is none.
    async fn turn(&self) -> Result<bool, StoreError> {
        let work = self.clone();
        let taken = self.store.write(move |tx| work.take(tx));
        let Some(request) = taken.await? else {
            return Ok(false);
        };
        let work = self.clone();
        let done = self.store.write(move |tx| work.perform_some(tx, &request));
        match done.await {
            // Another server has it, or will have.
            Ok(()) | Err(StoreError::Conflict) => Ok(true),
            Err(error) => Err(error),
        }
    }

    fn take(&self, tx: &mut dyn Tx) -> Result<Option<AccessRequest>, StoreError> {
        self.within(|cx| atrium_access::take_request(cx, tx))
    }

    /// Does a request, and those that follow it: they share a commit.
    fn perform_some(&self, tx: &mut dyn Tx, first: &AccessRequest) -> Result<(), StoreError> {
        self.perform(tx, first)?;
        if first.attempts > 1 {
            // It failed before: no other is to fail with it.
            return Ok(());
        }
        for _ in 1..TOGETHER {
            match self.take(tx)? {
                None => return Ok(()),
                Some(next) => self.perform(tx, &next)?,
            }
        }
        Ok(())
    }

    fn perform(&self, tx: &mut dyn Tx, request: &AccessRequest) -> Result<(), StoreError> {
        self.within(|cx| {
            let changes = atrium_access::perform_request(cx, tx, self.quotas, request)?;
            let management = tx
                .instance(&request.asked.instance)?
                .map(|instance| instance.owner);
            for change in &changes {
                let event = record::event(cx, request, management.as_ref(), change);
                tx.append_event(&event)?;
            }
            Ok(())
        })
    }

    /// Runs `body` in the context of the service itself.
    fn within<T>(&self, body: impl FnOnce(&OpContext<'_>) -> T) -> T {
        let nobody = Caller {
            account: "000000000000".parse().expect("twelve digits"),
            principal: Principal::Root,
            access_key_id: String::new(),
            session: None,
        };
        body(&OpContext {
            now: self.clock.now(),
            random: &*self.random,
            caller: &nobody,
            region: &Region::US_EAST_1,
            request_id: &new_uuid(&*self.random),
        })
    }

    async fn forget(&self) -> Result<(), StoreError> {
        let kept = i64::try_from(KEPT.as_millis()).unwrap_or(i64::MAX);
        let before = Timestamp::from_millis(self.clock.now().as_millis().saturating_sub(kept));
        while self
            .store
            .write(move |tx| tx.forget_access_requests(before, AT_ONCE))
            .await?
            > 0
        {}
        Ok(())
    }
}
