//! Access keys: CreateAccessKey, ListAccessKeys, UpdateAccessKey, DeleteAccessKey, GetAccessKeyLastUsed.

use atrium_iam::{IamError, Missing};
use atrium_model::iam::{AccessKey, KeyOwner};
use atrium_wire::iam::{self as wire, ops};
use atrium_wire::{Unit, WireError};

use super::authorize::{Keys, allow};
use super::failure::failure;
use super::page::{Page, size};
use super::quotas;
use super::{shapes, users};
use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::CreateAccessKey>(create_access_key);
    registry.read::<ops::ListAccessKeys>(list_access_keys);
    registry.write::<ops::UpdateAccessKey>(update_access_key);
    registry.write::<ops::DeleteAccessKey>(delete_access_key);
    registry.read::<ops::GetAccessKeyLastUsed>(get_access_key_last_used);
}

/// Whose keys the call is about, once the caller is known to be allowed `action`.
fn owner(call: &mut Call<'_>, name: Option<String>, action: &str) -> Result<KeyOwner, WireError> {
    match users::named_or_own(call, name)? {
        Some(name) => {
            let user = users::open(call, &name, action, Keys::none())?;
            Ok(KeyOwner::User {
                id: user.id,
                name: user.name,
                path: user.path,
            })
        }
        None => {
            let root = call.cx.caller.arn();
            allow(call, action, &root, &Keys::none())?;
            Ok(KeyOwner::Root)
        }
    }
}

/// The owner's name as answers show it.
fn shown(owner: &KeyOwner) -> String {
    match owner {
        KeyOwner::Root => String::new(),
        KeyOwner::User { name, .. } => name.clone(),
    }
}

fn status(key: &AccessKey) -> String {
    if key.active { "Active" } else { "Inactive" }.to_owned()
}

fn create_access_key(
    call: &mut Call<'_>,
    input: wire::CreateAccessKeyRequest,
) -> Result<wire::CreateAccessKeyResponse, WireError> {
    let owner = owner(call, input.user_name, "iam:CreateAccessKey")?;
    let account = call.account().clone();
    let (key, secret) = atrium_iam::create_access_key(
        &call.cx,
        &mut *call.tx,
        &call.services.vault,
        quotas(call.services),
        &account,
        owner,
    )
    .map_err(failure)?;
    Ok(wire::CreateAccessKeyResponse {
        access_key: wire::AccessKey {
            user_name: shown(&key.owner),
            status: status(&key),
            access_key_id: key.id,
            secret_access_key: secret,
            create_date: Some(shapes::date(key.created)),
        },
    })
}

fn list_access_keys(
    call: &mut Call<'_>,
    input: wire::ListAccessKeysRequest,
) -> Result<wire::ListAccessKeysResponse, WireError> {
    let owner = owner(call, input.user_name, "iam:ListAccessKeys")?;
    let scope = owner.user_id().unwrap_or("root");
    let size = size(input.max_items);
    let after: String = call
        .page(scope, input.marker.as_deref())?
        .unwrap_or_default();
    let account = call.account().clone();
    let found = call
        .tx
        .access_keys(&account, owner.user_id(), &after, size + 1)
        .map_err(store_failure)?;
    let page = Page::cut(call, scope, found, size, |key| key.id.clone());
    Ok(wire::ListAccessKeysResponse {
        is_truncated: page.truncated(),
        access_key_metadata: page
            .items
            .into_iter()
            .map(|key| wire::AccessKeyMetadata {
                user_name: Some(shown(&key.owner)).filter(|name| !name.is_empty()),
                status: Some(status(&key)),
                create_date: Some(shapes::date(key.created)),
                access_key_id: Some(key.id),
            })
            .collect(),
        marker: page.marker,
    })
}

fn find(
    call: &mut Call<'_>,
    name: Option<String>,
    id: &str,
    action: &str,
) -> Result<AccessKey, WireError> {
    let owner = owner(call, name, action)?;
    let account = call.account().clone();
    atrium_iam::find_access_key(&mut *call.tx, &account, owner.user_id(), id).map_err(failure)
}

fn update_access_key(
    call: &mut Call<'_>,
    input: wire::UpdateAccessKeyRequest,
) -> Result<Unit, WireError> {
    let key = find(
        call,
        input.user_name,
        &input.access_key_id,
        "iam:UpdateAccessKey",
    )?;
    atrium_iam::set_access_key_status(&mut *call.tx, &key, &input.status).map_err(failure)?;
    Ok(Unit)
}

fn delete_access_key(
    call: &mut Call<'_>,
    input: wire::DeleteAccessKeyRequest,
) -> Result<Unit, WireError> {
    let key = find(
        call,
        input.user_name,
        &input.access_key_id,
        "iam:DeleteAccessKey",
    )?;
    atrium_iam::delete_access_key(&mut *call.tx, &key).map_err(failure)?;
    Ok(Unit)
}

fn get_access_key_last_used(
    call: &mut Call<'_>,
    input: wire::GetAccessKeyLastUsedRequest,
) -> Result<wire::GetAccessKeyLastUsedResponse, WireError> {
    let id = input.access_key_id;
    let found = call.tx.access_key(&id).map_err(store_failure)?;
    let own = found.filter(|key| key.account == *call.account());
    let resource = match own.as_ref().map(|key| &key.owner) {
        Some(KeyOwner::User { name, path, .. }) => {
            format!("arn:aws:iam::{}:user{path}{name}", call.account())
        }
        Some(KeyOwner::Root) => format!("arn:aws:iam::{}:root", call.account()),
        None => "*".to_owned(),
    };
    allow(call, "iam:GetAccessKeyLastUsed", &resource, &Keys::none())?;
    let key = own.ok_or_else(|| failure(IamError::Missing(Missing::AccessKey(id))))?;
    let used = call.tx.access_key_use(&key.id).map_err(store_failure)?;
    let unused = || "N/A".to_owned();
    Ok(wire::GetAccessKeyLastUsedResponse {
        user_name: Some(shown(&key.owner)).filter(|name| !name.is_empty()),
        access_key_last_used: Some(wire::AccessKeyLastUsed {
            last_used_date: used.as_ref().map(|used| shapes::date(used.time)),
            service_name: used
                .as_ref()
                .map_or_else(unused, |used| used.service.clone()),
            region: used.map_or_else(unused, |used| used.region),
        }),
    })
}
