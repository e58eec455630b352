use atrium_store::{Event, EventResource};
use serde_json::Value;

use crate::facts::{CallFacts, Resource};
use crate::identity::username;
use crate::{limits, names, record};

/// What the store keeps of a call: its record, and the fields that LookupEvents selects by.
pub fn event(facts: &CallFacts<'_>) -> Event {
    // An account that owns what somebody of another one worked on gets to know their account only.
    let caller = facts
        .caller
        .filter(|caller| caller.account == *facts.account);
    let record = record::text(facts);
    let mut resources: Vec<EventResource> = facts.resources.iter().map(resource).collect();
    if names::may_name(facts.event_source) {
        let whole: Value = serde_json::from_str(&record).unwrap_or_default();
        resources.extend(names::named(&whole).map(|(kind, name)| EventResource {
            kind: kind.to_owned(),
            arn: name.to_owned(),
        }));
    }
    Event {
        id: facts.event_id.to_owned(),
        time: facts.time,
        account: facts.account.clone(),
        region: facts.region.clone(),
        source: limits::text(facts.event_source, limits::NAME),
        name: limits::text(facts.operation, limits::NAME),
        username: caller
            .and_then(username)
            .map(|name| limits::text(name, limits::TEXT)),
        access_key_id: caller
            .map(|caller| limits::text(&caller.access_key_id, limits::NAME))
            .filter(|key| !key.is_empty()),
        read_only: facts.read_only,
        resources,
        record,
    }
}

fn resource(resource: &Resource) -> EventResource {
    EventResource {
        kind: resource.kind.clone(),
        arn: resource.arn.clone(),
    }
}
