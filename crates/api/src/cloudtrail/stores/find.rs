//! The event data store that a request is about, once the caller may do what it asks.

use atrium_model::lake::EventDataStore;
use atrium_trail::stores::{StoreName, find_store, store_to_change};
use atrium_wire::WireError;

use super::failure;
use crate::Call;
use crate::cloudtrail::find::{action, works_on_store};

/// The event data store that a request reads, deleted or not.
pub(in crate::cloudtrail) fn to_read(
    call: &mut Call<'_>,
    named: &str,
) -> Result<EventDataStore, WireError> {
    let name = StoreName::parse(&call.cx, named).map_err(failure)?;
    let action = action(call);
    permitted(call, &name, &action, &[])
}

/// The event data store that a request changes, which must not be deleted.
pub(in crate::cloudtrail) fn to_change(
    call: &mut Call<'_>,
    named: &str,
    keys: &[(&str, &[&str])],
) -> Result<EventDataStore, WireError> {
    let name = StoreName::parse(&call.cx, named).map_err(failure)?;
    let action = action(call);
    permitted(call, &name, &action, keys)?;
    store_to_change(&call.cx, &mut *call.tx, &name).map_err(failure)
}

/// The event data store that is named, if the caller may do `action` with it.
pub(in crate::cloudtrail) fn permitted(
    call: &mut Call<'_>,
    name: &StoreName,
    action: &str,
    keys: &[(&str, &[&str])],
) -> Result<EventDataStore, WireError> {
    let arn = name.arn();
    call.authorize(action, &arn, keys)?;
    let store = find_store(&call.cx, &mut *call.tx, name).map_err(failure)?;
    // An id alone may be that of an organization's store.
    let whole = store.arn();
    if whole != arn {
        call.authorize(action, &whole, keys)?;
    }
    works_on_store(call, &store.account, whole);
    Ok(store)
}
