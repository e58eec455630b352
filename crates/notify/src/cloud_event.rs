//! Events in the form of CloudEvents 1.0.

use serde_json::{Map, Value};

use crate::Message;

/// The media type of an event and its attributes in one JSON object.
pub(crate) const MEDIA_TYPE: &str = "application/cloudevents+json";

/// A message as an event whose data is the message's body.
///
/// The body's own account of service, Region, time and what happened becomes the event's `type`, `source` and `time`, as
/// CloudEvents' adapter for AWS S3 does it.
pub(crate) fn cloud_event(message: &Message<'_>) -> Option<Value> {
    let data: Value = serde_json::from_str(message.body).ok()?;
    let text = |pointer: &str| data.pointer(pointer).and_then(Value::as_str);
    let service = text("/source").unwrap_or_default();
    let service = service.strip_prefix("aws.").unwrap_or(service);
    let region = text("/region").unwrap_or_default();
    let what = text("/detail/eventName").unwrap_or_default();
    let account = message.account;
    let mut event = Map::new();
    let mut put = |name: &str, value: Value| drop(event.insert(name.to_owned(), value));
    put("specversion", "1.0".into());
    put("id", message.id.into());
    put("source", format!("aws:{service}.{region}.{account}").into());
    put("type", format!("com.amazonaws.{service}.{what}").into());
    if let Some(time) = text("/time").filter(|time| !time.is_empty()) {
        put("time", time.into());
    }
    put("datacontenttype", "application/json".into());
    // Names of further attributes are lower-case letters and digits.
    put("account", account.into());
    put("rules", message.rules.into());
    if let Some((target, error)) = message.failed_at {
        put("failedtarget", target.into());
        put("failure", error.into());
    }
    put("data", data);
    Some(event.into())
}
