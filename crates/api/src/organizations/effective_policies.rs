//! What the policies above an account come to: DescribeEffectivePolicy.

use atrium_model::organization::TargetId;
use atrium_organization::{self as area, EffectivePolicyError};
use atrium_wire::WireError;
use atrium_wire::organizations::{self as wire, ops};

use super::access::{Keys, Who, permit, standing};
use super::policies::POLICY_TYPE;
use super::{convert, errors};
use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.read::<ops::DescribeEffectivePolicy>(describe_effective_policy);
}

/// Every account of an organization may ask for its own; who may read the whole organization also for another's.
fn describe_effective_policy(
    call: &mut Call<'_>,
    input: wire::DescribeEffectivePolicyRequest,
) -> Result<wire::DescribeEffectivePolicyResponse, WireError> {
    const ACTION: &str = "organizations:DescribeEffectivePolicy";
    let kind = convert::policy_type(&input.policy_type)?;
    let own = call.account().clone();
    let target = match &input.target_id {
        Some(id) => convert::parse(id)?,
        None => TargetId::Account(own.clone()),
    };
    let standing = standing(call, ACTION)?;
    let who = match &target {
        TargetId::Account(account) if *account == own => Who::Member,
        _ => Who::Reader,
    };
    let arn = standing.organization.target_arn(&target);
    let keys = Keys::none().with(POLICY_TYPE, kind.as_str());
    permit(call, &standing, who, ACTION, &arn, &keys)?;
    let TargetId::Account(account) = target else {
        return Err(errors::invalid_input(
            "TARGET_NOT_SUPPORTED",
            "You specified a target that isn't supported: an effective policy is that of an account.",
        ));
    };
    let found = area::describe_effective_policy(call.tx, &standing.organization, &account, kind);
    let found = found.map_err(|error| match error {
        EffectivePolicyError::TargetNotFound => errors::target_not_found(),
        EffectivePolicyError::NotFound => WireError::new(
            "EffectivePolicyNotFoundException",
            "If you ran this action on the management account, this policy type is not enabled. If you ran the action on a member account, the account doesn't have an effective policy of this type. Contact the administrator of your organization about attaching a policy of this type to the account.",
        ),
        EffectivePolicyError::Store(error) => store_failure(error),
    })?;
    Ok(wire::DescribeEffectivePolicyResponse {
        effective_policy: Some(wire::EffectivePolicy {
            policy_content: Some(found.content),
            last_updated_timestamp: convert::time(found.updated_at),
            target_id: Some(account.to_string()),
            policy_type: Some(kind.to_string()),
        }),
    })
}
