use std::sync::Arc;

use atrium_model::{OpContext, Region, Timestamp, new_uuid};
use atrium_store::{Event, StoreError, Tx};
use atrium_trail::{CallFacts, EventKind};
use atrium_wire::{OperationMeta, Output, WireError};
use serde_json::Value;

use crate::arrival::{Arrival, Prepared, Signed};
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
    pub(crate) caller: Arc<Authenticated>,
    pub(crate) region: Region,
    pub(crate) facts: Arc<RequestFacts>,
    pub(crate) request_id: String,
    pub(crate) now: Timestamp,
    /// What was found out before the transaction.
    pub(crate) prepared: Prepared,
}

/// Why a transaction ended without a change.
enum Failure {
    Wire(WireError, Box<EventNotes>),
    Store(StoreError),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Job {
    /// Runs the operation, and sees to it that its event is kept: with the change if there is one, soon after if not.
    pub(crate) async fn run(mut self, input: Value) -> Result<Output, WireError> {
        let services = Arc::clone(&self.services);
        let entry = services.registry.find(self.operation);
        if let Some(Before::Prepare(prepare)) = entry.map(|entry| &entry.before) {
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
        let (job, given) = (self.clone(), Arc::clone(&input));
        let mode = entry.map(|entry| entry.mode);
        if mode == Some(Mode::ReadLog) {
            self.services.events.flush().await.map_err(store_failure)?;
        }
        let outcome = match mode {
            Some(Mode::Write) => {
                let work = move |tx: &mut dyn Tx| {
                    let (output, notes) = job.perform(tx, &given)?;
                    tx.append_event(&job.event(Some(&given), Ok(&output), &notes))?;
                    Ok((output, notes))
                };
                self.services.store.write(work).await
            }
            _ => {
                self.services
                    .store
                    .read(move |tx| job.perform(tx, &given))
                    .await
            }
        };
        let (outcome, notes) = match outcome {
            Ok((output, notes)) => (Ok(output), notes),
            Err(Failure::Wire(error, notes)) => (Err(error), *notes),
            Err(Failure::Store(error)) => (Err(store_failure(error)), EventNotes::default()),
        };
        if mode != Some(Mode::Write) || outcome.is_err() {
            let event = self.event(Some(&input), outcome.as_ref(), &notes);
            self.services.events.push(event).await;
        }
        outcome
    }

    /// Keeps the event of a request that is refused once it was read; gives the refusal back.
    async fn refuse_read(&self, input: &Value, error: WireError) -> WireError {
        let event = self.event(Some(input), Err(&error), &EventNotes::default());
        self.services.events.push(event).await;
        error
    }

    /// Keeps the event of a request that is refused before it reaches its operation; gives the refusal back.
    pub(crate) async fn refuse(&self, error: WireError) -> WireError {
        self.services
            .events
            .push(self.event(None, Err(&error), &EventNotes::default()))
            .await;
        error
    }

    fn perform(&self, tx: &mut dyn Tx, input: &Value) -> Result<(Output, EventNotes), Failure> {
        let authority = &self.caller.authority;
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
        match outcome {
            Ok(output) => Ok((output, notes)),
            Err(error) => Err(Failure::Wire(error, Box::new(notes))),
        }
    }

    fn event(
        &self,
        input: Option<&Value>,
        outcome: Result<&Output, &WireError>,
        notes: &EventNotes,
    ) -> Event {
        let operation = self.operation;
        let caller = &self.caller.authority.caller;
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
            region: &self.region,
            account: &caller.account,
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
                .filter(|_| atrium_trail::keeps_answer(event_source, read_only))
                .and_then(Output::value)
                .map(|output| atrium_wire::event_elements(operation, output)),
            error: error
                .as_ref()
                .map(|(code, message)| (code.as_ref(), *message)),
            resources: notes.resources.clone(),
            additional_event_data: notes.additional.clone(),
            tls: None,
            host_header: self.facts.host.as_deref(),
            shared_event_id: None,
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
