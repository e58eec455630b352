//! What policies are attached to.

use atrium_model::PolicyId;
use atrium_model::organization::TargetId;
use atrium_organization::{self as area, AttachmentError, Standing};
use atrium_wire::organizations::{self as wire, ops};
use atrium_wire::{Unit, WireError};

use super::access::{Keys, Who, permit, standing};
use super::policies::{POLICY_TYPE, describe, on_policy};
use super::{convert, errors, quotas};
use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::AttachPolicy>(attach_policy);
    registry.write::<ops::DetachPolicy>(detach_policy);
    registry.read::<ops::ListPoliciesForTarget>(list_policies_for_target);
    registry.read::<ops::ListTargetsForPolicy>(list_targets_for_policy);
}

fn attachment_error(error: AttachmentError) -> WireError {
    match error {
        AttachmentError::PolicyNotFound => errors::policy_not_found(),
        AttachmentError::TargetNotFound => errors::target_not_found(),
        AttachmentError::TypeNotEnabled(_) => WireError::new(
            "PolicyTypeNotEnabledException",
            "This operation can be performed only for enabled policy types.",
        ),
        AttachmentError::AlreadyAttached => WireError::new(
            "DuplicatePolicyAttachmentException",
            "The selected policy is already attached to the specified target.",
        ),
        AttachmentError::NotAttached => WireError::new(
            "PolicyNotAttachedException",
            "The policy isn't attached to the specified target in the specified root.",
        ),
        AttachmentError::TooMany => errors::constraint(
            "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
            "You have attached the maximum number of policies of this type to the specified target.",
        ),
        AttachmentError::Last => errors::constraint(
            "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
            "You cannot remove the last policy attached to the specified target. You should have at least one attached at all times.",
        ),
        AttachmentError::NotDetachable => errors::invalid_input(
            "NON_DETACHABLE_POLICY",
            "You can't detach this AWS managed policy.",
        ),
        AttachmentError::Store(error) => store_failure(error),
    }
}

/// Permits an operation on a policy and on what it is, or will be, attached to.
fn on_both(
    call: &mut Call<'_>,
    action: &str,
    policy: &PolicyId,
    target: &TargetId,
) -> Result<Standing, WireError> {
    let standing = on_policy(call, Who::PolicyAdministrator, action, policy)?;
    let organization = &standing.organization;
    let (_, keys) = describe(call, organization, policy)?;
    let keys = keys.resource_tags(call, organization, target.as_str())?;
    let arn = organization.target_arn(target);
    permit(
        call,
        &standing,
        Who::PolicyAdministrator,
        action,
        &arn,
        &keys,
    )?;
    Ok(standing)
}

fn attach_policy(call: &mut Call<'_>, input: wire::AttachPolicyRequest) -> Result<Unit, WireError> {
    let policy = convert::parse(&input.policy_id)?;
    let target: TargetId = convert::parse(&input.target_id)?;
    let standing = on_both(call, "organizations:AttachPolicy", &policy, &target)?;
    area::attach_policy(
        call.tx,
        &standing.organization,
        &policy,
        &target,
        quotas(call.services),
    )
    .map_err(attachment_error)?;
    Ok(Unit)
}

fn detach_policy(call: &mut Call<'_>, input: wire::DetachPolicyRequest) -> Result<Unit, WireError> {
    let policy = convert::parse(&input.policy_id)?;
    let target: TargetId = convert::parse(&input.target_id)?;
    let standing = on_both(call, "organizations:DetachPolicy", &policy, &target)?;
    area::detach_policy(call.tx, &standing.organization, &policy, &target)
        .map_err(attachment_error)?;
    Ok(Unit)
}

fn list_policies_for_target(
    call: &mut Call<'_>,
    input: wire::ListPoliciesForTargetRequest,
) -> Result<wire::ListPoliciesForTargetResponse, WireError> {
    const ACTION: &str = "organizations:ListPoliciesForTarget";
    let target: TargetId = convert::parse(&input.target_id)?;
    let kind = convert::policy_type(&input.filter)?;
    let standing = standing(call, ACTION)?;
    let organization = &standing.organization;
    let keys = Keys::none()
        .with(POLICY_TYPE, kind.as_str())
        .resource_tags(call, organization, target.as_str())?;
    permit(
        call,
        &standing,
        Who::Reader,
        ACTION,
        &organization.target_arn(&target),
        &keys,
    )?;
    let scope = format!("{target}/{kind}");
    let page = convert::page(call, &scope, input.next_token.as_deref(), input.max_results)?;
    let found = area::list_policies_for_target(call.tx, organization, &target, kind, &page);
    let found = found.map_err(attachment_error)?;
    let next_token = convert::next(call, &scope, &found);
    let policies = found
        .items
        .into_iter()
        .map(|policy| convert::policy_summary(organization, policy));
    Ok(wire::ListPoliciesForTargetResponse {
        policies: Some(policies.collect()),
        next_token,
    })
}

fn list_targets_for_policy(
    call: &mut Call<'_>,
    input: wire::ListTargetsForPolicyRequest,
) -> Result<wire::ListTargetsForPolicyResponse, WireError> {
    let policy: PolicyId = convert::parse(&input.policy_id)?;
    let standing = on_policy(
        call,
        Who::Reader,
        "organizations:ListTargetsForPolicy",
        &policy,
    )?;
    let organization = &standing.organization;
    let scope = policy.as_str();
    let page = convert::page(call, scope, input.next_token.as_deref(), input.max_results)?;
    let found = area::list_targets_for_policy(call.tx, organization, &policy, &page);
    let found = found.map_err(attachment_error)?;
    let next_token = convert::next(call, scope, &found);
    let targets = found
        .items
        .into_iter()
        .map(|target| wire::PolicyTargetSummary {
            target_id: Some(target.id.to_string()),
            arn: Some(organization.target_arn(&target.id)),
            name: Some(target.name),
            r#type: Some(target.id.kind().to_owned()),
        });
    Ok(wire::ListTargetsForPolicyResponse {
        targets: Some(targets.collect()),
        next_token,
    })
}
