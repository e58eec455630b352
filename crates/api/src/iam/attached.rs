//! Attached managed policies of users, roles and groups.

use atrium_iam::Target;
use atrium_model::iam::PolicyArn;
use atrium_wire::iam::{self as wire, ops};
use atrium_wire::{Unit, WireError};

use super::authorize::Keys;
use super::failure::failure;
use super::page::{Page, size};
use super::quotas;
use super::{groups, roles, users};
use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::AttachUserPolicy>(attach_user_policy);
    registry.write::<ops::AttachRolePolicy>(attach_role_policy);
    registry.write::<ops::AttachGroupPolicy>(attach_group_policy);
    registry.write::<ops::DetachUserPolicy>(detach_user_policy);
    registry.write::<ops::DetachRolePolicy>(detach_role_policy);
    registry.write::<ops::DetachGroupPolicy>(detach_group_policy);
    registry.read::<ops::ListAttachedUserPolicies>(list_attached_user_policies);
    registry.read::<ops::ListAttachedRolePolicies>(list_attached_role_policies);
    registry.read::<ops::ListAttachedGroupPolicies>(list_attached_group_policies);
}

/// `iam:PolicyARN`.
fn about(arn: &str) -> Keys {
    Keys::none().with("iam:PolicyARN", Some(arn))
}

fn attach(call: &mut Call<'_>, target: Target<'_>, arn: &str) -> Result<Unit, WireError> {
    atrium_iam::attach(&mut *call.tx, quotas(call.services), target, arn).map_err(failure)?;
    Ok(Unit)
}

fn detach(call: &mut Call<'_>, target: Target<'_>, arn: &str) -> Result<Unit, WireError> {
    atrium_iam::detach(&mut *call.tx, target, arn).map_err(failure)?;
    Ok(Unit)
}

fn attach_user_policy(
    call: &mut Call<'_>,
    input: wire::AttachUserPolicyRequest,
) -> Result<Unit, WireError> {
    let arn = input.policy_arn;
    let user = users::open(call, &input.user_name, "iam:AttachUserPolicy", about(&arn))?;
    attach(call, Target::User(&user), &arn)
}

fn attach_role_policy(
    call: &mut Call<'_>,
    input: wire::AttachRolePolicyRequest,
) -> Result<Unit, WireError> {
    let arn = input.policy_arn;
    let role = roles::open(call, &input.role_name, "iam:AttachRolePolicy", about(&arn))?;
    attach(call, Target::Role(&role), &arn)
}

fn attach_group_policy(
    call: &mut Call<'_>,
    input: wire::AttachGroupPolicyRequest,
) -> Result<Unit, WireError> {
    let arn = input.policy_arn;
    let group = groups::open(
        call,
        &input.group_name,
        "iam:AttachGroupPolicy",
        &about(&arn),
    )?;
    attach(call, Target::Group(&group), &arn)
}

fn detach_user_policy(
    call: &mut Call<'_>,
    input: wire::DetachUserPolicyRequest,
) -> Result<Unit, WireError> {
    let arn = input.policy_arn;
    let user = users::open(call, &input.user_name, "iam:DetachUserPolicy", about(&arn))?;
    detach(call, Target::User(&user), &arn)
}

fn detach_role_policy(
    call: &mut Call<'_>,
    input: wire::DetachRolePolicyRequest,
) -> Result<Unit, WireError> {
    let arn = input.policy_arn;
    let role = roles::open(call, &input.role_name, "iam:DetachRolePolicy", about(&arn))?;
    detach(call, Target::Role(&role), &arn)
}

fn detach_group_policy(
    call: &mut Call<'_>,
    input: wire::DetachGroupPolicyRequest,
) -> Result<Unit, WireError> {
    let arn = input.policy_arn;
    let group = groups::open(
        call,
        &input.group_name,
        "iam:DetachGroupPolicy",
        &about(&arn),
    )?;
    detach(call, Target::Group(&group), &arn)
}

/// More policies than anything holds: quotas are far below.
const MOST: i64 = 1000;

/// A page of what is attached. ARNs may be too long for markers, so these count entries.
fn list(
    call: &mut Call<'_>,
    target: Target<'_>,
    prefix: Option<String>,
    marker: Option<&str>,
    max_items: Option<i64>,
) -> Result<Page<wire::AttachedPolicy>, WireError> {
    let prefix = prefix.unwrap_or_else(|| "/".to_owned());
    let scope = format!("{}{prefix}", target.id());
    let start: usize = call.page(&scope, marker)?.unwrap_or_default();
    let arns = call
        .tx
        .attached_managed_policies(target.account(), target.id(), "", MOST)
        .map_err(store_failure)?;
    let shown = arns
        .into_iter()
        .filter_map(|arn| {
            let parts: PolicyArn = arn
                .parse()
                .ok()
                .filter(|p: &PolicyArn| p.path.starts_with(&prefix))?;
            Some(wire::AttachedPolicy {
                policy_name: Some(parts.name),
                policy_arn: Some(arn),
            })
        })
        .collect();
    Ok(Page::slice(call, &scope, shown, start, size(max_items)))
}

fn list_attached_user_policies(
    call: &mut Call<'_>,
    input: wire::ListAttachedUserPoliciesRequest,
) -> Result<wire::ListAttachedUserPoliciesResponse, WireError> {
    let action = "iam:ListAttachedUserPolicies";
    let user = users::open(call, &input.user_name, action, Keys::none())?;
    let marker = input.marker.as_deref();
    let page = list(
        call,
        Target::User(&user),
        input.path_prefix,
        marker,
        input.max_items,
    )?;
    Ok(wire::ListAttachedUserPoliciesResponse {
        is_truncated: page.truncated(),
        attached_policies: Some(page.items),
        marker: page.marker,
    })
}

fn list_attached_role_policies(
    call: &mut Call<'_>,
    input: wire::ListAttachedRolePoliciesRequest,
) -> Result<wire::ListAttachedRolePoliciesResponse, WireError> {
    let action = "iam:ListAttachedRolePolicies";
    let role = roles::open(call, &input.role_name, action, Keys::none())?;
    let marker = input.marker.as_deref();
    let page = list(
        call,
        Target::Role(&role),
        input.path_prefix,
        marker,
        input.max_items,
    )?;
    Ok(wire::ListAttachedRolePoliciesResponse {
        is_truncated: page.truncated(),
        attached_policies: Some(page.items),
        marker: page.marker,
    })
}

fn list_attached_group_policies(
    call: &mut Call<'_>,
    input: wire::ListAttachedGroupPoliciesRequest,
) -> Result<wire::ListAttachedGroupPoliciesResponse, WireError> {
    let action = "iam:ListAttachedGroupPolicies";
    let group = groups::open(call, &input.group_name, action, &Keys::none())?;
    let marker = input.marker.as_deref();
    let page = list(
        call,
        Target::Group(&group),
        input.path_prefix,
        marker,
        input.max_items,
    )?;
    Ok(wire::ListAttachedGroupPoliciesResponse {
        is_truncated: page.truncated(),
        attached_policies: Some(page.items),
        marker: page.marker,
    })
}
