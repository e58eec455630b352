//! Event data stores.

mod create;
mod failure;
mod find;
mod life;
mod list;
mod update;

pub(super) use failure::failure;
pub(super) use find::{permitted, to_change, to_read};

use crate::Registry;

pub(super) fn register(registry: &mut Registry) {
    create::register(registry);
    update::register(registry);
    list::register(registry);
    life::register(registry);
}
