//! UpdateChannel and DeleteChannel.

use atrium_trail::channels::{ChannelUpdate, delete_channel, update_channel};
use atrium_wire::WireError;
use atrium_wire::cloudtrail::{self as wire, ops};

use super::find::permitted;
use super::{destinations_in, destinations_out, failure};
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::UpdateChannel>(update);
    registry.write::<ops::DeleteChannel>(delete);
}

fn update(
    call: &mut Call<'_>,
    input: wire::UpdateChannelRequest,
) -> Result<wire::UpdateChannelResponse, WireError> {
    let channel = permitted(call, &input.channel)?;
    let update = ChannelUpdate {
        name: input.name,
        destinations: input.destinations.map(destinations_in).transpose()?,
    };
    let channel = update_channel(&call.cx, &mut *call.tx, channel, update).map_err(failure)?;
    Ok(wire::UpdateChannelResponse {
        channel_arn: Some(channel.arn()),
        destinations: Some(destinations_out(&channel)),
        name: Some(channel.name),
        source: Some(channel.source),
    })
}

fn delete(
    call: &mut Call<'_>,
    input: wire::DeleteChannelRequest,
) -> Result<wire::DeleteChannelResponse, WireError> {
    let channel = permitted(call, &input.channel)?;
    delete_channel(&mut *call.tx, &channel).map_err(failure)?;
    Ok(wire::DeleteChannelResponse {})
}
