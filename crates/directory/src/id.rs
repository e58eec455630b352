use std::fmt::Display;
use std::str::FromStr;

use atrium_model::{IdentityStoreId, InstanceId, OpContext, Region};
use atrium_store::StoreError;

/// A new instance id: the digits its Region's instances begin with, the rest random.
pub(crate) fn new_instance_id(
    cx: &OpContext<'_>,
    region: &Region,
) -> Result<InstanceId, StoreError> {
    let prefix = region.info().instance_prefix;
    made(format!("ssoins-{prefix}{}", cx.new_hex(16 - prefix.len())))
}

/// A new identity store id: the digits its Region's stores begin with, the rest random.
pub(crate) fn new_store_id(
    cx: &OpContext<'_>,
    region: &Region,
) -> Result<IdentityStoreId, StoreError> {
    let prefix = region.info().store_prefix;
    made(format!("d-{prefix}{}", cx.new_hex(10 - prefix.len())))
}

/// A new id of a user, group or membership.
///
/// It looks like those of today's stores, whose second group ends in `1` and whose third begins with `70`.
pub(crate) fn new_entry_id<T>(cx: &OpContext<'_>) -> Result<T, StoreError>
where
    T: FromStr,
    T::Err: Display,
{
    let mut id = cx.new_uuid();
    id.replace_range(12..13, "1");
    id.replace_range(14..16, "70");
    made(id)
}

fn made<T>(text: String) -> Result<T, StoreError>
where
    T: FromStr,
    T::Err: Display,
{
    // Only a mistake in this file can bring the error about.
    text.parse()
        .map_err(|error: T::Err| StoreError::Corrupt(error.to_string()))
}
