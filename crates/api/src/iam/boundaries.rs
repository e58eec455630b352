//! Permissions boundaries of users and roles.

use atrium_wire::iam::{self as wire, ops};
use atrium_wire::{Unit, WireError};

use super::authorize::Keys;
use super::failure::failure;
use super::{roles, users};
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::PutUserPermissionsBoundary>(put_user);
    registry.write::<ops::DeleteUserPermissionsBoundary>(delete_user);
    registry.write::<ops::PutRolePermissionsBoundary>(put_role);
    registry.write::<ops::DeleteRolePermissionsBoundary>(delete_role);
}

/// `iam:PermissionsBoundary` is the boundary asked for here, not the present one.
fn asked(arn: &str) -> Keys {
    Keys::none().with("iam:PermissionsBoundary", Some(arn))
}

fn put_user(
    call: &mut Call<'_>,
    input: wire::PutUserPermissionsBoundaryRequest,
) -> Result<Unit, WireError> {
    let arn = input.permissions_boundary;
    let user = users::open(
        call,
        &input.user_name,
        "iam:PutUserPermissionsBoundary",
        asked(&arn),
    )?;
    atrium_iam::set_user_boundary(&mut *call.tx, user, Some(arn)).map_err(failure)?;
    Ok(Unit)
}

fn delete_user(
    call: &mut Call<'_>,
    input: wire::DeleteUserPermissionsBoundaryRequest,
) -> Result<Unit, WireError> {
    let action = "iam:DeleteUserPermissionsBoundary";
    let user = users::open(call, &input.user_name, action, Keys::none())?;
    atrium_iam::set_user_boundary(&mut *call.tx, user, None).map_err(failure)?;
    Ok(Unit)
}

fn put_role(
    call: &mut Call<'_>,
    input: wire::PutRolePermissionsBoundaryRequest,
) -> Result<Unit, WireError> {
    let arn = input.permissions_boundary;
    let role = roles::open(
        call,
        &input.role_name,
        "iam:PutRolePermissionsBoundary",
        asked(&arn),
    )?;
    atrium_iam::set_role_boundary(&mut *call.tx, role, Some(arn)).map_err(failure)?;
    Ok(Unit)
}

fn delete_role(
    call: &mut Call<'_>,
    input: wire::DeleteRolePermissionsBoundaryRequest,
) -> Result<Unit, WireError> {
    let action = "iam:DeleteRolePermissionsBoundary";
    let role = roles::open(call, &input.role_name, action, Keys::none())?;
    atrium_iam::set_role_boundary(&mut *call.tx, role, None).map_err(failure)?;
    Ok(Unit)
}
