//! CreateChannel.

use atrium_model::lake::channel_arn;
use atrium_trail::channels::{NewChannel, create_channel};
use atrium_wire::WireError;
use atrium_wire::cloudtrail::{self as wire, ops};

use super::{destinations_in, destinations_out, failure};
use crate::cloudtrail::{convert, tags};
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::CreateChannel>(create);
}

fn create(
    call: &mut Call<'_>,
    input: wire::CreateChannelRequest,
) -> Result<wire::CreateChannelResponse, WireError> {
    let given = convert::tags_in(input.tags.unwrap_or_default());
    let names: Vec<String> = given.iter().map(|tag| tag.key.clone()).collect();
    // Its id is not known yet.
    let any = channel_arn(call.account(), call.cx.region, "*");
    tags::with_keys(&given, &names, |keys| {
        call.authorize("cloudtrail:CreateChannel", &any, keys)
    })?;
    let new = NewChannel {
        name: input.name,
        source: input.source,
        destinations: destinations_in(input.destinations)?,
        tags: given,
    };
    let quotas = &call.quotas().lake;
    let channel = create_channel(&call.cx, &mut *call.tx, quotas, new).map_err(failure)?;
    Ok(wire::CreateChannelResponse {
        channel_arn: Some(channel.arn()),
        destinations: Some(destinations_out(&channel)),
        name: Some(channel.name),
        source: Some(channel.source),
        tags: Some(convert::tags_out(channel.tags)),
    })
}
