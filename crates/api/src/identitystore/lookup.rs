//! Ids by what is unique: GetUserId, GetGroupId, GetGroupMembershipId.

use atrium_model::directory::{ExternalId, Group, UniqueAttribute, UniqueKey, User};
use atrium_wire::WireError;
use atrium_wire::identitystore::{self as wire, ops};

use super::error::{ResourceType, not_found, validation};
use super::ids::{self, Use};
use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.read::<ops::GetUserId>(get_user_id);
    registry.read::<ops::GetGroupId>(get_group_id);
    registry.read::<ops::GetGroupMembershipId>(get_group_membership_id);
}

fn get_user_id(
    call: &mut Call<'_>,
    input: wire::GetUserIdRequest,
) -> Result<wire::GetUserIdResponse, WireError> {
    let action = "identitystore:GetUserId";
    let store = ids::open(call, &input.identity_store_id, action, Use::Read)?.identity_store;
    let paths = [
        ("userName", UniqueAttribute::UserName),
        ("emails.value", UniqueAttribute::Email),
    ];
    let key = key(
        call,
        input.alternate_identifier,
        UniqueAttribute::UserExternalId,
        &paths,
    )?;
    let found = atrium_directory::find_user(&mut *call.tx, &store, &key).map_err(store_failure)?;
    let id = found.ok_or_else(|| not_found(call, ResourceType::User, None))?;
    Ok(wire::GetUserIdResponse {
        identity_store_id: store.to_string(),
        user_arn: User::arn_of(&id),
        user_id: id.to_string(),
    })
}

fn get_group_id(
    call: &mut Call<'_>,
    input: wire::GetGroupIdRequest,
) -> Result<wire::GetGroupIdResponse, WireError> {
    let action = "identitystore:GetGroupId";
    let store = ids::open(call, &input.identity_store_id, action, Use::Read)?.identity_store;
    let paths = [("displayName", UniqueAttribute::GroupDisplayName)];
    let key = key(
        call,
        input.alternate_identifier,
        UniqueAttribute::GroupExternalId,
        &paths,
    )?;
    let found = atrium_directory::find_group(&mut *call.tx, &store, &key).map_err(store_failure)?;
    let id = found.ok_or_else(|| not_found(call, ResourceType::Group, None))?;
    Ok(wire::GetGroupIdResponse {
        identity_store_id: store.to_string(),
        group_arn: Group::arn_of(&id),
        group_id: id.to_string(),
    })
}

fn get_group_membership_id(
    call: &mut Call<'_>,
    input: wire::GetGroupMembershipIdRequest,
) -> Result<wire::GetGroupMembershipIdResponse, WireError> {
    let action = "identitystore:GetGroupMembershipId";
    let store = ids::open(call, &input.identity_store_id, action, Use::Read)?.identity_store;
    let group = ids::group(call, &input.group_id)?;
    let user = ids::member(call, &input.member_id)?;
    let found = call
        .tx
        .membership_between(&store, &group, &user)
        .map_err(store_failure)?;
    let found = found.ok_or_else(|| not_found(call, ResourceType::Membership, None))?;
    Ok(wire::GetGroupMembershipIdResponse {
        identity_store_id: store.to_string(),
        membership_id: found.id.to_string(),
        membership_arn: found.arn(),
    })
}

/// The unique value that an alternate identifier names; `paths` are the attributes it may be of.
fn key(
    call: &Call<'_>,
    identifier: wire::AlternateIdentifier,
    external: UniqueAttribute,
    paths: &[(&str, UniqueAttribute)],
) -> Result<UniqueKey, WireError> {
    match (identifier.external_id, identifier.unique_attribute) {
        (Some(id), None) => Ok(UniqueKey::external(
            external,
            &ExternalId {
                issuer: id.issuer,
                id: id.id,
            },
        )),
        (None, Some(unique)) => {
            let given = &unique.attribute_path;
            let attribute = paths
                .iter()
                .find(|(path, _)| path.eq_ignore_ascii_case(given));
            let (_, attribute) = attribute.ok_or_else(|| {
                validation(call, format!("{given} is not a supported unique attribute"))
            })?;
            let value = unique.attribute_value.as_str().ok_or_else(|| {
                validation(call, format!("The value of {given} must be a string"))
            })?;
            Ok(UniqueKey::folded(*attribute, value))
        }
        _ => Err(validation(
            call,
            "alternateIdentifier must have exactly one of externalId and uniqueAttribute",
        )),
    }
}
