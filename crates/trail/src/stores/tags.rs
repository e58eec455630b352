use atrium_model::OpContext;
use atrium_model::iam::Tag;
use atrium_model::lake::EventDataStore;
use atrium_store::Tx;

use super::{Quotas, StoreRuleError, change};
use crate::trails::{drop_tags, merge_tags};

/// Sets tags of an event data store.
pub fn add_store_tags(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    quotas: &Quotas,
    mut store: EventDataStore,
    tags: Vec<Tag>,
) -> Result<(), StoreRuleError> {
    merge_tags(&mut store.tags, tags, quotas.tags)?;
    change::keep(cx, tx, &mut store)
}

/// Removes tags of an event data store; a value that is given must be the tag's.
pub fn remove_store_tags(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    mut store: EventDataStore,
    tags: &[Tag],
) -> Result<(), StoreRuleError> {
    drop_tags(&mut store.tags, tags);
    change::keep(cx, tx, &mut store)
}
