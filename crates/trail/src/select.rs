//! Which events a trail takes.

use std::time::Duration;

use atrium_model::Timestamp;
use atrium_model::trail::{
    AdvancedEventSelector, EventSelector, FieldSelector, Selectors, TrailVersion,
};
use atrium_store::{Event, StoreError, StreamedEvent, Tx};
use serde_json::Value;

/// Services without Regions: their events are in us-east-1 (CloudTrail user guide, "Global service events").
const GLOBAL: &[&str] = &[
    "account.amazonaws.com",
    "cloudfront.amazonaws.com",
    "iam.amazonaws.com",
    "organizations.amazonaws.com",
    "route53.amazonaws.com",
    "sts.amazonaws.com",
];

/// One of the plans that something followed one after the other.
pub(crate) trait Version {
    /// From when on.
    fn since(&self) -> Timestamp;
    /// The request that made it the plan, if that is one whose event the plan before it still takes.
    fn last_request(&self) -> Option<&str>;
}

impl Version for TrailVersion {
    fn since(&self) -> Timestamp {
        self.since
    }

    fn last_request(&self) -> Option<&str> {
        self.plan.last_request.as_deref()
    }
}

/// From when on a plan holds that is made now: after the one before it.
pub(crate) fn after(newest: Option<Timestamp>, now: Timestamp) -> Timestamp {
    newest.map_or(now, |newest| now.max(newest + Duration::from_millis(1)))
}

/// Since when plans are needed: from the first event that a reader has still to read.
pub(crate) fn needed_since(
    tx: &mut dyn Tx,
    reader: &str,
    now: Timestamp,
) -> Result<Timestamp, StoreError> {
    let unread = tx.oldest_unread_event(reader)?;
    Ok(unread.map_or(now, |unread| unread.min(now)))
}

/// The version among those of one trail, oldest first, that takes an event; none if the event is not taken.
pub fn taken_by<'a>(
    versions: &'a [TrailVersion],
    event: &StreamedEvent,
) -> Option<&'a TrailVersion> {
    holding(versions, &event.event).filter(|version| takes(version, event))
}

/// The version among those of one thing, oldest first, that decides about an event.
///
/// What held when the event happened decides, and of a call that ends a plan what held until then.
pub(crate) fn holding<'a, V: Version>(versions: &'a [V], event: &Event) -> Option<&'a V> {
    let holds = versions.partition_point(|version| version.since() <= event.time);
    let version = versions.get(holds.checked_sub(1)?)?;
    let ended_by_it = version.last_request().is_some_and(|request| {
        event.source == "cloudtrail.amazonaws.com" && request_of(event).as_deref() == Some(request)
    });
    match ended_by_it {
        true => versions.get(holds.checked_sub(2)?),
        false => Some(version),
    }
}

fn request_of(event: &Event) -> Option<String> {
    let record: Value = serde_json::from_str(&event.record).ok()?;
    record["requestID"].as_str().map(str::to_owned)
}

fn takes(version: &TrailVersion, streamed: &StreamedEvent) -> bool {
    let (plan, event) = (&version.plan, &streamed.event);
    let settings = &plan.settings;
    let of_account = match &settings.organization {
        Some(organization) => streamed.organization.as_ref() == Some(organization),
        None => event.account == version.account,
    };
    let global = event.region.as_str() == "us-east-1" && GLOBAL.contains(&&*event.source);
    plan.logging
        && of_account
        && (settings.multi_region || event.region == plan.region)
        && (settings.global_events || !global)
        && selected(&settings.selectors, event)
}

/// Whether selectors take an event. All events that Atrium records are management events.
pub fn selected(selectors: &Selectors, event: &Event) -> bool {
    match selectors {
        Selectors::Basic(all) => all.iter().any(|selector| basic(selector, event)),
        Selectors::Advanced(all) => selected_by(all, &Fields::new(event)),
    }
}

/// Whether advanced selectors take an event.
pub(crate) fn selected_by(all: &[AdvancedEventSelector], fields: &Fields<'_>) -> bool {
    all.iter().any(|selector| advanced(selector, fields))
}

fn basic(selector: &EventSelector, event: &Event) -> bool {
    selector.management
        && selector.read_write.takes(event.read_only)
        && !selector.excluded_sources.contains(&event.source)
}

fn advanced(selector: &AdvancedEventSelector, fields: &Fields<'_>) -> bool {
    selector
        .fields
        .iter()
        .all(|field| fits(field, &fields.get(&field.field)))
}

/// Whether one of a field's values is as it shall be, and none as it shall not.
fn fits(field: &FieldSelector, found: &[String]) -> bool {
    type Compare = fn(&str, &str) -> bool;
    let compare: [Compare; 3] = [
        |found, value| found == value,
        |found, value| found.starts_with(value),
        |found, value| found.ends_with(value),
    ];
    let [equals, starts, ends, not_equals, not_starts, not_ends] =
        field.operators().map(|(_, values)| values);
    let any = |values: &[String], compare: Compare| {
        found
            .iter()
            .any(|found| values.iter().any(|value| compare(found, value)))
    };
    let wanted = [equals, starts, ends].into_iter().zip(compare);
    let unwanted = [not_equals, not_starts, not_ends].into_iter().zip(compare);
    wanted
        .into_iter()
        .all(|(values, compare)| values.is_empty() || any(values, compare))
        && !unwanted
            .into_iter()
            .any(|(values, compare)| any(values, compare))
}

/// The fields of an event that selectors look at. The record is read once one of them is asked for that only it has.
pub(crate) struct Fields<'a> {
    event: &'a Event,
    record: std::cell::OnceCell<Value>,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(event: &'a Event) -> Self {
        Self {
            event,
            record: std::cell::OnceCell::new(),
        }
    }

    fn record(&self) -> &Value {
        self.record
            .get_or_init(|| serde_json::from_str(&self.event.record).unwrap_or(Value::Null))
    }

    fn get(&self, name: &str) -> Vec<String> {
        match name {
            "eventCategory" => vec!["Management".to_owned()],
            "eventName" => vec![self.event.name.clone()],
            "eventSource" => vec![self.event.source.clone()],
            "readOnly" => vec![self.event.read_only.to_string()],
            _ => {
                let mut found = Vec::new();
                gather(self.record(), name, &mut found);
                found
            }
        }
    }
}

/// The values at a path such as `resources.ARN`; of a list, those of its items.
fn gather(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| gather(item, path, found)),
        Value::Object(members) => {
            let (name, rest) = path.split_once('.').unwrap_or((path, ""));
            if let Some(inner) = members.get(name) {
                gather(inner, rest, found);
            }
        }
        Value::String(text) if path.is_empty() => found.push(text.clone()),
        Value::Bool(flag) if path.is_empty() => found.push(flag.to_string()),
        Value::Number(number) if path.is_empty() => found.push(number.to_string()),
        _ => {}
    }
}
