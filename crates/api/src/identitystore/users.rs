//! CreateUser, DescribeUser, UpdateUser, DeleteUser, ListUsers.

use atrium_directory::{
    AttributeOperation, CreateUserError, DeleteUserError, NewUser, UpdateUserError,
    profile_from_document,
};
use atrium_model::UserId;
use atrium_model::directory::{EnterpriseExtension, UniqueAttribute, UniqueKey, User, UserStatus};
use atrium_store::UserTx;
use atrium_wire::identitystore::{self as wire, ops};
use atrium_wire::{Shape, WireError};
use serde_json::Value;

use super::error::{ResourceType, changed_meanwhile, not_found, profile, quota, taken, validation};
use super::ids::{self, Use};
use super::{cut, page_size, profile as shown};
use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::CreateUser>(create_user);
    registry.read::<ops::DescribeUser>(describe_user);
    registry.write::<ops::UpdateUser>(update_user);
    registry.write::<ops::DeleteUser>(delete_user);
    registry.read::<ops::ListUsers>(list_users);
}

fn create_user(
    call: &mut Call<'_>,
    input: wire::CreateUserRequest,
) -> Result<wire::CreateUserResponse, WireError> {
    let instance = ids::open(
        call,
        &input.identity_store_id,
        "identitystore:CreateUser",
        Use::Change,
    )?;
    let new = NewUser {
        store: instance.identity_store,
        profile: profile_from_document(document(input)).map_err(|error| profile(call, &error))?,
        external_ids: Vec::new(),
        status: UserStatus::Enabled,
    };
    let limit = call.quotas().directory.users;
    match atrium_directory::create_user(&call.cx, &mut *call.tx, new, limit) {
        Ok(user) => Ok(wire::CreateUserResponse {
            identity_store_id: user.store.to_string(),
            user_id: user.id.to_string(),
            user_arn: user.arn(),
            revision: user.revision.to_string(),
        }),
        Err(CreateUserError::Profile(error)) => Err(profile(call, &error)),
        Err(CreateUserError::Taken(attribute)) => Err(taken(call, attribute)),
        Err(CreateUserError::Quota(limit)) => Err(quota(call, "users", limit)),
        Err(CreateUserError::Store(error)) => Err(store_failure(error)),
    }
}

/// The attributes in a request, each extension under its name.
fn document(input: wire::CreateUserRequest) -> Value {
    let mut document = input.into_value();
    if let Value::Object(members) = &mut document {
        members.remove("IdentityStoreId");
        if let Some(Value::Object(extensions)) = members.remove("Extensions") {
            members.extend(extensions);
        }
    }
    document
}

fn describe_user(
    call: &mut Call<'_>,
    input: wire::DescribeUserRequest,
) -> Result<wire::DescribeUserResponse, WireError> {
    let instance = ids::open(
        call,
        &input.identity_store_id,
        "identitystore:DescribeUser",
        Use::Read,
    )?;
    let id = ids::user(call, &input.user_id)?;
    let with_enterprise = wants_enterprise(call, input.extensions.as_deref())?;
    let found = UserTx::user(call.tx, &instance.identity_store, &id).map_err(store_failure)?;
    let found = found.ok_or_else(|| not_found(call, ResourceType::User, Some(id.as_str())))?;
    let user = shown::user(found, with_enterprise);
    Ok(wire::DescribeUserResponse {
        identity_store_id: user.identity_store_id,
        user_id: user.user_id,
        user_arn: user.user_arn,
        revision: user.revision,
        user_name: user.user_name,
        external_ids: user.external_ids,
        name: user.name,
        display_name: user.display_name,
        nick_name: user.nick_name,
        profile_url: user.profile_url,
        emails: user.emails,
        addresses: user.addresses,
        phone_numbers: user.phone_numbers,
        user_type: user.user_type,
        title: user.title,
        preferred_language: user.preferred_language,
        locale: user.locale,
        timezone: user.timezone,
        user_status: user.user_status,
        photos: user.photos,
        website: user.website,
        birthdate: user.birthdate,
        roles: user.roles,
        created_at: user.created_at,
        created_by: user.created_by,
        updated_at: user.updated_at,
        updated_by: user.updated_by,
        extensions: user.extensions,
    })
}

/// Whether the enterprise extension is asked for; the service knows no other.
fn wants_enterprise(call: &Call<'_>, names: Option<&[String]>) -> Result<bool, WireError> {
    let names = names.unwrap_or_default();
    match names.iter().find(|name| *name != EnterpriseExtension::NAME) {
        Some(name) => Err(validation(
            call,
            format!("Extension {name} is not supported"),
        )),
        None => Ok(!names.is_empty()),
    }
}

fn update_user(
    call: &mut Call<'_>,
    input: wire::UpdateUserRequest,
) -> Result<wire::UpdateUserResponse, WireError> {
    let instance = ids::open(
        call,
        &input.identity_store_id,
        "identitystore:UpdateUser",
        Use::Change,
    )?;
    let id = ids::user(call, &input.user_id)?;
    let revision = ids::revision(call, input.revision.as_deref())?;
    let (store, changes) = (&instance.identity_store, operations(input.operations));
    match atrium_directory::update_user(&call.cx, &mut *call.tx, store, &id, changes, revision) {
        Ok(user) => Ok(wire::UpdateUserResponse {
            identity_store_id: user.store.to_string(),
            user_id: user.id.to_string(),
            user_arn: user.arn(),
            revision: user.revision.to_string(),
        }),
        Err(UpdateUserError::NotFound) => {
            Err(not_found(call, ResourceType::User, Some(id.as_str())))
        }
        Err(UpdateUserError::Revision) => Err(changed_meanwhile(call)),
        Err(UpdateUserError::Profile(error)) => Err(profile(call, &error)),
        Err(UpdateUserError::Taken(attribute)) => Err(taken(call, attribute)),
        Err(UpdateUserError::Store(error)) => Err(store_failure(error)),
    }
}

/// The changes that a request asks for.
pub(super) fn operations(operations: Vec<wire::AttributeOperation>) -> Vec<AttributeOperation> {
    let change = |operation: wire::AttributeOperation| AttributeOperation {
        path: operation.attribute_path,
        value: operation.attribute_value,
    };
    operations.into_iter().map(change).collect()
}

fn delete_user(
    call: &mut Call<'_>,
    input: wire::DeleteUserRequest,
) -> Result<wire::DeleteUserResponse, WireError> {
    let instance = ids::open(
        call,
        &input.identity_store_id,
        "identitystore:DeleteUser",
        Use::Change,
    )?;
    let id = ids::user(call, &input.user_id)?;
    let revision = ids::revision(call, input.revision.as_deref())?;
    match atrium_directory::delete_user(&call.cx, &mut *call.tx, &instance, &id, revision) {
        Ok(()) => Ok(wire::DeleteUserResponse {}),
        Err(DeleteUserError::NotFound) => {
            Err(not_found(call, ResourceType::User, Some(id.as_str())))
        }
        Err(DeleteUserError::Revision) => Err(changed_meanwhile(call)),
        Err(DeleteUserError::Store(error)) => Err(store_failure(error)),
    }
}

fn list_users(
    call: &mut Call<'_>,
    input: wire::ListUsersRequest,
) -> Result<wire::ListUsersResponse, WireError> {
    let instance = ids::open(
        call,
        &input.identity_store_id,
        "identitystore:ListUsers",
        Use::Read,
    )?;
    let store = instance.identity_store;
    let with_enterprise = wants_enterprise(call, input.extensions.as_deref())?;
    let filter = filter(call, input.filters.as_deref(), "userName")?;
    let after = call.page::<UserId>(store.as_str(), input.next_token.as_deref())?;
    let limit = page_size(input.max_results);
    let mut found: Vec<User> = match filter {
        Some(name) => {
            let key = UniqueKey::folded(UniqueAttribute::UserName, name);
            let id =
                atrium_directory::find_user(&mut *call.tx, &store, &key).map_err(store_failure)?;
            let user = id.map(|id| UserTx::user(call.tx, &store, &id)).transpose();
            user.map_err(store_failure)?.flatten().into_iter().collect()
        }
        None => UserTx::users(call.tx, &store, after.as_ref(), limit + 1).map_err(store_failure)?,
    };
    let next_token = cut(&mut found, limit).map(|last| call.next_token(store.as_str(), &last.id));
    let users = found
        .into_iter()
        .map(|user| shown::user(user, with_enterprise))
        .collect();
    Ok(wire::ListUsersResponse { users, next_token })
}

/// The value of a list's filter, which can only be on one attribute.
pub(super) fn filter<'a>(
    call: &Call<'_>,
    filters: Option<&'a [wire::Filter]>,
    attribute: &str,
) -> Result<Option<&'a str>, WireError> {
    match filters.unwrap_or_default() {
        [] => Ok(None),
        [only] if only.attribute_path.eq_ignore_ascii_case(attribute) => {
            Ok(Some(&only.attribute_value))
        }
        _ => Err(validation(
            call,
            format!("Only filter with value '{attribute}' is allowed for this operation"),
        )),
    }
}
