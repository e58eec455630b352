use std::sync::Arc;

use atrium_model::{OpContext, Region, Timestamp, lower_hex, new_uuid};
use atrium_store::{Bucket, Event, Tx};
use atrium_trail::{CallFacts, EventKind};
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
        }))
    }

    pub(super) fn segments(&self) -> &Segments {
        &self.0.segments
    }

    pub(super) fn account(&self) -> &atrium_model::AccountId {
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

    /// A bucket of the caller's account. `expected_owner` is the account that the client believes to own it.
    pub(super) fn bucket(
        &self,
        tx: &mut dyn Tx,
        name: &str,
        expected_owner: Option<&str>,
    ) -> Result<Bucket, Failure> {
        let bucket = tx.bucket(name)?.ok_or_else(no_such_bucket)?;
        let foreign = bucket.account != *self.account()
            || expected_owner.is_some_and(|owner| owner != bucket.account.as_str());
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

    /// The event of a call that concerns a bucket as a whole. Calls about objects leave none, as in AWS without
    /// data events.
    pub(super) fn event(
        &self,
        operation: &str,
        bucket: Option<&str>,
        error: Option<&S3Error>,
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
        atrium_trail::event(&CallFacts {
            caller: Some(caller),
            operation,
            event_source: atrium_trail::event_source("s3"),
            api_version: None,
            region: &self.0.region,
            account: &caller.account,
            source_ip: &facts.source_ip.to_string(),
            user_agent: facts.user_agent.as_deref(),
            request_id: &self.0.request_id,
            event_id: &new_uuid(&*services.random),
            time: services.clock.now(),
            read_only: atrium_trail::is_read_only(operation),
            request_parameters: Some(parameters),
            response_elements: None,
            error,
            resources: Vec::new(),
            additional_event_data: None,
            tls: None,
            host_header: facts.host.as_deref(),
            shared_event_id: None,
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
                tx.append_event(&session.event(operation, Some(&name), None))?;
                Ok(done)
            })
            .await;
        if let Err(error) = &outcome {
            self.0
                .services
                .events
                .push(self.event(operation, Some(bucket), Some(error)))
                .await;
        }
        outcome
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
        let event = self.event(operation, bucket, outcome.as_ref().err());
        self.0.services.events.push(event).await;
        outcome
    }

    /// Counts a call that is done.
    pub(super) fn count<T>(&self, operation: &'static str, outcome: S3Result<T>) -> S3Result<T> {
        let code = match &outcome {
            Ok(_) => "Success".to_owned(),
            Err(error) => error.code().as_str().to_owned(),
        };
        metrics::counter!("atrium_requests_total", "service" => "s3", "operation" => operation, "code" => code)
            .increment(1);
        let took = self.now().since(self.0.now);
        metrics::histogram!("atrium_request_seconds", "service" => "s3", "operation" => operation)
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
