//! The delegation policy of an organization.

use atrium_model::organization::{Organization, ResourcePolicy};
use atrium_organization::{self as area, ResourcePolicyError};
use atrium_wire::organizations::{self as wire, ops};
use atrium_wire::{Unit, WireError};

use super::access::{Keys, Who, enter, permit, standing};
use super::{convert, errors, quotas};
use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::PutResourcePolicy>(put_resource_policy);
    registry.read::<ops::DescribeResourcePolicy>(describe_resource_policy);
    registry.write::<ops::DeleteResourcePolicy>(delete_resource_policy);
}

fn resource_policy_error(error: ResourcePolicyError) -> WireError {
    match error {
        ResourcePolicyError::NotAllFeatures => errors::not_all_features(),
        ResourcePolicyError::NotFound => WireError::new(
            "ResourcePolicyNotFoundException",
            "We can't find a resource policy request with the parameter that you specified.",
        ),
        ResourcePolicyError::Malformed(_) => errors::invalid_input(
            "INVALID_RESOURCE_POLICY_JSON",
            "The provided resource policy document is not valid.",
        ),
        ResourcePolicyError::Principal(_) => errors::invalid_input(
            "INVALID_PRINCIPAL",
            "You specified an invalid principal element in the policy.",
        ),
        ResourcePolicyError::Action(_) => errors::invalid_input(
            "UNSUPPORTED_ACTION_IN_RESOURCE_POLICY",
            "You specified an action that is not supported in the resource policy.",
        ),
        ResourcePolicyError::TagsOnUpdate => errors::invalid_input(
            "INVALID_LIST_MEMBER",
            "You can't specify tags when you update an existing resource policy.",
        ),
        ResourcePolicyError::Tags(error) => errors::tags(error),
        ResourcePolicyError::Store(error) => store_failure(error),
    }
}

fn convert_policy(organization: &Organization, policy: ResourcePolicy) -> wire::ResourcePolicy {
    wire::ResourcePolicy {
        resource_policy_summary: Some(wire::ResourcePolicySummary {
            arn: Some(organization.resource_policy_arn(&policy.id)),
            id: Some(policy.id),
        }),
        content: Some(policy.content),
    }
}

fn put_resource_policy(
    call: &mut Call<'_>,
    input: wire::PutResourcePolicyRequest,
) -> Result<wire::PutResourcePolicyResponse, WireError> {
    const ACTION: &str = "organizations:PutResourcePolicy";
    let tags = input.tags.unwrap_or_default();
    let keys = Keys::none().request_tags(&tags);
    let standing = standing(call, ACTION)?;
    permit(call, &standing, Who::Management, ACTION, "*", &keys)?;
    if !tags.is_empty() {
        permit(
            call,
            &standing,
            Who::Management,
            "organizations:TagResource",
            "*",
            &keys,
        )?;
    }
    let organization = &standing.organization;
    let tags = convert::tags(Some(tags));
    let policy = area::put_resource_policy(
        &call.cx,
        call.tx,
        organization,
        &input.content,
        &tags,
        quotas(call.services),
    );
    let policy = convert_policy(organization, policy.map_err(resource_policy_error)?);
    Ok(wire::PutResourcePolicyResponse {
        resource_policy: Some(policy),
    })
}

fn describe_resource_policy(
    call: &mut Call<'_>,
    _: Unit,
) -> Result<wire::DescribeResourcePolicyResponse, WireError> {
    let action = "organizations:DescribeResourcePolicy";
    let organization = enter(call, Who::Reader, action, &Keys::none())?;
    let policy = area::describe_resource_policy(call.tx, &organization);
    let policy = convert_policy(&organization, policy.map_err(resource_policy_error)?);
    Ok(wire::DescribeResourcePolicyResponse {
        resource_policy: Some(policy),
    })
}

fn delete_resource_policy(call: &mut Call<'_>, _: Unit) -> Result<Unit, WireError> {
    const ACTION: &str = "organizations:DeleteResourcePolicy";
    let standing = standing(call, ACTION)?;
    let organization = &standing.organization;
    let policy = call
        .tx
        .resource_policy(&organization.id)
        .map_err(store_failure)?;
    let arn = policy.map(|policy| organization.resource_policy_arn(&policy.id));
    let arn = arn.unwrap_or_else(|| organization.resource_policy_arn("*"));
    permit(
        call,
        &standing,
        Who::Management,
        ACTION,
        &arn,
        &Keys::none(),
    )?;
    area::delete_resource_policy(call.tx, organization).map_err(resource_policy_error)?;
    Ok(Unit)
}
