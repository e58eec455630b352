//! StartLogging, StopLogging and DeleteTrail.

use atrium_model::OpContext;
use atrium_model::trail::Trail;
use atrium_store::Tx;
use atrium_trail::trails::{TrailError, delete_trail, start_logging, stop_logging};
use atrium_wire::WireError;
use atrium_wire::cloudtrail::{self as wire, ops};

use super::failure::failure;
use super::find;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::StartLogging>(start);
    registry.write::<ops::StopLogging>(stop);
    registry.write::<ops::DeleteTrail>(delete);
}

type Change = fn(&OpContext<'_>, &mut dyn Tx, Trail) -> Result<(), TrailError>;

fn change(call: &mut Call<'_>, named: &str, change: Change) -> Result<(), WireError> {
    let trail = find::to_change(call, named)?;
    change(&call.cx, &mut *call.tx, trail).map_err(failure)
}

fn start(
    call: &mut Call<'_>,
    input: wire::StartLoggingRequest,
) -> Result<wire::StartLoggingResponse, WireError> {
    change(call, &input.name, start_logging)?;
    Ok(wire::StartLoggingResponse {})
}

fn stop(
    call: &mut Call<'_>,
    input: wire::StopLoggingRequest,
) -> Result<wire::StopLoggingResponse, WireError> {
    change(call, &input.name, stop_logging)?;
    Ok(wire::StopLoggingResponse {})
}

fn delete(
    call: &mut Call<'_>,
    input: wire::DeleteTrailRequest,
) -> Result<wire::DeleteTrailResponse, WireError> {
    change(call, &input.name, delete_trail)?;
    Ok(wire::DeleteTrailResponse {})
}
