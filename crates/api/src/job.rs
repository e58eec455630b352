use std::sync::Arc;

use atrium_model::{AccountId, OpContext, Region, Timestamp, new_uuid};
use atrium_store::{Event, StoreError, Tx};
use atrium_trail::{CallFacts, EventKind};
use atrium_wire::sigv4::AuthError;
use atrium_wire::{OperationMeta, Output, WireError};
use serde_json::Value;

use crate::arrival::{Arrival, Prepared, Signed};
use crate::authenticate::{self, Refused};
use crate::authority::Authenticated;
use crate::call::store_failure;
use crate::facts::RequestFacts;
use crate::notes::EventNotes;
use crate::registry::{Before, Mode};
use crate::{Call, Services};

/// One authenticated request on its way through its transaction.
#[derive(Clone)]
pub(crate) struct Job {
    pub(crate) services: Arc<Services>,
    pub(crate) operation: &'static OperationMeta,
    /// Who signed, as remembered: the transaction makes sure that it still holds.
    pub(crate) caller: Arc<Authenticated>,
    /// The Region that was signed for.
    pub(crate) region: Region,
    pub(crate) facts: Arc<RequestFacts>,
    pub(crate) request_id: String,
    pub(crate) now: Timestamp,
    /// What was found out before the transaction.
    pub(crate) prepared: Prepared,
    /// Whether the operation, if it only reads, sees what was true a moment ago.
    pub(crate) stale: bool,
}

/// What an ended call's event needs besides its answer.
struct Ended {
    caller: Arc<Authenticated>,
    notes: EventNotes,
}

/// Why a transaction ended without a change.
enum Failure {
    Wire(WireError, Box<Ended>),
    /// The caller is no longer who signed; like every call of strangers, it leaves no event.
    Refused(AuthError),
    Store(StoreError),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Signature(error) => Self::Refused(error),
            Refused::NoAccount(_) => Self::Refused(AuthError::UnknownAccessKey),
            Refused::Store(error) => Self::Store(error),
        }
    }
}

impl Job {
    /// Runs the operation, and sees to it that its event is kept: with the change if there is one, soon after if not.
    pub(crate) async fn run(mut self, input: Value) -> Result<Output, WireError> {
        let services = Arc::clone(&self.services);
        let entry = services.registry.find(self.operation);
        if let Some(Before::Prepare(prepare)) = entry.map(|entry| &entry.before) {
            self.caller = self.confirm().await.map_err(|failure| self.told(failure))?;
            let arrival = Arrival {
                services: Arc::clone(&self.services),
                operation: self.operation,
                facts: Arc::clone(&self.facts),
                now: self.now,
                signed: Some(Signed {
                    account: self.caller.authority.caller.account.clone(),
                    region: self.region.clone(),
                }),
            };
            match prepare(arrival, input.clone()).await {
                Ok(prepared) => self.prepared = prepared,
                Err(error) => return Err(self.refuse_read(&input, error).await),
            }
        }
        let input = Arc::new(input);
        let mode = entry.map(|entry| entry.mode);
        // The log is read to the end, however stale everything else is.
        self.stale &= mode == Some(Mode::Read);
        let ended = match mode {
            Some(Mode::Write) => self.write(&input).await,
            Some(Mode::ReadLog) => {
                self.services.events.flush().await.map_err(store_failure)?;
                self.read(&input).await
            }
            Some(Mode::Read) | None => self.read(&input).await,
        };
        let (outcome, ended) = match ended {
            Ok((output, ended)) => (Ok(output), ended),
            Err(Failure::Wire(error, ended)) => (Err(error), *ended),
            Err(failure @ Failure::Refused(_)) => return Err(self.told(failure)),
            Err(Failure::Store(error)) => (Err(store_failure(error)), self.unnoted()),
        };
        if mode != Some(Mode::Write) || outcome.is_err() {
            self.keep(self.events(&ended, Some(&input), outcome.as_ref()))
                .await;
        }
        outcome
    }

    /// Runs an operation that changes something, and keeps its events with the change.
    async fn write(&self, input: &Arc<Value>) -> Result<(Output, Ended), Failure> {
        let (job, input) = (self.clone(), Arc::clone(input));
        let work = move |tx: &mut dyn Tx| {
            let caller = job.current(tx)?;
            let (output, ended) = job.perform(tx, caller, &input)?;
            for event in job.events(&ended, Some(&input), Ok(&output)) {
                tx.append_event(&event)?;
            }
            Ok((output, ended))
        };
        self.services.store.write(work).await
    }

    /// Runs an operation that only reads: the present, or what was true a moment ago.
    async fn read(&self, input: &Arc<Value>) -> Result<(Output, Ended), Failure> {
        let (job, input) = (self.clone(), Arc::clone(input));
        if let Some(picture) = self.services.stale_reads.as_ref().filter(|_| self.stale) {
            // Who calls and what they may do is never stale.
            let caller = self.confirm().await?;
            let work = move |tx: &mut dyn Tx| job.perform(tx, caller, &input);
            return picture.read(work).await;
        }
        let work = move |tx: &mut dyn Tx| {
            let caller = job.current(tx)?;
            job.perform(tx, caller, &input)
        };
        self.services.store.read(work).await
    }

    /// The caller as this transaction sees it: what was remembered may be of an older policy epoch.
    fn current(&self, tx: &mut dyn Tx) -> Result<Arc<Authenticated>, Failure> {
        let Some(credentials) = &self.caller.credentials else {
            return Ok(Arc::clone(&self.caller));
        };
        let epoch = tx.policy_epoch()?;
        if epoch == self.caller.authority.epoch {
            return Ok(Arc::clone(&self.caller));
        }
        // The transaction may come to nothing, so what it sees is not remembered.
        self.services.authorities.forget(credentials);
        let current = authenticate::gather(&self.services, tx, credentials, epoch, self.now)?;
        if current.secret != self.caller.secret {
            return Err(Failure::Refused(AuthError::UnknownAccessKey));
        }
        Ok(Arc::new(current))
    }

    /// The caller as the store knows it now.
    async fn confirm(&self) -> Result<Arc<Authenticated>, Failure> {
        let job = self.clone();
        self.services.store.read(move |tx| job.current(tx)).await
    }

    /// What a caller is told of a failure that leaves no event.
    fn told(&self, failure: Failure) -> WireError {
        match failure {
            Failure::Wire(error, _) => error,
            Failure::Refused(error) => error.to_wire(self.operation),
            Failure::Store(error) => store_failure(error),
        }
    }

    /// A call of which its operation told nothing.
    fn unnoted(&self) -> Ended {
        Ended {
            caller: Arc::clone(&self.caller),
            notes: EventNotes::default(),
        }
    }

    /// Keeps the event of a request that is refused once it was read; gives the refusal back.
    async fn refuse_read(&self, input: &Value, error: WireError) -> WireError {
        self.keep(self.events(&self.unnoted(), Some(input), Err(&error)))
            .await;
        error
    }

    /// Keeps the event of a request that is refused before it reaches its operation; gives the refusal back.
    pub(crate) async fn refuse(&self, error: WireError) -> WireError {
        let ended = match self.confirm().await {
            Ok(caller) => Ended {
                caller,
                notes: EventNotes::default(),
            },
            Err(failure) => return self.told(failure),
        };
        self.keep(self.events(&ended, None, Err(&error))).await;
        error
    }

    fn perform(
        &self,
        tx: &mut dyn Tx,
        caller: Arc<Authenticated>,
        input: &Value,
    ) -> Result<(Output, Ended), Failure> {
        let authority = &caller.authority;
        let mut call = Call {
            cx: OpContext {
                now: self.now,
                random: &*self.services.random,
                caller: &authority.caller,
                region: &self.region,
                request_id: &self.request_id,
            },
            tx,
            services: &self.services,
            operation: self.operation,
            authority,
            facts: &self.facts,
            input,
            notes: EventNotes::default(),
        };
        let outcome = match self.services.registry.find(self.operation) {
            Some(entry) => (entry.handler)(&mut call, input.clone(), &*self.prepared),
            None => Err(WireError::unknown_operation(
                "The operation is not offered.",
            )),
        };
        let notes = call.notes;
        let ended = Ended { caller, notes };
        match outcome {
            Ok(output) => Ok((output, ended)),
            Err(error) => Err(Failure::Wire(error, Box::new(ended))),
        }
    }

    /// Keeps events of a call that changed nothing.
    async fn keep(&self, events: Vec<Event>) {
        for event in events {
            self.services.events.push(event).await;
        }
    }

    /// The caller's account's event, and the copy of another account whose resource the call worked on. Both have an id
    /// of their own and a shared one.
    fn events(
        &self,
        ended: &Ended,
        input: Option<&Value>,
        outcome: Result<&Output, &WireError>,
    ) -> Vec<Event> {
        let account = &ended.caller.authority.caller.account;
        let event = |recipient, shared| self.event(ended, input, outcome, recipient, shared);
        match ended.notes.owner.as_ref().filter(|owner| *owner != account) {
            None => vec![event(account, None)],
            Some(owner) => {
                let shared = new_uuid(&*self.services.random);
                vec![event(account, Some(&shared)), event(owner, Some(&shared))]
            }
        }
    }

    fn event(
        &self,
        Ended { caller, notes }: &Ended,
        input: Option<&Value>,
        outcome: Result<&Output, &WireError>,
        recipient: &AccountId,
        shared_event_id: Option<&String>,
    ) -> Event {
        let operation = self.operation;
        let caller = &caller.authority.caller;
        let error = outcome.err().map(|error| {
            (
                atrium_wire::wire_code(operation, error),
                error.message.as_str(),
            )
        });
        let read_only = atrium_trail::is_read_only(operation.name);
        let event_source = atrium_trail::event_source(source_name(operation));
        atrium_trail::event(&CallFacts {
            caller: Some(caller),
            operation: operation.name,
            event_source,
            api_version: None,
            region: atrium_trail::event_region(event_source, &self.region),
            account: recipient,
            source_ip: &self.facts.source_ip.to_string(),
            user_agent: self.facts.user_agent.as_deref(),
            request_id: &self.request_id,
            event_id: &new_uuid(&*self.services.random),
            time: self.services.clock.now(),
            read_only,
            request_parameters: input
                .map(|input| notes.corrected(atrium_wire::event_parameters(operation, input))),
            response_elements: outcome
                .ok()
                .filter(|_| atrium_trail::keeps_answer(event_source, operation.name, read_only))
                .and_then(Output::value)
                .map(|output| atrium_wire::event_elements(operation, output)),
            error: error
                .as_ref()
                .map(|(code, message)| (code.as_ref(), *message)),
            resources: notes.resources.clone(),
            additional_event_data: notes.additional.clone(),
            tls: self.facts.tls.clone(),
            host_header: self.facts.host.as_deref(),
            shared_event_id: shared_event_id.map(String::as_str),
            kind: match operation.service.name {
                // What people do in the access portal is told as events of the service.
                "sso" => EventKind::ServiceEvent(notes.details.clone()),
                _ => EventKind::ApiCall,
            },
        })
    }
}

/// The name under which the trail knows the operation's service. One operation has another than its service.
fn source_name(operation: &OperationMeta) -> &'static str {
    match (operation.service.name, operation.name) {
        ("sso-oidc", "CreateTokenWithIAM") => "sso-oauth",
        (service, _) => service,
    }
}
