//! PutEventSelectors and GetEventSelectors.

use atrium_model::trail::Selectors;
use atrium_trail::trails::{TrailError, put_event_selectors};
use atrium_wire::WireError;
use atrium_wire::cloudtrail::{self as wire, ops};

use super::failure::failure;
use super::{convert, find};
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::PutEventSelectors>(put);
    registry.read::<ops::GetEventSelectors>(get);
}

fn put(
    call: &mut Call<'_>,
    input: wire::PutEventSelectorsRequest,
) -> Result<wire::PutEventSelectorsResponse, WireError> {
    let trail = find::to_change(call, &input.trail_name)?;
    let selectors = match (input.event_selectors, input.advanced_event_selectors) {
        (Some(all), None) => Selectors::Basic(convert::basic_in(all)),
        (None, Some(all)) => Selectors::Advanced(convert::advanced_in(all)),
        _ => {
            let why = "Specify either EventSelectors or AdvancedEventSelectors, and not both.";
            return Err(failure(TrailError::Selectors(why.to_owned())));
        }
    };
    let quotas = &call.quotas().trail;
    let trail = put_event_selectors(&call.cx, &mut *call.tx, quotas, trail, selectors);
    let trail = trail.map_err(failure)?;
    let arn = trail.arn();
    let (basic, advanced) = convert::selectors_out(trail.settings.selectors);
    Ok(wire::PutEventSelectorsResponse {
        trail_arn: Some(arn),
        event_selectors: basic,
        advanced_event_selectors: advanced,
    })
}

fn get(
    call: &mut Call<'_>,
    input: wire::GetEventSelectorsRequest,
) -> Result<wire::GetEventSelectorsResponse, WireError> {
    let trail = find::to_read(call, &input.trail_name)?;
    let arn = trail.arn();
    let (basic, advanced) = convert::selectors_out(trail.settings.selectors);
    Ok(wire::GetEventSelectorsResponse {
        trail_arn: Some(arn),
        event_selectors: basic,
        advanced_event_selectors: advanced,
    })
}
