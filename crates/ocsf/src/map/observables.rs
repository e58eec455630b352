//! Values to search for across events of any kind.

use std::net::IpAddr;

use crate::event::Event;
use crate::objects::Observable;
use crate::record::Record;
use crate::shape::Text;

/// What stands where CloudTrail hid a value.
const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";
/// Kinds of values, with their numbers in version 1.1.0.
const HOSTNAME: (&str, i32) = ("Hostname", 1);
const IP_ADDRESS: (&str, i32) = ("IP Address", 2);
const USER_NAME: (&str, i32) = ("User Name", 4);
const RESOURCE_UID: (&str, i32) = ("Resource UID", 10);

/// The observables of an event that is otherwise whole. What was hidden, and what isn't known, is none.
pub(super) fn of(event: &Event, record: &Record) -> Vec<Observable> {
    let mut found = Vec::new();
    let mut see = |name: &'static str, (kind, id): (&'static str, i32), value: Option<&Text>| {
        if let Some(value) = value.filter(|value| is_known(value.as_str())) {
            found.push(Observable {
                name: name.into(),
                r#type: kind.into(),
                type_id: id,
                value: value.clone(),
            });
        }
    };
    if let Some(source) = &event.src_endpoint {
        see("src_endpoint.ip", IP_ADDRESS, source.ip.as_ref());
        let domain = source.domain.as_ref();
        let domain = domain.filter(|name| is_hostname(name.as_str()));
        see("src_endpoint.domain", HOSTNAME, domain);
    } else {
        // Classes that have no source: their address is in `unmapped`.
        let address = record.first(&["sourceIPAddress"]);
        let address = address.filter(|text| text.as_str().parse::<IpAddr>().is_ok());
        see("unmapped.sourceIPAddress", IP_ADDRESS, address.as_ref());
    }
    let caller = event.actor.user.as_ref();
    see(
        "actor.user.name",
        USER_NAME,
        caller.and_then(|user| user.name.as_ref()),
    );
    let user = event.user.as_ref();
    see(
        "user.name",
        USER_NAME,
        user.and_then(|user| user.name.as_ref()),
    );
    let entity = event.entity.as_ref();
    see(
        "entity.uid",
        RESOURCE_UID,
        entity.and_then(|entity| entity.uid.as_ref()),
    );
    see(
        "resource.uid",
        RESOURCE_UID,
        event.resource.as_ref().map(|one| &one.uid),
    );
    for resource in event.resources.iter().flatten() {
        see("resources[].uid", RESOURCE_UID, Some(&resource.uid));
    }
    found
}

fn is_known(value: &str) -> bool {
    value != HIDDEN && value != super::UNKNOWN
}

/// Labels of letters, digits and hyphens between dots, at least two.
fn is_hostname(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    text.contains('.') && text.split('.').all(is_label)
}
