use atrium_store::{Event, EventResource};

use crate::facts::{CallFacts, Resource};
use crate::identity::username;
use crate::{limits, record};

/// What the store keeps of a call: its record, and the fields that LookupEvents selects by.
pub fn event(facts: &CallFacts<'_>) -> Event {
    // An account that owns what somebody of another one worked on gets to know their account only.
    let caller = facts
        .caller
        .filter(|caller| caller.account == *facts.account);
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
        resources: facts.resources.iter().map(resource).collect(),
        record: record::text(facts),
    }
}

fn resource(resource: &Resource) -> EventResource {
    EventResource {
        kind: resource.kind.clone(),
        arn: resource.arn.clone(),
    }
}
