//! Policies of an organization.

use atrium_model::PolicyId;
use atrium_model::organization::{Organization, PolicyType};
use atrium_organization::{self as area, NewPolicy, PolicyChange, PolicyError, Standing};
use atrium_wire::organizations::{self as wire, ops};
use atrium_wire::{Unit, WireError};

use super::access::{Keys, Who, permit, standing};
use super::{convert, errors, quotas};
use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::CreatePolicy>(create_policy);
    registry.read::<ops::DescribePolicy>(describe_policy);
    registry.write::<ops::UpdatePolicy>(update_policy);
    registry.write::<ops::DeletePolicy>(delete_policy);
    registry.read::<ops::ListPolicies>(list_policies);
}

/// The condition key that tells policy types apart.
pub(super) const POLICY_TYPE: &str = "organizations:PolicyType";

/// The ARN of a policy and the condition keys about it. One that does not exist looks like one of the organization's
/// own whose type nobody knows.
pub(super) fn describe(
    call: &mut Call<'_>,
    organization: &Organization,
    id: &PolicyId,
) -> Result<(String, Keys), WireError> {
    let policy = call
        .tx
        .organization_policy(&organization.id, id)
        .map_err(store_failure)?;
    let keys = Keys::none().resource_tags(call, organization, id.as_str())?;
    Ok(match policy {
        Some(policy) => {
            let kind = policy.summary.kind;
            let arn = organization.policy_arn(kind, id, policy.summary.aws_managed);
            (arn, keys.with(POLICY_TYPE, kind.as_str()))
        }
        None => (
            organization.policy_arn(PolicyType::ServiceControlPolicy, id, false),
            keys,
        ),
    })
}

/// Permits an operation on one policy.
pub(super) fn on_policy(
    call: &mut Call<'_>,
    who: Who,
    action: &str,
    id: &PolicyId,
) -> Result<Standing, WireError> {
    let standing = standing(call, action)?;
    let (arn, keys) = describe(call, &standing.organization, id)?;
    permit(call, &standing, who, action, &arn, &keys)?;
    Ok(standing)
}

fn policy_error(error: PolicyError) -> WireError {
    match error {
        PolicyError::NotFound => errors::policy_not_found(),
        PolicyError::Immutable => errors::invalid_input(
            "IMMUTABLE_POLICY",
            "You specified a policy that is managed by AWS and can't be modified.",
        ),
        PolicyError::NameTaken(_) => WireError::new(
            "DuplicatePolicyException",
            "A policy with the same name already exists.",
        ),
        PolicyError::NotAllFeatures => not_available(),
        PolicyError::Quota => errors::constraint(
            "POLICY_NUMBER_LIMIT_EXCEEDED",
            "You have exceeded the number of policies that you can have in an organization.",
        ),
        PolicyError::InUse => WireError::new(
            "PolicyInUseException",
            "The policy is attached to one or more entities. You must detach it from all roots, OUs, and accounts before performing this operation.",
        ),
        PolicyError::Content(error) => errors::content(error),
        PolicyError::Tags(error) => errors::tags(error),
        PolicyError::Store(error) => store_failure(error),
    }
}

pub(super) fn not_available() -> WireError {
    WireError::new(
        "PolicyTypeNotAvailableForOrganizationException",
        "You can't use the specified policy type with the feature set currently enabled for this organization.",
    )
}

fn create_policy(
    call: &mut Call<'_>,
    input: wire::CreatePolicyRequest,
) -> Result<wire::CreatePolicyResponse, WireError> {
    const ACTION: &str = "organizations:CreatePolicy";
    let kind = convert::policy_type(&input.r#type)?;
    let tags = input.tags.unwrap_or_default();
    let keys = Keys::none()
        .request_tags(&tags)
        .with(POLICY_TYPE, kind.as_str());
    let standing = standing(call, ACTION)?;
    permit(
        call,
        &standing,
        Who::PolicyAdministrator,
        ACTION,
        "*",
        &keys,
    )?;
    if !tags.is_empty() {
        let action = "organizations:TagResource";
        permit(
            call,
            &standing,
            Who::PolicyAdministrator,
            action,
            "*",
            &keys,
        )?;
    }
    let organization = &standing.organization;
    let new = NewPolicy {
        kind,
        name: input.name,
        description: input.description,
        content: input.content,
        tags: convert::tags(Some(tags)),
    };
    let made = area::create_policy(&call.cx, call.tx, organization, new, quotas(call.services));
    let policy = convert::policy(organization, made.map_err(policy_error)?);
    Ok(wire::CreatePolicyResponse {
        policy: Some(policy),
    })
}

fn describe_policy(
    call: &mut Call<'_>,
    input: wire::DescribePolicyRequest,
) -> Result<wire::DescribePolicyResponse, WireError> {
    let id = convert::parse(&input.policy_id)?;
    let standing = on_policy(call, Who::Reader, "organizations:DescribePolicy", &id)?;
    let organization = &standing.organization;
    let policy = area::describe_policy(call.tx, organization, &id).map_err(policy_error)?;
    Ok(wire::DescribePolicyResponse {
        policy: Some(convert::policy(organization, policy)),
    })
}

fn update_policy(
    call: &mut Call<'_>,
    input: wire::UpdatePolicyRequest,
) -> Result<wire::UpdatePolicyResponse, WireError> {
    let id = convert::parse(&input.policy_id)?;
    let action = "organizations:UpdatePolicy";
    let standing = on_policy(call, Who::PolicyAdministrator, action, &id)?;
    let organization = &standing.organization;
    let change = PolicyChange {
        name: input.name,
        description: input.description,
        content: input.content,
    };
    let policy = area::update_policy(
        &call.cx,
        call.tx,
        organization,
        &id,
        change,
        quotas(call.services),
    );
    let policy = convert::policy(organization, policy.map_err(policy_error)?);
    Ok(wire::UpdatePolicyResponse {
        policy: Some(policy),
    })
}

fn delete_policy(call: &mut Call<'_>, input: wire::DeletePolicyRequest) -> Result<Unit, WireError> {
    let id = convert::parse(&input.policy_id)?;
    let action = "organizations:DeletePolicy";
    let standing = on_policy(call, Who::PolicyAdministrator, action, &id)?;
    area::delete_policy(call.tx, &standing.organization, &id).map_err(policy_error)?;
    Ok(Unit)
}

fn list_policies(
    call: &mut Call<'_>,
    input: wire::ListPoliciesRequest,
) -> Result<wire::ListPoliciesResponse, WireError> {
    const ACTION: &str = "organizations:ListPolicies";
    let kind = convert::policy_type(&input.filter)?;
    let standing = standing(call, ACTION)?;
    let keys = Keys::none().with(POLICY_TYPE, kind.as_str());
    permit(call, &standing, Who::Reader, ACTION, "*", &keys)?;
    let organization = &standing.organization;
    let scope = kind.as_str();
    let page = convert::page(call, scope, input.next_token.as_deref(), input.max_results)?;
    let found = area::list_policies(call.tx, organization, kind, &page).map_err(store_failure)?;
    let next_token = convert::next(call, scope, &found);
    let policies = found
        .items
        .into_iter()
        .map(|policy| convert::policy_summary(organization, policy));
    Ok(wire::ListPoliciesResponse {
        policies: Some(policies.collect()),
        next_token,
    })
}
