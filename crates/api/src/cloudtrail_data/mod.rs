//! CloudTrail's data service: the events that come through channels.

use atrium_model::lake::Channel;
use atrium_policy::{Policy, PolicyKind};
use atrium_trail::Resource;
use atrium_trail::channels::{
    AuditEvent, ChannelName, ChannelRuleError, PutError, PutOutcome, channel_anywhere, put_events,
};
use atrium_wire::WireError;
use atrium_wire::cloudtrail_data::{self as wire, ops};

use crate::call::store_failure;
use crate::{Call, Registry};

const ACTION: &str = "cloudtrail-data:PutAuditEvents";

pub(crate) fn register(registry: &mut Registry) {
    registry.write::<ops::PutAuditEvents>(put);
}

fn put(
    call: &mut Call<'_>,
    input: wire::PutAuditEventsRequest,
) -> Result<wire::PutAuditEventsResponse, WireError> {
    let channel = permitted(call, &input.channel_arn, input.external_id.as_deref())?;
    call.notes.owner = Some(channel.account.clone());
    call.notes.resources.push(Resource {
        account: Some(channel.account.clone()),
        kind: "AWS::CloudTrail::Channel".to_owned(),
        arn: channel.arn(),
    });
    let events = input.audit_events.into_iter().map(|event| AuditEvent {
        id: event.id,
        data: event.event_data,
        checksum: event.event_data_checksum,
    });
    let outcomes = put_events(&call.cx, &mut *call.tx, &channel, events.collect());
    Ok(answer(outcomes.map_err(failure)?))
}

/// The channel that a request names, if its policy and the caller's own let the caller put events there.
///
/// "If a channel does not have a resource policy, only the channel owner can call the PutAuditEvents API on the channel."
fn permitted(
    call: &mut Call<'_>,
    named: &str,
    external_id: Option<&str>,
) -> Result<Channel, WireError> {
    let name = ChannelName::parse(&call.cx, named).map_err(|_| {
        WireError::new(
            "InvalidChannelARN",
            format!("{named} is not the ARN of a channel."),
        )
    })?;
    let is_own = name.account == *call.account();
    let found = match channel_anywhere(&call.cx, &mut *call.tx, &name) {
        Ok(channel) => Some(channel),
        Err(ChannelRuleError::Store(error)) => return Err(store_failure(error)),
        Err(_) => None,
    };
    let policy = found
        .as_ref()
        .and_then(|channel| channel.policy.as_deref())
        .map(|text| Policy::parse(text, PolicyKind::Resource))
        .transpose()
        .map_err(|error| {
            tracing::error!(channel = %name.arn(), error = %error, "a policy does not parse any more");
            WireError::internal()
        })?;
    let external_id: Vec<&str> = external_id.into_iter().collect();
    let keys = [("cloudtrail:ExternalId", external_id.as_slice())];
    let keys = if external_id.is_empty() {
        &[][..]
    } else {
        &keys
    };
    let allowed = call.authorize_by(ACTION, &name.arn(), keys, &name.account, policy.as_ref());
    match (allowed, found) {
        (Ok(()), Some(channel)) => Ok(channel),
        (Err(denied), _) if is_own => Err(denied),
        (Ok(()), None) if is_own => Err(WireError::new(
            "ChannelNotFound",
            format!("The channel {} does not exist.", name.arn()),
        )),
        // Whether another account has such a channel is not told.
        _ => Err(WireError::new(
            "ChannelInsufficientPermission",
            "The channel belongs to another account, and no policy of it allows the call.",
        )),
    }
}

fn failure(error: PutError) -> WireError {
    match error {
        PutError::Duplicated(id) => WireError::new(
            "DuplicatedAuditEventId",
            format!("The event id {id} is given more than once."),
        ),
        PutError::TooLarge => {
            WireError::validation("The events of a request must not be larger than 1 MB together.")
        }
        PutError::Store(error) => store_failure(error),
    }
}

fn answer(outcomes: Vec<PutOutcome>) -> wire::PutAuditEventsResponse {
    let (mut failed, mut successful) = (Vec::new(), Vec::new());
    for (id, outcome) in outcomes {
        match outcome {
            Ok(event_id) => successful.push(wire::AuditEventResultEntry { event_id, id }),
            Err(trouble) => failed.push(wire::ResultErrorEntry {
                error_code: trouble.code().to_owned(),
                error_message: trouble.to_string().chars().take(1024).collect(),
                id,
            }),
        }
    }
    wire::PutAuditEventsResponse { failed, successful }
}
