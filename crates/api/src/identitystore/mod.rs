//! The identitystore service: users, groups, memberships, and the stores they are in.

mod error;
mod groups;
mod ids;
mod lookup;
mod memberships;
mod profile;
mod stores;
mod users;

use atrium_model::Timestamp;
use atrium_wire::WireError;

use crate::{Call, Registry};

pub(crate) fn register(registry: &mut Registry) {
    groups::register(registry);
    lookup::register(registry);
    memberships::register(registry);
    stores::register(registry);
    users::register(registry);
}

/// The most entries in an answer of this service, and the number without `MaxResults`.
const PAGE: i64 = 100;

/// How many entries the caller wants at most.
fn page_size(max_results: Option<i64>) -> i64 {
    max_results.unwrap_or(PAGE).clamp(1, PAGE)
}

/// Cuts a list that was read with one entry too many; the last entry that stays if there are more.
pub(crate) fn cut<T>(list: &mut Vec<T>, limit: i64) -> Option<&T> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    if list.len() <= limit {
        return None;
    }
    list.truncate(limit);
    list.last()
}

/// A moment as the wire types have it.
pub(crate) fn date(time: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(time.as_millis()).unwrap_or_default()
}

/// The refusal that a caller without any permission for the resource gets.
pub(crate) fn denied(call: &Call<'_>, action: &str, resource: &str) -> WireError {
    let caller = call.cx.caller.arn();
    WireError::access_denied(format!(
        "User: {caller} is not authorized to perform: {action} on resource: {resource}"
    ))
}
