//! PutResourcePolicy, GetResourcePolicy and DeleteResourcePolicy, of channels: nothing else here is shared by a policy.

use atrium_model::lake::Channel;
use atrium_trail::channels::{
    ChannelName, ChannelRuleError, delete_policy, find_channel, put_policy,
};
use atrium_wire::WireError;
use atrium_wire::cloudtrail::{self as wire, ops};

use super::failure;
use crate::cloudtrail::find::action;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::PutResourcePolicy>(put);
    registry.read::<ops::GetResourcePolicy>(get);
    registry.write::<ops::DeleteResourcePolicy>(delete);
}

/// The channel that a request names, once the caller may do what it asks.
fn permitted(call: &mut Call<'_>, arn: &str) -> Result<Channel, WireError> {
    let action = action(call);
    // A channel may be named by its id alone, and policies name it by its ARN.
    let name = ChannelName::parse(&call.cx, arn);
    let resource = name.as_ref().map_or(arn.to_owned(), ChannelName::arn);
    call.authorize(&action, &resource, &[])?;
    let kind = arn.rsplit(':').next().unwrap_or_default();
    if arn.starts_with("arn:")
        && ["eventdatastore/", "dashboard/"]
            .iter()
            .any(|other| kind.starts_with(other))
    {
        return Err(WireError::new(
            "ResourceTypeNotSupportedException",
            "Only channels have resource policies here: event data stores are shared with nobody, and there are no dashboards.",
        ));
    }
    let name = name.map_err(|_| {
        WireError::new(
            "ResourceARNNotValidException",
            format!("{arn} is not the ARN of a channel."),
        )
    })?;
    find_channel(&call.cx, &mut *call.tx, &name).map_err(missing)
}

/// What is said of a channel that is not there.
fn missing(error: ChannelRuleError) -> WireError {
    match error {
        ChannelRuleError::NotFound(arn) => WireError::new(
            "ResourceNotFoundException",
            format!("The channel {arn} does not exist."),
        ),
        error => failure(error),
    }
}

fn put(
    call: &mut Call<'_>,
    input: wire::PutResourcePolicyRequest,
) -> Result<wire::PutResourcePolicyResponse, WireError> {
    let channel = permitted(call, &input.resource_arn)?;
    let channel = put_policy(&mut *call.tx, channel, &input.resource_policy).map_err(failure)?;
    Ok(wire::PutResourcePolicyResponse {
        resource_arn: Some(channel.arn()),
        resource_policy: channel.policy,
        delegated_admin_resource_policy: None,
    })
}

fn get(
    call: &mut Call<'_>,
    input: wire::GetResourcePolicyRequest,
) -> Result<wire::GetResourcePolicyResponse, WireError> {
    let channel = permitted(call, &input.resource_arn)?;
    let arn = channel.arn();
    let policy = channel.policy;
    let policy = policy.ok_or_else(|| failure(ChannelRuleError::NoPolicy(arn.clone())))?;
    Ok(wire::GetResourcePolicyResponse {
        resource_arn: Some(arn),
        resource_policy: Some(policy),
        delegated_admin_resource_policy: None,
    })
}

fn delete(
    call: &mut Call<'_>,
    input: wire::DeleteResourcePolicyRequest,
) -> Result<wire::DeleteResourcePolicyResponse, WireError> {
    let channel = permitted(call, &input.resource_arn)?;
    delete_policy(&mut *call.tx, channel).map_err(failure)?;
    Ok(wire::DeleteResourcePolicyResponse {})
}
