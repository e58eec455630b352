//! Queries over event data stores.

mod cancel;
mod describe;
mod failure;
mod find;
mod list;
mod people;
mod results;
mod start;

use crate::Registry;

pub(crate) use results::row_of;

pub(super) fn register(registry: &mut Registry) {
    start::register(registry);
    describe::register(registry);
    results::register(registry);
    cancel::register(registry);
    list::register(registry);
}
