//! Looking up events.

use atrium_trail::{EventPage, LookupError, LookupEvents, lookup_events, resources_of};
use atrium_wire::WireError;
use atrium_wire::cloudtrail::{self as wire, ops};

use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.read_log::<ops::LookupEvents>(lookup);
}

fn lookup(
    call: &mut Call<'_>,
    input: wire::LookupEventsRequest,
) -> Result<wire::LookupEventsResponse, WireError> {
    call.authorize("cloudtrail:LookupEvents", "*", &[])?;
    let time = |time: jiff::Timestamp| atrium_model::Timestamp::from_millis(time.as_millisecond());
    let attributes = input.lookup_attributes.unwrap_or_default().into_iter();
    let mut query = LookupEvents {
        attributes: attributes
            .map(|attribute| (attribute.attribute_key, attribute.attribute_value))
            .collect(),
        start: input.start_time.map(time),
        end: input.end_time.map(time),
        category: input.event_category,
        max_results: input.max_results,
        after: None,
    };
    let scope = query.scope(call.account());
    query.after = call.page(&scope, input.next_token.as_deref())?;
    let EventPage { events, next } =
        lookup_events(&call.cx, &mut *call.tx, query).map_err(refusal)?;
    Ok(wire::LookupEventsResponse {
        events: Some(events.into_iter().map(event).collect()),
        next_token: next.map(|cursor| call.next_token(&scope, &cursor)),
    })
}

fn event(event: atrium_store::Event) -> wire::Event {
    let resources = resources_of(&event)
        .into_iter()
        .map(|(kind, name)| wire::Resource {
            resource_type: Some(kind),
            resource_name: Some(name),
        });
    wire::Event {
        resources: Some(resources.collect()),
        event_id: Some(event.id),
        event_name: Some(event.name),
        // A text in CloudTrail's model, not a flag.
        read_only: Some(event.read_only.to_string()),
        access_key_id: event.access_key_id,
        event_time: jiff::Timestamp::from_second(event.time.as_seconds()).ok(),
        event_source: Some(event.source),
        username: event.username,
        cloud_trail_event: Some(event.record),
    }
}

fn refusal(error: LookupError) -> WireError {
    let (code, message) = match error {
        LookupError::Attributes(why) => ("InvalidLookupAttributesException", why),
        LookupError::TimeRange => (
            "InvalidTimeRangeException",
            "The time range is not valid: the start time occurs after the end time.".to_owned(),
        ),
        LookupError::MaxResults(limit) => (
            "InvalidMaxResultsException",
            format!(
                "A maximum results value of {limit} is not valid. Specify a value between 1 and 50."
            ),
        ),
        LookupError::Category(category) => (
            "InvalidEventCategoryException",
            format!("Event category {category} is not valid for this request."),
        ),
        LookupError::Store(error) => return store_failure(error),
    };
    WireError::new(code, message)
}
