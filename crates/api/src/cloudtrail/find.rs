//! The trail that a request is about, once the caller may do what it asks.

use atrium_model::trail::Trail;
use atrium_trail::trails::{TrailName, find_trail, trail_to_change};
use atrium_wire::WireError;

use super::failure::failure;
use crate::Call;

/// `cloudtrail:` and the operation's name.
pub(super) fn action(call: &Call<'_>) -> String {
    format!("cloudtrail:{}", call.operation.name)
}

fn permitted(call: &mut Call<'_>, named: &str) -> Result<TrailName, WireError> {
    let name = TrailName::parse(&call.cx, named).map_err(failure)?;
    let action = action(call);
    call.authorize(&action, &name.arn(), &[])?;
    Ok(name)
}

/// The trail that a request reads.
pub(super) fn to_read(call: &mut Call<'_>, named: &str) -> Result<Trail, WireError> {
    let name = permitted(call, named)?;
    find_trail(&call.cx, &mut *call.tx, &name).map_err(failure)
}

/// The trail that a request changes.
pub(super) fn to_change(call: &mut Call<'_>, named: &str) -> Result<Trail, WireError> {
    let name = permitted(call, named)?;
    trail_to_change(&call.cx, &mut *call.tx, &name).map_err(failure)
}
