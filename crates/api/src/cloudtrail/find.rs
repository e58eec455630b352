//! The trail that a request is about, once the caller may do what it asks.

use atrium_model::AccountId;
use atrium_model::trail::Trail;
use atrium_trail::Resource;
use atrium_trail::trails::{TrailError, TrailName, find_trail, trail_to_change};
use atrium_wire::WireError;

use super::failure::failure;
use crate::Call;

/// `cloudtrail:` and the operation's name.
pub(super) fn action(call: &Call<'_>) -> String {
    format!("cloudtrail:{}", call.operation.name)
}

/// Notes that the call works on something of `owner`, an ARN of the type `kind`. If the owner is another account, the event
/// says so there as well.
pub(super) fn works_on(call: &mut Call<'_>, owner: &AccountId, kind: &str, arn: String) {
    if owner == call.account() {
        return;
    }
    let resource = Resource {
        account: Some(owner.clone()),
        kind: kind.to_owned(),
        arn,
    };
    call.notes.owner = Some(owner.clone());
    if !call.notes.resources.contains(&resource) {
        call.notes.resources.push(resource);
    }
}

/// Notes that the call works on a trail, as [`works_on`] does.
pub(super) fn works_on_trail(call: &mut Call<'_>, owner: &AccountId, arn: String) {
    works_on(call, owner, "AWS::CloudTrail::Trail", arn);
}

/// Notes that the call works on an event data store, as [`works_on`] does, unless it only reads.
pub(super) fn works_on_store(call: &mut Call<'_>, owner: &AccountId, arn: String) {
    if !call.services.registry.only_reads(call.operation) {
        works_on(call, owner, "AWS::CloudTrail::EventDataStore", arn);
    }
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
    named_to_change(call, &name).map_err(failure)
}

/// The trail of a name, for a request that changes it: its owner hears of it, also if the caller may not.
pub(super) fn named_to_change(call: &mut Call<'_>, name: &TrailName) -> Result<Trail, TrailError> {
    let trail = find_trail(&call.cx, &mut *call.tx, name)?;
    works_on_trail(call, &trail.account, trail.arn());
    trail_to_change(&call.cx, &mut *call.tx, name)
}
