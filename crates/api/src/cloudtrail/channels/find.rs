//! GetChannel and ListChannels, and the channel that a request is about.

use atrium_model::lake::Channel;
use atrium_trail::channels::{ChannelName, find_channel, list_channels};
use atrium_wire::WireError;
use atrium_wire::cloudtrail::{self as wire, ops};

use super::{destinations_out, failure};
use crate::call::store_failure;
use crate::cloudtrail::convert;
use crate::cloudtrail::find::action;
use crate::{Call, Registry};

/// The size of a page if nothing is said. AWS doesn't say.
const PAGE: usize = 100;

pub(super) fn register(registry: &mut Registry) {
    registry.read::<ops::GetChannel>(get);
    registry.read::<ops::ListChannels>(list);
}

/// The channel that a text names.
pub(in crate::cloudtrail) fn parse(call: &Call<'_>, named: &str) -> Result<ChannelName, WireError> {
    ChannelName::parse(&call.cx, named).map_err(failure)
}

/// The channel that a request names, once the caller may do what it asks.
pub(super) fn permitted(call: &mut Call<'_>, named: &str) -> Result<Channel, WireError> {
    let name = parse(call, named)?;
    let action = action(call);
    call.authorize(&action, &name.arn(), &[])?;
    find_channel(&call.cx, &mut *call.tx, &name).map_err(failure)
}

fn get(
    call: &mut Call<'_>,
    input: wire::GetChannelRequest,
) -> Result<wire::GetChannelResponse, WireError> {
    let channel = permitted(call, &input.channel)?;
    let ingestion = channel.ingestion.clone();
    Ok(wire::GetChannelResponse {
        channel_arn: Some(channel.arn()),
        destinations: Some(destinations_out(&channel)),
        name: Some(channel.name),
        source: Some(channel.source),
        // Of service-linked channels alone.
        source_config: None,
        ingestion_status: ingestion.tried.is_some().then(|| wire::IngestionStatus {
            latest_ingestion_success_time: ingestion.taken.and_then(convert::time),
            latest_ingestion_success_event_id: ingestion.taken_id,
            latest_ingestion_error_code: ingestion.refusal,
            latest_ingestion_attempt_time: ingestion.tried.and_then(convert::time),
            latest_ingestion_attempt_event_id: ingestion.tried_id,
        }),
    })
}

fn list(
    call: &mut Call<'_>,
    input: wire::ListChannelsRequest,
) -> Result<wire::ListChannelsResponse, WireError> {
    call.authorize("cloudtrail:ListChannels", "*", &[])?;
    let after: Option<String> = call.page("", input.next_token.as_deref())?;
    let limit = input
        .max_results
        .and_then(|most| usize::try_from(most).ok())
        .unwrap_or(PAGE);
    let found = list_channels(&call.cx, &mut *call.tx, &after.unwrap_or_default(), limit);
    let (channels, next) = found.map_err(store_failure)?;
    let entries = channels.into_iter().map(|channel| wire::Channel {
        channel_arn: Some(channel.arn()),
        name: Some(channel.name),
    });
    Ok(wire::ListChannelsResponse {
        channels: Some(entries.collect()),
        next_token: next.map(|after| call.next_token("", &after)),
    })
}
