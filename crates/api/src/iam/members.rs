//! Users in groups: AddUserToGroup, RemoveUserFromGroup, ListGroupsForUser.

use atrium_wire::iam::{self as wire, ops};
use atrium_wire::{Unit, WireError};

use super::authorize::Keys;
use super::failure::failure;
use super::page::{Page, size};
use super::quotas;
use super::{groups, shapes, users};
use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::AddUserToGroup>(add_user_to_group);
    registry.write::<ops::RemoveUserFromGroup>(remove_user_from_group);
    registry.read::<ops::ListGroupsForUser>(list_groups_for_user);
}

fn add_user_to_group(
    call: &mut Call<'_>,
    input: wire::AddUserToGroupRequest,
) -> Result<Unit, WireError> {
    let group = groups::open(call, &input.group_name, "iam:AddUserToGroup", &Keys::none())?;
    let user =
        atrium_iam::find_user(&mut *call.tx, &group.account, &input.user_name).map_err(failure)?;
    atrium_iam::add_user_to_group(&mut *call.tx, quotas(call.services), &group, &user)
        .map_err(failure)?;
    Ok(Unit)
}

fn remove_user_from_group(
    call: &mut Call<'_>,
    input: wire::RemoveUserFromGroupRequest,
) -> Result<Unit, WireError> {
    let action = "iam:RemoveUserFromGroup";
    let group = groups::open(call, &input.group_name, action, &Keys::none())?;
    let user =
        atrium_iam::find_user(&mut *call.tx, &group.account, &input.user_name).map_err(failure)?;
    atrium_iam::remove_user_from_group(&mut *call.tx, &group, &user).map_err(failure)?;
    Ok(Unit)
}

fn list_groups_for_user(
    call: &mut Call<'_>,
    input: wire::ListGroupsForUserRequest,
) -> Result<wire::ListGroupsForUserResponse, WireError> {
    let user = users::open(
        call,
        &input.user_name,
        "iam:ListGroupsForUser",
        Keys::none(),
    )?;
    let size = size(input.max_items);
    let after: String = call
        .page(&user.id, input.marker.as_deref())?
        .unwrap_or_default();
    let found = call
        .tx
        .iam_groups_of_user(&user.account, &user.id, &after, size + 1)
        .map_err(store_failure)?;
    let page = Page::cut(call, &user.id, found, size, |group| {
        group.name.to_ascii_lowercase()
    })
    .map(shapes::group);
    Ok(wire::ListGroupsForUserResponse {
        is_truncated: page.truncated(),
        groups: page.items,
        marker: page.marker,
    })
}
