//! CloudTrail: looking up events, trails, and event data stores with all that fills and asks them.

mod channels;
mod convert;
mod create;
mod delegation;
mod failure;
mod find;
mod imports;
mod insights;
mod logging;
mod lookup;
mod public_keys;
mod queries;
mod read;
mod selectors;
mod status;
mod stores;
mod tags;
mod update;

use crate::Registry;

pub(crate) use queries::row_of;

pub(crate) fn register(registry: &mut Registry) {
    lookup::register(registry);
    create::register(registry);
    update::register(registry);
    read::register(registry);
    status::register(registry);
    logging::register(registry);
    selectors::register(registry);
    insights::register(registry);
    tags::register(registry);
    public_keys::register(registry);
    delegation::register(registry);
    stores::register(registry);
    queries::register(registry);
    imports::register(registry);
    channels::register(registry);
}
