use serde_json::{Map, Value, json};

use crate::facts::{CallFacts, EventKind, Resource};
use crate::identity::user_identity;
use crate::limits;
use crate::text::iso_seconds;

/// The version of the records' form.
pub const EVENT_VERSION: &str = "1.11";

/// The CloudTrail record of a call, its fields in AWS's order.
///
/// A record never exceeds 256 KB: long texts are cut, large parameters left out, as CloudTrail documents it.
pub fn record(facts: &CallFacts<'_>) -> Value {
    let mut record = whole(facts);
    limits::shrink(&mut record);
    Value::Object(record)
}

/// The record as JSON text.
pub(crate) fn text(facts: &CallFacts<'_>) -> String {
    let mut record = Value::Object(whole(facts));
    let text = record.to_string();
    if text.len() <= limits::RECORD {
        return text;
    }
    if let Value::Object(fields) = &mut record {
        limits::shrink(fields);
    }
    record.to_string()
}

/// The record before anything is left out to make it fit.
fn whole(facts: &CallFacts<'_>) -> Map<String, Value> {
    let mut record = Map::new();
    let mut put = |name: &str, value: Value| drop(record.insert(name.to_owned(), value));
    put("eventVersion", EVENT_VERSION.into());
    put("userIdentity", user_identity(facts.caller, facts.account));
    put("eventTime", iso_seconds(facts.time).into());
    put(
        "eventSource",
        limits::text(facts.event_source, limits::NAME).into(),
    );
    put(
        "eventName",
        limits::text(facts.operation, limits::NAME).into(),
    );
    put("awsRegion", facts.region.as_str().into());
    put(
        "sourceIPAddress",
        limits::text(facts.source_ip, limits::NAME).into(),
    );
    if let Some(agent) = facts.user_agent.filter(|agent| !agent.is_empty()) {
        put("userAgent", limits::text(agent, limits::TEXT).into());
    }
    let failed = facts.error.is_some();
    if let Some((code, message)) = facts.error {
        put("errorCode", limits::text(code, limits::TEXT).into());
        if !message.is_empty() {
            put("errorMessage", limits::text(message, limits::TEXT).into());
        }
    }
    let called = facts.kind == EventKind::ApiCall;
    let answers = !failed && called && keeps_answer(facts.event_source, facts.read_only);
    put(
        "requestParameters",
        limits::parameters(facts.request_parameters.as_ref().filter(|_| called)),
    );
    put(
        "responseElements",
        limits::parameters(facts.response_elements.as_ref().filter(|_| answers)),
    );
    if let Some(data) = limits::additional(facts.additional_event_data.as_ref()) {
        put("additionalEventData", data);
    }
    put(
        "requestID",
        limits::text(facts.request_id, limits::NAME).into(),
    );
    put("eventID", facts.event_id.into());
    put("readOnly", facts.read_only.into());
    if !facts.resources.is_empty() {
        put(
            "resources",
            facts
                .resources
                .iter()
                .take(limits::RESOURCES)
                .map(resource)
                .collect(),
        );
    }
    let (kind, details) = match &facts.kind {
        EventKind::ApiCall => ("AwsApiCall", None),
        EventKind::ServiceEvent(details) => ("AwsServiceEvent", details.as_ref()),
    };
    put("eventType", kind.into());
    if let Some(version) = facts.api_version {
        put("apiVersion", version.into());
    }
    put("managementEvent", true.into());
    put("recipientAccountId", facts.account.as_str().into());
    if let Some(shared) = facts.shared_event_id {
        put("sharedEventID", shared.into());
    }
    match limits::parameters(details) {
        Value::Null => {}
        details => put("serviceEventDetails", details),
    }
    put("eventCategory", "Management".into());
    let mut tls = Map::new();
    if let Some(details) = &facts.tls {
        tls.insert("tlsVersion".into(), details.version.as_str().into());
        tls.insert("cipherSuite".into(), details.cipher_suite.as_str().into());
    }
    if let Some(host) = facts.host_header.filter(|host| !host.is_empty()) {
        tls.insert(
            "clientProvidedHostHeader".into(),
            limits::text(host, limits::TEXT).into(),
        );
    }
    if !tls.is_empty() {
        put("tlsDetails", tls.into());
    }
    record
}

/// Whether records of such calls hold `responseElements`; callers need not prepare them otherwise.
///
/// Reading answers nothing worth keeping, but STS's answers tell which session came of the call.
pub fn keeps_answer(event_source: &str, read_only: bool) -> bool {
    !read_only || event_source == "sts.amazonaws.com"
}

fn resource(resource: &Resource) -> Value {
    let (kind, arn) = (
        limits::text(&resource.kind, limits::NAME),
        limits::text(&resource.arn, limits::ARN),
    );
    match &resource.account {
        Some(account) => json!({"accountId": account.as_str(), "type": kind, "ARN": arn}),
        None => json!({"type": kind, "ARN": arn}),
    }
}
