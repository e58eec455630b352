//! Users: CreateUser, GetUser, UpdateUser, DeleteUser, ListUsers.

use atrium_iam::{IamError, Missing, NewUser};
use atrium_model::Principal;
use atrium_model::iam::User;
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
    registry.write::<ops::CreateUser>(create_user);
    registry.read::<ops::GetUser>(get_user);
    registry.write::<ops::UpdateUser>(update_user);
    registry.write::<ops::DeleteUser>(delete_user);
    registry.read::<ops::ListUsers>(list_users);
}

/// The ARN of a user of the caller's account.
fn arn(call: &Call<'_>, path: &str, name: &str) -> String {
    format!("arn:aws:iam::{}:user{path}{name}", call.account())
}

/// The user with this name, once the caller is known to be allowed `action` on it.
pub(super) fn open(
    call: &mut Call<'_>,
    name: &str,
    action: &str,
    keys: Keys,
) -> Result<User, WireError> {
    let account = call.account().clone();
    let found = call.tx.iam_user(&account, name).map_err(store_failure)?;
    match found {
        Some(user) => {
            let keys = keys
                .resource_tags(&user.tags)
                .with("iam:PermissionsBoundary", user.boundary.as_deref());
            allow(call, action, &user.arn(), &keys)?;
            Ok(user)
        }
        None => {
            allow(call, action, &arn(call, "/", name), &keys)?;
            Err(failure(IamError::Missing(Missing::User(name.to_owned()))))
        }
    }
}

/// The name that the call gives, or the calling user's own. None: the root user.
pub(super) fn named_or_own(
    call: &Call<'_>,
    name: Option<String>,
) -> Result<Option<String>, WireError> {
    match (name, &call.cx.caller.principal) {
        (Some(name), _) => Ok(Some(name)),
        (None, Principal::User { name, .. }) => Ok(Some(name.clone())),
        (None, Principal::Root) => Ok(None),
        (
            None,
            Principal::Role { .. }
            | Principal::Federated { .. }
            | Principal::ProviderUser(_)
            | Principal::Person { .. }
            | Principal::Anonymous,
        ) => Err(WireError::validation(
            "Must specify userName when calling with non-User credentials",
        )),
    }
}

fn create_user(
    call: &mut Call<'_>,
    input: wire::CreateUserRequest,
) -> Result<wire::CreateUserResponse, WireError> {
    let new = NewUser {
        name: input.user_name,
        path: input.path.unwrap_or_else(|| "/".to_owned()),
        boundary: input.permissions_boundary,
        tags: shapes::tags_in(input.tags),
    };
    let keys = Keys::none()
        .request_tags(&new.tags)
        .with("iam:PermissionsBoundary", new.boundary.as_deref());
    let arn = arn(call, &new.path, &new.name);
    allow(call, "iam:CreateUser", &arn, &keys)?;
    if !new.tags.is_empty() {
        allow(call, "iam:TagUser", &arn, &keys)?;
    }
    let account = call.account().clone();
    let made = atrium_iam::create_user(
        &call.cx,
        &mut *call.tx,
        quotas(call.services),
        &account,
        new,
    );
    Ok(wire::CreateUserResponse {
        user: Some(shapes::user(made.map_err(failure)?)),
    })
}

fn get_user(
    call: &mut Call<'_>,
    input: wire::GetUserRequest,
) -> Result<wire::GetUserResponse, WireError> {
    let user = match named_or_own(call, input.user_name)? {
        Some(name) => shapes::user(open(call, &name, "iam:GetUser", Keys::none())?),
        None => root(call)?,
    };
    Ok(wire::GetUserResponse { user })
}

/// The root user, which has neither name nor path.
fn root(call: &mut Call<'_>) -> Result<wire::User, WireError> {
    let account = call.account().clone();
    let arn = call.cx.caller.arn();
    allow(call, "iam:GetUser", &arn, &Keys::none())?;
    let known = call.tx.account(&account).map_err(store_failure)?;
    Ok(wire::User {
        user_id: account.to_string(),
        arn,
        create_date: shapes::date(known.map(|account| account.created_at).unwrap_or_default()),
        ..wire::User::default()
    })
}

fn update_user(call: &mut Call<'_>, input: wire::UpdateUserRequest) -> Result<Unit, WireError> {
    let user = open(call, &input.user_name, "iam:UpdateUser", Keys::none())?;
    let mut renamed = user.clone();
    renamed.name = input.new_user_name.clone().unwrap_or(renamed.name);
    renamed.path = input.new_path.clone().unwrap_or(renamed.path);
    if renamed != user {
        let keys = Keys::none().resource_tags(&user.tags);
        allow(call, "iam:UpdateUser", &renamed.arn(), &keys)?;
    }
    atrium_iam::update_user(&mut *call.tx, &user, input.new_user_name, input.new_path)
        .map_err(failure)?;
    Ok(Unit)
}

fn delete_user(call: &mut Call<'_>, input: wire::DeleteUserRequest) -> Result<Unit, WireError> {
    let user = open(call, &input.user_name, "iam:DeleteUser", Keys::none())?;
    atrium_iam::delete_user(&mut *call.tx, &user).map_err(failure)?;
    Ok(Unit)
}

fn list_users(
    call: &mut Call<'_>,
    input: wire::ListUsersRequest,
) -> Result<wire::ListUsersResponse, WireError> {
    let prefix = input.path_prefix.unwrap_or_else(|| "/".to_owned());
    allow(
        call,
        "iam:ListUsers",
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
    let found = call.tx.iam_users(list).map_err(store_failure)?;
    let page = Page::cut(call, &prefix, found, size, |user| {
        user.name.to_ascii_lowercase()
    })
    .map(shapes::listed_user);
    Ok(wire::ListUsersResponse {
        is_truncated: page.truncated(),
        users: page.items,
        marker: page.marker,
    })
}
