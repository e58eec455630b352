//! Tags of users, roles and policies.

use atrium_model::iam::Tag;
use atrium_wire::iam::{self as wire, ops};
use atrium_wire::{Unit, WireError};

use super::authorize::Keys;
use super::failure::failure;
use super::page::{Page, size};
use super::quotas;
use super::{policies, roles, shapes, users};
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::TagUser>(tag_user);
    registry.write::<ops::UntagUser>(untag_user);
    registry.read::<ops::ListUserTags>(list_user_tags);
    registry.write::<ops::TagRole>(tag_role);
    registry.write::<ops::UntagRole>(untag_role);
    registry.read::<ops::ListRoleTags>(list_role_tags);
    registry.write::<ops::TagPolicy>(tag_policy);
    registry.write::<ops::UntagPolicy>(untag_policy);
    registry.read::<ops::ListPolicyTags>(list_policy_tags);
}

fn tag_user(call: &mut Call<'_>, input: wire::TagUserRequest) -> Result<Unit, WireError> {
    let tags = shapes::tags_in(Some(input.tags));
    let keys = Keys::none().request_tags(&tags);
    let user = users::open(call, &input.user_name, "iam:TagUser", keys)?;
    atrium_iam::tag_user(&mut *call.tx, quotas(call.services), user, tags).map_err(failure)?;
    Ok(Unit)
}

fn untag_user(call: &mut Call<'_>, input: wire::UntagUserRequest) -> Result<Unit, WireError> {
    let keys = Keys::none().tag_keys(input.tag_keys.clone());
    let user = users::open(call, &input.user_name, "iam:UntagUser", keys)?;
    atrium_iam::untag_user(&mut *call.tx, user, &input.tag_keys).map_err(failure)?;
    Ok(Unit)
}

fn tag_role(call: &mut Call<'_>, input: wire::TagRoleRequest) -> Result<Unit, WireError> {
    let tags = shapes::tags_in(Some(input.tags));
    let keys = Keys::none().request_tags(&tags);
    let role = roles::open(call, &input.role_name, "iam:TagRole", keys)?;
    atrium_iam::tag_role(&mut *call.tx, quotas(call.services), role, tags).map_err(failure)?;
    Ok(Unit)
}

fn untag_role(call: &mut Call<'_>, input: wire::UntagRoleRequest) -> Result<Unit, WireError> {
    let keys = Keys::none().tag_keys(input.tag_keys.clone());
    let role = roles::open(call, &input.role_name, "iam:UntagRole", keys)?;
    atrium_iam::untag_role(&mut *call.tx, role, &input.tag_keys).map_err(failure)?;
    Ok(Unit)
}

fn tag_policy(call: &mut Call<'_>, input: wire::TagPolicyRequest) -> Result<Unit, WireError> {
    let tags = shapes::tags_in(Some(input.tags));
    let keys = Keys::none().request_tags(&tags);
    let policy = policies::open_own(call, &input.policy_arn, "iam:TagPolicy", keys)?;
    atrium_iam::tag_policy(&mut *call.tx, quotas(call.services), policy, tags).map_err(failure)?;
    Ok(Unit)
}

fn untag_policy(call: &mut Call<'_>, input: wire::UntagPolicyRequest) -> Result<Unit, WireError> {
    let keys = Keys::none().tag_keys(input.tag_keys.clone());
    let policy = policies::open_own(call, &input.policy_arn, "iam:UntagPolicy", keys)?;
    atrium_iam::untag_policy(&mut *call.tx, policy, &input.tag_keys).map_err(failure)?;
    Ok(Unit)
}

/// A page of a resource's tags; there are fifty at most.
pub(super) fn page(
    call: &Call<'_>,
    scope: &str,
    tags: Vec<Tag>,
    marker: Option<&str>,
    max_items: Option<i64>,
) -> Result<Page<Tag>, WireError> {
    let start: usize = call.page(scope, marker)?.unwrap_or_default();
    Ok(Page::slice(call, scope, tags, start, size(max_items)))
}

fn list_user_tags(
    call: &mut Call<'_>,
    input: wire::ListUserTagsRequest,
) -> Result<wire::ListUserTagsResponse, WireError> {
    let user = users::open(call, &input.user_name, "iam:ListUserTags", Keys::none())?;
    let page = page(
        call,
        &user.id,
        user.tags,
        input.marker.as_deref(),
        input.max_items,
    )?;
    let is_truncated = page.truncated();
    Ok(wire::ListUserTagsResponse {
        tags: shapes::tags(page.items),
        is_truncated,
        marker: page.marker,
    })
}

fn list_role_tags(
    call: &mut Call<'_>,
    input: wire::ListRoleTagsRequest,
) -> Result<wire::ListRoleTagsResponse, WireError> {
    let role = roles::open(call, &input.role_name, "iam:ListRoleTags", Keys::none())?;
    let page = page(
        call,
        &role.id,
        role.tags,
        input.marker.as_deref(),
        input.max_items,
    )?;
    let is_truncated = page.truncated();
    Ok(wire::ListRoleTagsResponse {
        tags: shapes::tags(page.items),
        is_truncated,
        marker: page.marker,
    })
}

fn list_policy_tags(
    call: &mut Call<'_>,
    input: wire::ListPolicyTagsRequest,
) -> Result<wire::ListPolicyTagsResponse, WireError> {
    let arn = input.policy_arn;
    let (id, tags) = match policies::open(call, &arn, "iam:ListPolicyTags", Keys::none())? {
        policies::Found::Own(policy) => (policy.id, policy.tags),
        policies::Found::Aws(policy) => (policy.id.to_owned(), Vec::new()),
    };
    let page = page(call, &id, tags, input.marker.as_deref(), input.max_items)?;
    let is_truncated = page.truncated();
    Ok(wire::ListPolicyTagsResponse {
        tags: shapes::tags(page.items),
        is_truncated,
        marker: page.marker,
    })
}
