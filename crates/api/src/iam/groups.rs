//! Groups: CreateGroup, GetGroup, UpdateGroup, DeleteGroup, ListGroups.

use atrium_iam::{IamError, Missing};
use atrium_model::iam::Group;
use atrium_store::IamList;
use atrium_wire::iam::{self as wire, ops};
use atrium_wire::{Unit, WireError};

use super::authorize::{Keys, allow};
use super::failure::failure;
use super::page::{Page, size};
use super::quotas;
use super::shapes;
use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::CreateGroup>(create_group);
    registry.read::<ops::GetGroup>(get_group);
    registry.write::<ops::UpdateGroup>(update_group);
    registry.write::<ops::DeleteGroup>(delete_group);
    registry.read::<ops::ListGroups>(list_groups);
}

fn arn(call: &Call<'_>, path: &str, name: &str) -> String {
    format!("arn:aws:iam::{}:group{path}{name}", call.account())
}

/// The group with this name, once the caller is known to be allowed `action` on it.
pub(super) fn open(
    call: &mut Call<'_>,
    name: &str,
    action: &str,
    keys: &Keys,
) -> Result<Group, WireError> {
    let account = call.account().clone();
    let found = call.tx.iam_group(&account, name).map_err(store_failure)?;
    let arn = found
        .as_ref()
        .map_or_else(|| arn(call, "/", name), Group::arn);
    allow(call, action, &arn, keys)?;
    found.ok_or_else(|| failure(IamError::Missing(Missing::Group(name.to_owned()))))
}

fn create_group(
    call: &mut Call<'_>,
    input: wire::CreateGroupRequest,
) -> Result<wire::CreateGroupResponse, WireError> {
    let path = input.path.unwrap_or_else(|| "/".to_owned());
    allow(
        call,
        "iam:CreateGroup",
        &arn(call, &path, &input.group_name),
        &Keys::none(),
    )?;
    let account = call.account().clone();
    let made = atrium_iam::create_group(
        &call.cx,
        &mut *call.tx,
        quotas(call.services),
        &account,
        input.group_name,
        path,
    );
    Ok(wire::CreateGroupResponse {
        group: shapes::group(made.map_err(failure)?),
    })
}

fn get_group(
    call: &mut Call<'_>,
    input: wire::GetGroupRequest,
) -> Result<wire::GetGroupResponse, WireError> {
    let group = open(call, &input.group_name, "iam:GetGroup", &Keys::none())?;
    let size = size(input.max_items);
    let after: String = call
        .page(&group.id, input.marker.as_deref())?
        .unwrap_or_default();
    let found = call
        .tx
        .iam_group_members(&group.account, &group.id, &after, size + 1)
        .map_err(store_failure)?;
    let page = Page::cut(call, &group.id, found, size, |user| {
        user.name.to_ascii_lowercase()
    })
    .map(shapes::listed_user);
    Ok(wire::GetGroupResponse {
        group: shapes::group(group),
        is_truncated: page.truncated(),
        users: page.items,
        marker: page.marker,
    })
}

fn update_group(call: &mut Call<'_>, input: wire::UpdateGroupRequest) -> Result<Unit, WireError> {
    let group = open(call, &input.group_name, "iam:UpdateGroup", &Keys::none())?;
    let name = input.new_group_name.as_ref().unwrap_or(&group.name);
    let path = input.new_path.as_ref().unwrap_or(&group.path);
    let renamed = arn(call, path, name);
    if renamed != group.arn() {
        allow(call, "iam:UpdateGroup", &renamed, &Keys::none())?;
    }
    atrium_iam::update_group(&mut *call.tx, group, input.new_group_name, input.new_path)
        .map_err(failure)?;
    Ok(Unit)
}

fn delete_group(call: &mut Call<'_>, input: wire::DeleteGroupRequest) -> Result<Unit, WireError> {
    let group = open(call, &input.group_name, "iam:DeleteGroup", &Keys::none())?;
    atrium_iam::delete_group(&mut *call.tx, &group).map_err(failure)?;
    Ok(Unit)
}

fn list_groups(
    call: &mut Call<'_>,
    input: wire::ListGroupsRequest,
) -> Result<wire::ListGroupsResponse, WireError> {
    let prefix = input.path_prefix.unwrap_or_else(|| "/".to_owned());
    allow(
        call,
        "iam:ListGroups",
        &arn(call, &prefix, ""),
        &Keys::none(),
    )?;
    let size = size(input.max_items);
    let after: String = call
        .page(&prefix, input.marker.as_deref())?
        .unwrap_or_default();
    let account = call.account().clone();
    let list = IamList {
        account: &account,
        path_prefix: &prefix,
        after: &after,
        limit: size + 1,
    };
    let found = call.tx.iam_groups(list).map_err(store_failure)?;
    let page = Page::cut(call, &prefix, found, size, |group| {
        group.name.to_ascii_lowercase()
    })
    .map(shapes::group);
    Ok(wire::ListGroupsResponse {
        is_truncated: page.truncated(),
        groups: page.items,
        marker: page.marker,
    })
}
