//! What an event from elsewhere must be like; "CloudTrail Lake integrations event schema" in the CloudTrail user guide.

use atrium_model::lake::{ACTIVITY, Channel};
use atrium_model::{AccountId, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::limits;
use crate::text::iso_seconds;

/// The most bytes of a record, as of CloudTrail's own.
const RECORD: usize = 256 << 10;
/// The most bytes of an object, but for `additionalEventData`.
const OBJECT: usize = 100 << 10;
/// The most bytes of `additionalEventData`.
const ADDITIONAL: usize = 28 << 10;

/// Texts that an event must have, with the most characters of each.
const TEXTS: &[(&str, usize)] = &[
    ("version", 256),
    ("eventSource", 1024),
    ("eventName", 1024),
    ("eventTime", 128),
    ("UID", 1024),
    ("recipientAccountId", 256),
];
/// Texts that it may have.
const OPTIONAL_TEXTS: &[(&str, usize)] = &[
    ("userAgent", 1024),
    ("errorCode", 256),
    ("errorMessage", 256),
    ("sourceIPAddress", 256),
];
/// Objects that it may have, with the most bytes of each.
const OBJECTS: &[(&str, usize)] = &[
    ("requestParameters", OBJECT),
    ("responseElements", OBJECT),
    ("additionalEventData", ADDITIONAL),
];

/// Why an event is not taken; PutAuditEvents, `ResultErrorEntry`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventTrouble {
    /// It isn't what its sender sent.
    #[error("The checksum of eventData is not the one that is given.")]
    Checksum,
    /// It can't be read.
    #[error("eventData is not valid: {0}.")]
    Data(String),
    /// A field that must be there is missing.
    #[error("{0} is required and was not found in eventData.")]
    Missing(String),
    /// A field is too long.
    #[error("{field} is longer than {most}.")]
    TooLong {
        /// The field.
        field: String,
        /// Its greatest length.
        most: usize,
    },
    /// It is for another account than the channel's owner.
    #[error("recipientAccountId must be the account that owns the channel.")]
    Recipient,
    /// It says that it is AWS's.
    #[error("eventSource must not be that of an AWS service.")]
    Source,
    /// No event data store of the channel takes events at present.
    #[error("No event data store of the channel takes events.")]
    NotSubscribed,
}

impl EventTrouble {
    /// The `errorCode`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Checksum => "InvalidChecksum",
            Self::Data(_) => "InvalidData",
            Self::Missing(_) => "FieldNotFound",
            Self::TooLong { .. } => "FieldTooLong",
            Self::Recipient => "InvalidRecipient",
            Self::Source => "InvalidEventSource",
            Self::NotSubscribed => "AccountNotSubscribed",
        }
    }
}

/// The record of an event that came through a channel, as one line of JSON, and when it happened.
pub fn audit_record(
    channel: &Channel,
    event_id: &str,
    data: &str,
    checksum: Option<&str>,
    now: Timestamp,
) -> Result<(String, Timestamp), EventTrouble> {
    if checksum.is_some_and(|sum| sum != STANDARD.encode(Sha256::digest(data))) {
        return Err(EventTrouble::Checksum);
    }
    let too_long = |most| EventTrouble::TooLong {
        field: "eventData".to_owned(),
        most,
    };
    if data.len() > RECORD {
        return Err(too_long(RECORD));
    }
    let value =
        serde_json::from_str(data).map_err(|error| EventTrouble::Data(error.to_string()))?;
    if limits::is_deeper(&value, limits::LEVELS) {
        return Err(EventTrouble::Data(format!(
            "it has more than {} levels",
            limits::LEVELS
        )));
    }
    let Value::Object(fields) = value else {
        return Err(EventTrouble::Data("it is no object".to_owned()));
    };
    let time = check(channel, &fields)?;
    let mut record = json!({
        "eventVersion": "1.0",
        "eventCategory": ACTIVITY,
        "eventType": "ActivityLog",
        "eventID": event_id,
        "eventTime": iso_seconds(time),
        "awsRegion": channel.region.as_str(),
        "recipientAccountId": channel.account.as_str(),
        "metadata": {"ingestionTime": iso_seconds(now), "channelARN": channel.arn()},
    })
    .to_string();
    // What was sent stands in it as it was sent, on one line.
    record.pop();
    record.push_str(",\"eventData\":");
    record.push_str(data.replace(['\n', '\r'], " ").trim());
    record.push('}');
    match record.len() > RECORD {
        true => Err(too_long(RECORD)),
        false => Ok((record, time)),
    }
}

/// Refuses what the schema doesn't allow. Answers when the event happened.
fn check(channel: &Channel, fields: &Map<String, Value>) -> Result<Timestamp, EventTrouble> {
    for (name, most) in TEXTS {
        required(fields, name, name, *most)?;
    }
    for (name, most) in OPTIONAL_TEXTS {
        optional_text(fields, name, *most)?;
    }
    for (name, most) in OBJECTS {
        optional_object(fields, name, name, *most)?;
    }
    let identity = match fields.get("userIdentity") {
        None | Some(Value::Null) => return Err(EventTrouble::Missing("userIdentity".to_owned())),
        Some(Value::Object(identity)) => identity,
        Some(_) => return Err(EventTrouble::Data("userIdentity is no object".to_owned())),
    };
    required(identity, "type", "userIdentity.type", 128)?;
    required(identity, "principalId", "userIdentity.principalId", 1024)?;
    optional_object(identity, "details", "userIdentity.details", OBJECT)?;
    let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
    if text("recipientAccountId").parse::<AccountId>().as_ref() != Ok(&channel.account) {
        return Err(EventTrouble::Recipient);
    }
    if channel.source == "Custom" && text("eventSource").ends_with(".amazonaws.com") {
        return Err(EventTrouble::Source);
    }
    time_of(text("eventTime")).ok_or_else(|| {
        EventTrouble::Data("eventTime is not of the form yyyy-MM-DDTHH:mm:ssZ".to_owned())
    })
}

fn required(
    fields: &Map<String, Value>,
    name: &str,
    told: &str,
    most: usize,
) -> Result<(), EventTrouble> {
    match fields.get(name) {
        None | Some(Value::Null) => Err(EventTrouble::Missing(told.to_owned())),
        Some(Value::String(text)) if text.is_empty() => Err(EventTrouble::Missing(told.to_owned())),
        Some(Value::String(text)) => short(told, text.chars().count(), most),
        Some(_) => Err(EventTrouble::Data(format!("{told} is no text"))),
    }
}

fn optional_text(fields: &Map<String, Value>, name: &str, most: usize) -> Result<(), EventTrouble> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(()),
        Some(Value::String(text)) => short(name, text.chars().count(), most),
        Some(_) => Err(EventTrouble::Data(format!("{name} is no text"))),
    }
}

fn optional_object(
    fields: &Map<String, Value>,
    name: &str,
    told: &str,
    most: usize,
) -> Result<(), EventTrouble> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(()),
        Some(object @ Value::Object(_)) => short(told, object.to_string().len(), most),
        Some(_) => Err(EventTrouble::Data(format!("{told} is no object"))),
    }
}

fn short(field: &str, length: usize, most: usize) -> Result<(), EventTrouble> {
    match length > most {
        true => Err(EventTrouble::TooLong {
            field: field.to_owned(),
            most,
        }),
        false => Ok(()),
    }
}

/// A time of UTC; the schema shows it without a zone, its examples with `Z`.
fn time_of(text: &str) -> Option<Timestamp> {
    let text = text.strip_suffix('Z').unwrap_or(text);
    let (_, clock) = text.split_once('T')?;
    let is_clock = clock
        .bytes()
        .all(|b| b.is_ascii_digit() || b":.".contains(&b));
    let time: jiff::civil::DateTime = text.parse().ok().filter(|_| is_clock)?;
    let is_near = (1970..=9999).contains(&time.year());
    let time = jiff::tz::TimeZone::UTC.to_timestamp(time).ok()?;
    is_near.then(|| Timestamp::from_millis(time.as_millisecond()))
}

#[cfg(test)]
#[path = "event_tests.rs"]
mod tests;
