use std::sync::{Arc, OnceLock};

use atrium_model::{AccountId, OpContext, Region, Timestamp, lower_hex, new_uuid};
use atrium_store::{Bucket, Event, Tx};
use atrium_trail::{CallFacts, EventKind, Resource};
use s3s::{S3Error, S3Result, s3_error};
use serde_json::{Value, json};

use super::error::{Failure, denied};
use super::segments::Segments;
use crate::Services;
use crate::authority::Authenticated;
use crate::facts::RequestFacts;

/// One request on its way: who makes it, and what it works with. Cheap to clone.
#[derive(Clone)]
pub(super) struct Session(Arc<Inner>);

struct Inner {
    services: Arc<Services>,
    segments: Segments,
    caller: Arc<Authenticated>,
    region: Region,
    facts: Arc<RequestFacts>,
    request_id: String,
    now: Timestamp,
    /// The other account whose bucket the call is about, once the caller's policies let it be about that bucket.
    owner: OnceLock<AccountId>,
}

impl Session {
    pub(super) fn new(
        services: Arc<Services>,
        segments: Segments,
        caller: Arc<Authenticated>,
        region: Region,
        facts: Arc<RequestFacts>,
        request_id: &str,
    ) -> Self {
        let now = services.clock.now();
        let request_id = request_id.to_owned();
        Self(Arc::new(Inner {
            services,
            segments,
            caller,
            region,
            facts,
            request_id,
            now,
            owner: OnceLock::new(),
        }))
    }

    pub(super) fn segments(&self) -> &Segments {
        &self.0.segments
    }

    pub(super) fn account(&self) -> &AccountId {
        &self.0.caller.authority.caller.account
    }

    pub(super) fn region(&self) -> &Region {
        &self.0.region
    }

    /// When the request came.
    pub(super) fn started(&self) -> Timestamp {
        self.0.now
    }

    /// The present moment: an upload may have taken long.
    pub(super) fn now(&self) -> Timestamp {
        self.0.services.clock.now()
    }

    /// A new name for a segment or an upload.
    pub(super) fn new_name(&self) -> String {
        lower_hex(&*self.0.services.random, 40)
    }

    /// Runs `work` in a transaction that only reads.
    pub(super) async fn read<T, F>(&self, work: F) -> S3Result<T>
    where
        F: FnMut(&mut dyn Tx) -> Result<T, Failure> + Send + 'static,
        T: Send + 'static,
    {
        Ok(self.0.services.store.read(work).await?)
    }

    /// Runs `work` in a transaction and keeps its changes if it answers `Ok`.
    pub(super) async fn write<T, F>(&self, work: F) -> S3Result<T>
    where
        F: FnMut(&mut dyn Tx) -> Result<T, Failure> + Send + 'static,
        T: Send + 'static,
    {
        Ok(self.0.services.store.write(work).await?)
    }

    /// Refuses unless the caller's policies allow `action` on `resource`.
    pub(super) fn allow(
        &self,
        tx: &mut dyn Tx,
        action: &str,
        resource: &str,
        keys: &[(&str, &[&str])],
    ) -> Result<(), Failure> {
        let Inner { caller, facts, .. } = &*self.0;
        let cx = OpContext {
            now: self.0.now,
            random: &*self.0.services.random,
            caller: &caller.authority.caller,
            region: &self.0.region,
            request_id: &self.0.request_id,
        };
        let epoch = tx.policy_epoch()?;
        let allowed = if epoch == caller.authority.epoch {
            caller.authority.allow(&cx, facts, action, resource, keys)
        } else {
            // A policy changed since the caller was authenticated.
            let current = caller.authority.again(tx, epoch).map_err(denied)?;
            current.allow(&cx, facts, action, resource, keys)
        };
        Ok(allowed.map_err(denied)?)
    }

    /// A bucket of the caller's account, once the caller's policies allow the call. `expected_owner` is the account that the
    /// client believes to own it. A bucket of another account is refused, and its owner hears of it.
    pub(super) fn bucket(
        &self,
        tx: &mut dyn Tx,
        name: &str,
        expected_owner: Option<&str>,
    ) -> Result<Bucket, Failure> {
        let bucket = tx.bucket(name)?.ok_or_else(no_such_bucket)?;
        let is_anothers = bucket.account != *self.account();
        if is_anothers {
            // A transaction that runs again finds the same.
            let _ = self.0.owner.set(bucket.account.clone());
        }
        let foreign =
            is_anothers || expected_owner.is_some_and(|owner| owner != bucket.account.as_str());
        if foreign {
            return Err(s3_error!(AccessDenied, "Access Denied").into());
        }
        Ok(bucket)
    }

    /// Like [`Session::bucket`], once the caller may do `action` to the object.
    pub(super) fn bucket_for(
        &self,
        tx: &mut dyn Tx,
        action: &str,
        bucket: &str,
        key: &str,
        expected_owner: Option<&str>,
    ) -> Result<Bucket, Failure> {
        if key.contains('\0') {
            // PostgreSQL keeps no texts with it.
            return Err(s3_error!(
                InvalidArgument,
                "A key must not contain the character U+0000."
            )
            .into());
        }
        self.allow(tx, action, &object_arn(bucket, key), &[])?;
        self.bucket(tx, bucket, expected_owner)
    }

    /// The events of a call that concerns a bucket as a whole: the caller's account's, and the copy of another account whose
    /// bucket it is. Calls about objects leave none, as in AWS without data events.
    fn events(&self, operation: &str, bucket: Option<&str>, error: Option<&S3Error>) -> Vec<Event> {
        let event = |recipient, shared| self.event(operation, bucket, error, recipient, shared);
        match self.0.owner.get() {
            None => vec![event(self.account(), None)],
            Some(owner) => {
                let shared = new_uuid(&*self.0.services.random);
                vec![
                    event(self.account(), Some(&shared)),
                    event(owner, Some(&shared)),
                ]
            }
        }
    }

    fn event(
        &self,
        operation: &str,
        bucket: Option<&str>,
        error: Option<&S3Error>,
        recipient: &AccountId,
        shared_event_id: Option<&String>,
    ) -> Event {
        let Inner {
            services,
            caller,
            facts,
            ..
        } = &*self.0;
        let caller = &caller.authority.caller;
        let mut parameters = json!({ "Host": facts.host });
        if let (Some(bucket), Value::Object(map)) = (bucket, &mut parameters) {
            map.insert("bucketName".to_owned(), bucket.into());
        }
        let message = error.map(|error| error.message().unwrap_or_default().to_owned());
        let error = error
            .zip(message.as_deref())
            .map(|(error, message)| (error.code().as_str(), message));
        let of_owner = bucket
            .zip(self.0.owner.get())
            .map(|(bucket, owner)| Resource {
                account: Some(owner.clone()),
                kind: "AWS::S3::Bucket".to_owned(),
                arn: bucket_arn(bucket),
            });
        atrium_trail::event(&CallFacts {
            caller: Some(caller),
            operation,
            event_source: atrium_trail::event_source("s3"),
            api_version: None,
            region: &self.0.region,
            account: recipient,
            source_ip: &facts.source_ip.to_string(),
            user_agent: facts.user_agent.as_deref(),
            request_id: &self.0.request_id,
            event_id: &new_uuid(&*services.random),
            time: services.clock.now(),
            read_only: atrium_trail::is_read_only(operation),
            request_parameters: Some(parameters),
            response_elements: None,
            error,
            resources: of_owner.into_iter().collect(),
            additional_event_data: None,
            tls: facts.tls.clone(),
            host_header: facts.host.as_deref(),
            shared_event_id: shared_event_id.map(String::as_str),
            kind: EventKind::ApiCall,
        })
    }

    /// Runs `work`, which changes something about buckets, with its event in the same transaction.
    pub(super) async fn recorded_write<T, F>(
        &self,
        operation: &'static str,
        bucket: &str,
        mut work: F,
    ) -> S3Result<T>
    where
        F: FnMut(&mut dyn Tx) -> Result<T, Failure> + Send + 'static,
        T: Send + 'static,
    {
        let (session, name) = (self.clone(), bucket.to_owned());
        let outcome = self
            .write(move |tx| {
                let done = work(tx)?;
                for event in session.events(operation, Some(&name), None) {
                    tx.append_event(&event)?;
                }
                Ok(done)
            })
            .await;
        self.checked(operation, Some(bucket), outcome).await
    }

    /// Runs `work`, which reads about buckets, and keeps its event.
    pub(super) async fn recorded_read<T, F>(
        &self,
        operation: &'static str,
        bucket: Option<&str>,
        work: F,
    ) -> S3Result<T>
    where
        F: FnMut(&mut dyn Tx) -> Result<T, Failure> + Send + 'static,
        T: Send + 'static,
    {
        let outcome = self.read(work).await;
        let events = self.events(operation, bucket, outcome.as_ref().err());
        self.keep(events).await;
        outcome
    }

    /// Keeps the event of a call about a bucket if it is refused; gives the outcome back.
    pub(super) async fn checked<T>(
        &self,
        operation: &str,
        bucket: Option<&str>,
        outcome: S3Result<T>,
    ) -> S3Result<T> {
        let refused = outcome.as_ref().err();
        let events = refused.map(|error| self.events(operation, bucket, Some(error)));
        self.keep(events.unwrap_or_default()).await;
        outcome
    }

    /// Keeps events of a call that changed nothing.
    async fn keep(&self, events: Vec<Event>) {
        for event in events {
            self.0.services.events.push(event).await;
        }
    }

    /// Counts a call that is done.
    pub(super) fn count<T>(&self, operation: &str, outcome: S3Result<T>) -> S3Result<T> {
        let code = match &outcome {
            Ok(_) => "Success".to_owned(),
            Err(error) => error.code().as_str().to_owned(),
        };
        metrics::counter!("atrium_requests_total", "service" => "s3", "operation" => operation.to_owned(), "code" => code)
            .increment(1);
        let took = self.now().since(self.0.now);
        metrics::histogram!("atrium_request_seconds", "service" => "s3", "operation" => operation.to_owned())
            .record(took);
        outcome.map_err(|mut error| {
            error.set_request_id(self.0.request_id.clone());
            error
        })
    }
}

/// `arn:aws:s3:::bucket`.
pub(super) fn bucket_arn(bucket: &str) -> String {
    format!("arn:aws:s3:::{bucket}")
}

/// `arn:aws:s3:::bucket/key`.
pub(super) fn object_arn(bucket: &str, key: &str) -> String {
    format!("arn:aws:s3:::{bucket}/{key}")
}

pub(super) fn no_such_bucket() -> S3Error {
    s3_error!(NoSuchBucket, "The specified bucket does not exist")
}
