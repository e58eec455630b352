//! Channels, by which events from elsewhere come into event data stores.

mod create;
mod failure;
mod find;
mod life;
mod policy;

pub(super) use failure::failure;
pub(super) use find::parse;

use atrium_model::lake::{Channel, store_arn};
use atrium_trail::channels::ChannelRuleError;
use atrium_wire::WireError;
use atrium_wire::cloudtrail as wire;

use crate::Registry;

pub(super) fn register(registry: &mut Registry) {
    create::register(registry);
    find::register(registry);
    life::register(registry);
    policy::register(registry);
}

/// The only destinations that channels of an account can have; the others are for channels of AWS's services.
const STORES: &str = "EVENT_DATA_STORE";

/// The event data stores that a request names.
fn destinations_in(all: Vec<wire::Destination>) -> Result<Vec<String>, WireError> {
    if let Some(other) = all.iter().find(|one| one.r#type != STORES) {
        let why = format!(
            "Destinations of type {} are for service-linked channels.",
            other.r#type
        );
        return Err(failure(ChannelRuleError::Parameter(why)));
    }
    Ok(all.into_iter().map(|one| one.location).collect())
}

/// The destinations of a channel on the wire.
fn destinations_out(channel: &Channel) -> Vec<wire::Destination> {
    let destination = |id: &String| wire::Destination {
        r#type: STORES.to_owned(),
        location: store_arn(&channel.account, &channel.region, id),
    };
    channel.stores.iter().map(destination).collect()
}
