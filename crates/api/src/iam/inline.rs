//! Inline policies of users, roles and groups.

use atrium_iam::Target;
use atrium_wire::iam::{self as wire, ops};
use atrium_wire::{Unit, WireError};

use super::authorize::Keys;
use super::failure::failure;
use super::page::{Page, size};
use super::quotas;
use super::{groups, roles, shapes, users};
use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::PutUserPolicy>(put_user_policy);
    registry.read::<ops::GetUserPolicy>(get_user_policy);
    registry.read::<ops::ListUserPolicies>(list_user_policies);
    registry.write::<ops::DeleteUserPolicy>(delete_user_policy);
    registry.write::<ops::PutRolePolicy>(put_role_policy);
    registry.read::<ops::GetRolePolicy>(get_role_policy);
    registry.read::<ops::ListRolePolicies>(list_role_policies);
    registry.write::<ops::DeleteRolePolicy>(delete_role_policy);
    registry.write::<ops::PutGroupPolicy>(put_group_policy);
    registry.read::<ops::GetGroupPolicy>(get_group_policy);
    registry.read::<ops::ListGroupPolicies>(list_group_policies);
    registry.write::<ops::DeleteGroupPolicy>(delete_group_policy);
}

fn put(
    call: &mut Call<'_>,
    target: Target<'_>,
    name: &str,
    document: &str,
) -> Result<Unit, WireError> {
    atrium_iam::put_inline_policy(&mut *call.tx, quotas(call.services), target, name, document)
        .map_err(failure)?;
    Ok(Unit)
}

/// The document, URL-encoded.
fn get(call: &mut Call<'_>, target: Target<'_>, name: &str) -> Result<String, WireError> {
    let policy = atrium_iam::find_inline_policy(&mut *call.tx, target, name).map_err(failure)?;
    Ok(shapes::document(&policy.content))
}

fn delete(call: &mut Call<'_>, target: Target<'_>, name: &str) -> Result<Unit, WireError> {
    atrium_iam::delete_inline_policy(&mut *call.tx, target, name).map_err(failure)?;
    Ok(Unit)
}

/// A page of names.
fn list(
    call: &mut Call<'_>,
    target: Target<'_>,
    marker: Option<&str>,
    max_items: Option<i64>,
) -> Result<Page<String>, WireError> {
    let size = size(max_items);
    let after: String = call.page(target.id(), marker)?.unwrap_or_default();
    let found = call
        .tx
        .inline_policies(target.account(), target.id(), &after, size + 1)
        .map_err(store_failure)?;
    let page = Page::cut(call, target.id(), found, size, |policy| policy.name.clone());
    Ok(page.map(|policy| policy.name))
}

fn put_user_policy(
    call: &mut Call<'_>,
    input: wire::PutUserPolicyRequest,
) -> Result<Unit, WireError> {
    let user = users::open(call, &input.user_name, "iam:PutUserPolicy", Keys::none())?;
    put(
        call,
        Target::User(&user),
        &input.policy_name,
        &input.policy_document,
    )
}

fn get_user_policy(
    call: &mut Call<'_>,
    input: wire::GetUserPolicyRequest,
) -> Result<wire::GetUserPolicyResponse, WireError> {
    let user = users::open(call, &input.user_name, "iam:GetUserPolicy", Keys::none())?;
    Ok(wire::GetUserPolicyResponse {
        policy_document: get(call, Target::User(&user), &input.policy_name)?,
        policy_name: input.policy_name,
        user_name: user.name,
    })
}

fn list_user_policies(
    call: &mut Call<'_>,
    input: wire::ListUserPoliciesRequest,
) -> Result<wire::ListUserPoliciesResponse, WireError> {
    let user = users::open(call, &input.user_name, "iam:ListUserPolicies", Keys::none())?;
    let page = list(
        call,
        Target::User(&user),
        input.marker.as_deref(),
        input.max_items,
    )?;
    Ok(wire::ListUserPoliciesResponse {
        is_truncated: page.truncated(),
        policy_names: page.items,
        marker: page.marker,
    })
}

fn delete_user_policy(
    call: &mut Call<'_>,
    input: wire::DeleteUserPolicyRequest,
) -> Result<Unit, WireError> {
    let user = users::open(call, &input.user_name, "iam:DeleteUserPolicy", Keys::none())?;
    delete(call, Target::User(&user), &input.policy_name)
}

fn put_role_policy(
    call: &mut Call<'_>,
    input: wire::PutRolePolicyRequest,
) -> Result<Unit, WireError> {
    let role = roles::open(call, &input.role_name, "iam:PutRolePolicy", Keys::none())?;
    put(
        call,
        Target::Role(&role),
        &input.policy_name,
        &input.policy_document,
    )
}

fn get_role_policy(
    call: &mut Call<'_>,
    input: wire::GetRolePolicyRequest,
) -> Result<wire::GetRolePolicyResponse, WireError> {
    let role = roles::open(call, &input.role_name, "iam:GetRolePolicy", Keys::none())?;
    Ok(wire::GetRolePolicyResponse {
        policy_document: get(call, Target::Role(&role), &input.policy_name)?,
        policy_name: input.policy_name,
        role_name: role.name,
    })
}

fn list_role_policies(
    call: &mut Call<'_>,
    input: wire::ListRolePoliciesRequest,
) -> Result<wire::ListRolePoliciesResponse, WireError> {
    let role = roles::open(call, &input.role_name, "iam:ListRolePolicies", Keys::none())?;
    let page = list(
        call,
        Target::Role(&role),
        input.marker.as_deref(),
        input.max_items,
    )?;
    Ok(wire::ListRolePoliciesResponse {
        is_truncated: page.truncated(),
        policy_names: page.items,
        marker: page.marker,
    })
}

fn delete_role_policy(
    call: &mut Call<'_>,
    input: wire::DeleteRolePolicyRequest,
) -> Result<Unit, WireError> {
    let role = roles::open(call, &input.role_name, "iam:DeleteRolePolicy", Keys::none())?;
    delete(call, Target::Role(&role), &input.policy_name)
}

fn put_group_policy(
    call: &mut Call<'_>,
    input: wire::PutGroupPolicyRequest,
) -> Result<Unit, WireError> {
    let group = groups::open(call, &input.group_name, "iam:PutGroupPolicy", &Keys::none())?;
    put(
        call,
        Target::Group(&group),
        &input.policy_name,
        &input.policy_document,
    )
}

fn get_group_policy(
    call: &mut Call<'_>,
    input: wire::GetGroupPolicyRequest,
) -> Result<wire::GetGroupPolicyResponse, WireError> {
    let group = groups::open(call, &input.group_name, "iam:GetGroupPolicy", &Keys::none())?;
    Ok(wire::GetGroupPolicyResponse {
        policy_document: get(call, Target::Group(&group), &input.policy_name)?,
        policy_name: input.policy_name,
        group_name: group.name,
    })
}

fn list_group_policies(
    call: &mut Call<'_>,
    input: wire::ListGroupPoliciesRequest,
) -> Result<wire::ListGroupPoliciesResponse, WireError> {
    let group = groups::open(
        call,
        &input.group_name,
        "iam:ListGroupPolicies",
        &Keys::none(),
    )?;
    let page = list(
        call,
        Target::Group(&group),
        input.marker.as_deref(),
        input.max_items,
    )?;
    Ok(wire::ListGroupPoliciesResponse {
        is_truncated: page.truncated(),
        policy_names: page.items,
        marker: page.marker,
    })
}

fn delete_group_policy(
    call: &mut Call<'_>,
    input: wire::DeleteGroupPolicyRequest,
) -> Result<Unit, WireError> {
    let group = groups::open(
        call,
        &input.group_name,
        "iam:DeleteGroupPolicy",
        &Keys::none(),
    )?;
    delete(call, Target::Group(&group), &input.policy_name)
}
