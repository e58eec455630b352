//! Roles: CreateRole, GetRole, UpdateRole, UpdateRoleDescription, UpdateAssumeRolePolicy, DeleteRole, ListRoles.

use atrium_iam::{IamError, Missing, NewRole};
use atrium_model::iam::Role;
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
    registry.write::<ops::CreateRole>(create_role);
    registry.read::<ops::GetRole>(get_role);
    registry.write::<ops::UpdateRole>(update_role);
    registry.write::<ops::UpdateRoleDescription>(update_role_description);
    registry.write::<ops::UpdateAssumeRolePolicy>(update_assume_role_policy);
    registry.write::<ops::DeleteRole>(delete_role);
    registry.read::<ops::ListRoles>(list_roles);
}

fn arn(call: &Call<'_>, path: &str, name: &str) -> String {
    format!("arn:aws:iam::{}:role{path}{name}", call.account())
}

/// The role with this name, once the caller is known to be allowed `action` on it.
pub(super) fn open(
    call: &mut Call<'_>,
    name: &str,
    action: &str,
    keys: Keys,
) -> Result<Role, WireError> {
    let account = call.account().clone();
    let found = call.tx.role(&account, name).map_err(store_failure)?;
    match found {
        Some(role) => {
            let keys = keys
                .resource_tags(&role.tags)
                .with("iam:PermissionsBoundary", role.boundary.as_deref());
            allow(call, action, &role.arn(), &keys)?;
            Ok(role)
        }
        None => {
            allow(call, action, &arn(call, "/", name), &keys)?;
            Err(failure(IamError::Missing(Missing::Role(name.to_owned()))))
        }
    }
}

fn create_role(
    call: &mut Call<'_>,
    input: wire::CreateRoleRequest,
) -> Result<wire::CreateRoleResponse, WireError> {
    let new = NewRole {
        name: input.role_name,
        path: input.path.unwrap_or_else(|| "/".to_owned()),
        trust_policy: input.assume_role_policy_document,
        description: input.description,
        max_session_seconds: input.max_session_duration,
        boundary: input.permissions_boundary,
        tags: shapes::tags_in(input.tags),
    };
    let keys = Keys::none()
        .request_tags(&new.tags)
        .with("iam:PermissionsBoundary", new.boundary.as_deref());
    let arn = arn(call, &new.path, &new.name);
    allow(call, "iam:CreateRole", &arn, &keys)?;
    if !new.tags.is_empty() {
        allow(call, "iam:TagRole", &arn, &keys)?;
    }
    let account = call.account().clone();
    let made = atrium_iam::create_role(
        &call.cx,
        &mut *call.tx,
        quotas(call.services),
        &account,
        new,
    )
    .map_err(failure)?;
    let role = shapes::role(call, made)?;
    // Only a role that exists has been used or not.
    Ok(wire::CreateRoleResponse {
        role: wire::Role {
            role_last_used: None,
            ..role
        },
    })
}

fn get_role(
    call: &mut Call<'_>,
    input: wire::GetRoleRequest,
) -> Result<wire::GetRoleResponse, WireError> {
    let role = open(call, &input.role_name, "iam:GetRole", Keys::none())?;
    Ok(wire::GetRoleResponse {
        role: shapes::role(call, role)?,
    })
}

fn update_role(
    call: &mut Call<'_>,
    input: wire::UpdateRoleRequest,
) -> Result<wire::UpdateRoleResponse, WireError> {
    let role = open(call, &input.role_name, "iam:UpdateRole", Keys::none())?;
    let (description, longest) = (input.description, input.max_session_duration);
    atrium_iam::update_role(&mut *call.tx, role, description, longest).map_err(failure)?;
    Ok(wire::UpdateRoleResponse::default())
}

fn update_role_description(
    call: &mut Call<'_>,
    input: wire::UpdateRoleDescriptionRequest,
) -> Result<wire::UpdateRoleDescriptionResponse, WireError> {
    let role = open(
        call,
        &input.role_name,
        "iam:UpdateRoleDescription",
        Keys::none(),
    )?;
    let role = atrium_iam::update_role(&mut *call.tx, role, Some(input.description), None)
        .map_err(failure)?;
    Ok(wire::UpdateRoleDescriptionResponse {
        role: Some(shapes::role(call, role)?),
    })
}

fn update_assume_role_policy(
    call: &mut Call<'_>,
    input: wire::UpdateAssumeRolePolicyRequest,
) -> Result<Unit, WireError> {
    let role = open(
        call,
        &input.role_name,
        "iam:UpdateAssumeRolePolicy",
        Keys::none(),
    )?;
    let document = &input.policy_document;
    atrium_iam::update_trust_policy(&mut *call.tx, quotas(call.services), role, document)
        .map_err(failure)?;
    Ok(Unit)
}

fn delete_role(call: &mut Call<'_>, input: wire::DeleteRoleRequest) -> Result<Unit, WireError> {
    let role = open(call, &input.role_name, "iam:DeleteRole", Keys::none())?;
    atrium_iam::delete_role(&mut *call.tx, &role).map_err(failure)?;
    Ok(Unit)
}

fn list_roles(
    call: &mut Call<'_>,
    input: wire::ListRolesRequest,
) -> Result<wire::ListRolesResponse, WireError> {
    let prefix = input.path_prefix.unwrap_or_else(|| "/".to_owned());
    allow(
        call,
        "iam:ListRoles",
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
    let found = call.tx.roles(list).map_err(store_failure)?;
    let page = Page::cut(call, &prefix, found, size, |role| {
        role.name.to_ascii_lowercase()
    });
    let is_truncated = page.truncated();
    let roles = page
        .items
        .into_iter()
        .map(|role| shapes::listed_role(call, role))
        .collect::<Result<_, _>>()?;
    Ok(wire::ListRolesResponse {
        roles,
        is_truncated,
        marker: page.marker,
    })
}
