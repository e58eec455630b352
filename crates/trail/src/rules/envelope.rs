use atrium_store::Event;
use serde_json::{Value, json};

/// An event as EventBridge sends it; none if the record is unreadable.
///
/// Its `id` is the record's `eventID`: who gets an event again knows it by that.
pub fn envelope(event: &Event) -> Option<Value> {
    envelope_of_record(serde_json::from_str(&event.record).ok()?)
}

/// A CloudTrail record as EventBridge sends it; none if it has no `eventSource`.
pub fn envelope_of_record(record: Value) -> Option<Value> {
    let text = |name: &str| record.get(name).and_then(Value::as_str).unwrap_or_default();
    let event_source = Some(text("eventSource")).filter(|source| !source.is_empty())?;
    let service = event_source
        .strip_suffix(".amazonaws.com")
        .unwrap_or(event_source);
    Some(json!({
        "version": "0",
        "id": text("eventID"),
        "detail-type": detail_type(text("eventType")),
        "source": format!("aws.{service}"),
        "account": text("recipientAccountId"),
        "time": text("eventTime"),
        "region": text("awsRegion"),
        "resources": [],
        "detail": record,
    }))
}

/// EventBridge's name for a kind of record; CloudTrail user guide, "Events delivered via CloudTrail".
fn detail_type(event_type: &str) -> &'static str {
    match event_type {
        "AwsServiceEvent" => "AWS Service Event via CloudTrail",
        "AwsConsoleAction" => "AWS Console Action via CloudTrail",
        "AwsConsoleSignIn" => "AWS Console Sign In via CloudTrail",
        "AwsVpceEvents" => "AWS Network Activity Event via CloudTrail",
        "AwsCloudTrailInsight" => "AWS Insight via CloudTrail",
        _ => "AWS API Call via CloudTrail",
    }
}
