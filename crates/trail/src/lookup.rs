use std::str::FromStr;
use std::time::Duration;

use atrium_model::{AccountId, OpContext, Timestamp};
use atrium_store::{Event, EventFilter, EventQuery, EventTx, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::names;

/// How far back LookupEvents looks: 90 days.
pub const RETENTION: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// The most events of one answer, and how many come unless told.
const PAGE: i64 = 50;
/// The most characters of an attribute's value.
const VALUE: usize = 2000;

/// What LookupEvents is asked for.
#[derive(Clone, Debug, Default)]
pub struct LookupEvents {
    /// Attribute keys and their values; at most one pair.
    pub attributes: Vec<(String, String)>,
    /// The earliest event time; 90 days ago unless told.
    pub start: Option<Timestamp>,
    /// The latest event time; now unless told.
    pub end: Option<Timestamp>,
    /// `insight`, or nothing for management events.
    pub category: Option<String>,
    /// How many events to answer, 1 to 50.
    pub max_results: Option<i64>,
    /// Where the page before ended.
    pub after: Option<LookupCursor>,
}

/// Where a page ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookupCursor {
    time: Timestamp,
    number: i64,
}

/// A page of events, newest first.
#[derive(Clone, Debug)]
pub struct EventPage {
    /// The events; may be empty though more follow.
    pub events: Vec<Event>,
    /// Where the next page begins, if there may be one.
    pub next: Option<LookupCursor>,
}

/// Why a look-up is refused.
#[derive(Debug, thiserror::Error)]
pub enum LookupError {
    /// More than one attribute, an unknown one, or a value it cannot have.
    #[error("{0}")]
    Attributes(String),
    /// The range ends before it begins, or ends before the trail does.
    #[error("the time range is not valid: the start time occurs after the end time")]
    TimeRange,
    /// Not between 1 and 50.
    #[error("a maximum results value of {0} is not valid, specify a value between 1 and 50")]
    MaxResults(i64),
    /// Neither management events nor insights.
    #[error("event category `{0}` is not valid for this request")]
    Category(String),
    /// The store failed.
    #[error("could not read the events")]
    Store(#[from] StoreError),
}

/// The attributes that events can be selected by; CloudTrail API model, `LookupAttributeKey`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookupKey {
    /// `eventID`.
    EventId,
    /// `eventName`.
    EventName,
    /// `readOnly`, `true` or `false`.
    ReadOnly,
    /// The caller's name.
    Username,
    /// A resource's type.
    ResourceType,
    /// A resource's name or ARN.
    ResourceName,
    /// `eventSource`.
    EventSource,
    /// The access key that signed the call.
    AccessKeyId,
}

impl FromStr for LookupKey {
    type Err = LookupError;

    fn from_str(text: &str) -> Result<Self, LookupError> {
        Ok(match text {
            "EventId" => Self::EventId,
            "EventName" => Self::EventName,
            "ReadOnly" => Self::ReadOnly,
            "Username" => Self::Username,
            "ResourceType" => Self::ResourceType,
            "ResourceName" => Self::ResourceName,
            "EventSource" => Self::EventSource,
            "AccessKeyId" => Self::AccessKeyId,
            other => {
                let shown = crate::text::cut(other, 64);
                return Err(LookupError::Attributes(format!(
                    "`{shown}` is not a lookup attribute"
                )));
            }
        })
    }
}

/// The management events of the caller's account and Region that match, newest first.
///
/// Only the last 90 days are looked at. A time given in whole seconds covers all of its second.
pub fn lookup_events(
    cx: &OpContext<'_>,
    tx: &mut dyn EventTx,
    input: LookupEvents,
) -> Result<EventPage, LookupError> {
    let limit = match input.max_results {
        None => PAGE,
        Some(limit) if (1..=PAGE).contains(&limit) => limit,
        Some(limit) => return Err(LookupError::MaxResults(limit)),
    };
    let filter = filter(input.attributes)?;
    let (from, to) = range(cx.now(), input.start, input.end)?;
    match input.category.as_deref() {
        None => {}
        // Nothing here makes insights: there are none to be found.
        Some("insight") => {
            return Ok(EventPage {
                events: Vec::new(),
                next: None,
            });
        }
        Some(other) => {
            return Err(LookupError::Category(
                crate::text::cut(other, 64).to_owned(),
            ));
        }
    }
    let query = EventQuery {
        account: cx.caller.account.clone(),
        region: cx.region.clone(),
        from,
        to,
        filter,
        after: input.after.map(|cursor| (cursor.time, cursor.number)),
        limit: limit + 1,
    };
    // One more than asked tells whether there is another page.
    let mut found = tx.events(&query)?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found.last().filter(|_| more).map(cursor);
    Ok(EventPage {
        events: found.into_iter().map(|(_, event)| event).collect(),
        next,
    })
}

fn cursor((number, event): &(i64, Event)) -> LookupCursor {
    LookupCursor {
        time: event.time,
        number: *number,
    }
}

/// The types and names of the resources in an event's record: its `resources`, and those that its parameters and elements
/// name.
pub fn resources_of(event: &Event) -> Vec<(String, String)> {
    // Most records name none: don't read those.
    if !names::may_name(&event.source) && !event.record.contains("\"resources\":[") {
        return Vec::new();
    }
    let record: Value = serde_json::from_str(&event.record).unwrap_or_default();
    let text = |entry: &Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
    let entries = record["resources"].as_array().into_iter().flatten();
    let mut found: Vec<_> = entries
        .map(|entry| (text(entry, "type"), text(entry, "ARN")))
        .collect();
    for (kind, name) in names::named(&record) {
        let resource = (kind.to_owned(), name.to_owned());
        if !found.contains(&resource) {
            found.push(resource);
        }
    }
    found
}

fn filter(mut attributes: Vec<(String, String)>) -> Result<Option<EventFilter>, LookupError> {
    let refuse = |why: &str| Err(LookupError::Attributes(why.to_owned()));
    if attributes.len() > 1 {
        return refuse("you can specify only one lookup attribute");
    }
    let Some((key, value)) = attributes.pop() else {
        return Ok(None);
    };
    let key: LookupKey = key.parse()?;
    // The API reference counts these four twice.
    let length: usize = value
        .chars()
        .map(|c| {
            if matches!(c, '_' | ' ' | ',' | '\n') {
                2
            } else {
                1
            }
        })
        .sum();
    if length == 0 || length > VALUE || value.contains('\0') {
        return refuse("the value of a lookup attribute must have 1 to 2000 characters");
    }
    Ok(Some(match key {
        LookupKey::EventId => EventFilter::EventId(value),
        LookupKey::EventName => EventFilter::EventName(value),
        LookupKey::ReadOnly => EventFilter::ReadOnly(match value.as_str() {
            "true" => true,
            "false" => false,
            _ => return refuse("the value of ReadOnly must be true or false"),
        }),
        LookupKey::Username => EventFilter::Username(value),
        LookupKey::ResourceType => EventFilter::ResourceType(value),
        LookupKey::ResourceName => EventFilter::ResourceName(value),
        LookupKey::EventSource => EventFilter::EventSource(value),
        LookupKey::AccessKeyId => EventFilter::AccessKeyId(value),
    }))
}

/// The time range looked at: no more than the last 90 days, whole seconds.
fn range(
    now: Timestamp,
    start: Option<Timestamp>,
    end: Option<Timestamp>,
) -> Result<(Timestamp, Timestamp), LookupError> {
    if let (Some(start), Some(end)) = (start, end)
        && start > end
    {
        return Err(LookupError::TimeRange);
    }
    let second = |time: Timestamp| time.as_seconds().saturating_mul(1000);
    let oldest = now.as_millis().saturating_sub(RETENTION.as_millis() as i64);
    let from = start.map_or(oldest, |start| second(start).max(oldest));
    // An event may finish a little later than its reader began: no upper bound unless asked.
    let to = end.map_or(i64::MAX, |end| second(end).saturating_add(999));
    Ok((Timestamp::from_millis(from), Timestamp::from_millis(to)))
}

/// What selects a look-up's events, for binding page tokens to it.
impl LookupEvents {
    /// A text that is equal for requests that walk the same list, and for no others, in the account `account`.
    pub fn scope(&self, account: &AccountId) -> String {
        let time = |time: Option<Timestamp>| time.map(Timestamp::as_millis);
        serde_json::json!([
            account.as_str(),
            self.attributes,
            time(self.start),
            time(self.end),
            self.category
        ])
        .to_string()
    }
}
