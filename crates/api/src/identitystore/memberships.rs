//! Memberships: create, describe, delete, both lists, and IsMemberInGroups.

use atrium_directory::CreateMembershipError;
use atrium_model::directory::GroupMembership;
use atrium_model::{GroupId, UserId};
use atrium_store::{GroupTx, UserTx};
use atrium_wire::WireError;
use atrium_wire::identitystore::{self as wire, ops};

use super::error::{ResourceType, not_found, unique};
use super::ids::{self, Use};
use super::{cut, date, page_size};
use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::CreateGroupMembership>(create_group_membership);
    registry.read::<ops::DescribeGroupMembership>(describe_group_membership);
    registry.write::<ops::DeleteGroupMembership>(delete_group_membership);
    registry.read::<ops::ListGroupMemberships>(list_group_memberships);
    registry.read::<ops::ListGroupMembershipsForMember>(list_group_memberships_for_member);
    registry.read::<ops::IsMemberInGroups>(is_member_in_groups);
}

fn create_group_membership(
    call: &mut Call<'_>,
    input: wire::CreateGroupMembershipRequest,
) -> Result<wire::CreateGroupMembershipResponse, WireError> {
    let action = "identitystore:CreateGroupMembership";
    let instance = ids::open(call, &input.identity_store_id, action, Use::Change)?;
    let group = ids::group(call, &input.group_id)?;
    let user = ids::member(call, &input.member_id)?;
    let store = &instance.identity_store;
    match atrium_directory::create_membership(&call.cx, &mut *call.tx, store, &group, &user) {
        Ok(membership) => Ok(wire::CreateGroupMembershipResponse {
            identity_store_id: membership.store.to_string(),
            membership_id: membership.id.to_string(),
            membership_arn: membership.arn(),
        }),
        Err(CreateMembershipError::GroupNotFound) => {
            Err(not_found(call, ResourceType::Group, Some(group.as_str())))
        }
        Err(CreateMembershipError::UserNotFound) => {
            Err(not_found(call, ResourceType::User, Some(user.as_str())))
        }
        Err(CreateMembershipError::AlreadyMember) => {
            Err(unique(call, "Member and Group relationship already exists"))
        }
        Err(CreateMembershipError::Store(error)) => Err(store_failure(error)),
    }
}

fn describe_group_membership(
    call: &mut Call<'_>,
    input: wire::DescribeGroupMembershipRequest,
) -> Result<wire::DescribeGroupMembershipResponse, WireError> {
    let action = "identitystore:DescribeGroupMembership";
    let instance = ids::open(call, &input.identity_store_id, action, Use::Read)?;
    let id = ids::membership(call, &input.membership_id)?;
    let found = call
        .tx
        .group_membership(&instance.identity_store, &id)
        .map_err(store_failure)?;
    let found =
        found.ok_or_else(|| not_found(call, ResourceType::Membership, Some(id.as_str())))?;
    Ok(wire::DescribeGroupMembershipResponse {
        identity_store_id: found.store.to_string(),
        membership_id: found.id.to_string(),
        membership_arn: found.arn(),
        group_id: found.group.to_string(),
        member_id: wire::MemberId {
            user_id: Some(found.user.to_string()),
        },
        created_at: Some(date(found.created_at)),
        updated_at: Some(date(found.created_at)),
        created_by: Some(found.created_by.clone()),
        updated_by: Some(found.created_by),
    })
}

fn delete_group_membership(
    call: &mut Call<'_>,
    input: wire::DeleteGroupMembershipRequest,
) -> Result<wire::DeleteGroupMembershipResponse, WireError> {
    let action = "identitystore:DeleteGroupMembership";
    let instance = ids::open(call, &input.identity_store_id, action, Use::Change)?;
    let id = ids::membership(call, &input.membership_id)?;
    if call
        .tx
        .delete_membership(&instance.identity_store, &id, call.cx.now())
        .map_err(store_failure)?
    {
        return Ok(wire::DeleteGroupMembershipResponse {});
    }
    Err(not_found(call, ResourceType::Membership, Some(id.as_str())))
}

fn list_group_memberships(
    call: &mut Call<'_>,
    input: wire::ListGroupMembershipsRequest,
) -> Result<wire::ListGroupMembershipsResponse, WireError> {
    let action = "identitystore:ListGroupMemberships";
    let store = ids::open(call, &input.identity_store_id, action, Use::Read)?.identity_store;
    let group = ids::group(call, &input.group_id)?;
    let scope = format!("{store}/{group}");
    let after = call.page::<UserId>(&scope, input.next_token.as_deref())?;
    if GroupTx::group(call.tx, &store, &group)
        .map_err(store_failure)?
        .is_none()
    {
        return Err(not_found(call, ResourceType::Group, Some(group.as_str())));
    }
    let limit = page_size(input.max_results);
    let mut found = call
        .tx
        .members_of_group(&store, &group, after.as_ref(), limit + 1)
        .map_err(store_failure)?;
    let next_token = cut(&mut found, limit).map(|last| call.next_token(&scope, &last.user));
    let group_memberships = found.into_iter().map(shown).collect();
    Ok(wire::ListGroupMembershipsResponse {
        group_memberships,
        next_token,
    })
}

fn list_group_memberships_for_member(
    call: &mut Call<'_>,
    input: wire::ListGroupMembershipsForMemberRequest,
) -> Result<wire::ListGroupMembershipsForMemberResponse, WireError> {
    let action = "identitystore:ListGroupMembershipsForMember";
    let store = ids::open(call, &input.identity_store_id, action, Use::Read)?.identity_store;
    let user = ids::member(call, &input.member_id)?;
    let scope = format!("{store}/{user}");
    let after = call.page::<GroupId>(&scope, input.next_token.as_deref())?;
    if UserTx::user(call.tx, &store, &user)
        .map_err(store_failure)?
        .is_none()
    {
        return Err(not_found(call, ResourceType::User, Some(user.as_str())));
    }
    let limit = page_size(input.max_results);
    let mut found = GroupTx::groups_of_user(call.tx, &store, &user, after.as_ref(), limit + 1)
        .map_err(store_failure)?;
    let next_token = cut(&mut found, limit).map(|last| call.next_token(&scope, &last.group));
    let group_memberships = found.into_iter().map(shown).collect();
    Ok(wire::ListGroupMembershipsForMemberResponse {
        group_memberships,
        next_token,
    })
}

fn is_member_in_groups(
    call: &mut Call<'_>,
    input: wire::IsMemberInGroupsRequest,
) -> Result<wire::IsMemberInGroupsResponse, WireError> {
    let action = "identitystore:IsMemberInGroups";
    let store = ids::open(call, &input.identity_store_id, action, Use::Read)?.identity_store;
    let user = ids::member(call, &input.member_id)?;
    if UserTx::user(call.tx, &store, &user)
        .map_err(store_failure)?
        .is_none()
    {
        return Err(not_found(call, ResourceType::User, Some(user.as_str())));
    }
    let mut results = Vec::with_capacity(input.group_ids.len());
    for text in input.group_ids {
        let group = ids::group(call, &text)?;
        let found = call
            .tx
            .membership_between(&store, &group, &user)
            .map_err(store_failure)?;
        results.push(wire::GroupMembershipExistenceResult {
            group_id: Some(group.to_string()),
            member_id: Some(wire::MemberId {
                user_id: Some(user.to_string()),
            }),
            membership_exists: Some(found.is_some()),
        });
    }
    Ok(wire::IsMemberInGroupsResponse { results })
}

fn shown(membership: GroupMembership) -> wire::GroupMembership {
    wire::GroupMembership {
        identity_store_id: membership.store.to_string(),
        membership_id: membership.id.to_string(),
        membership_arn: membership.arn(),
        group_id: Some(membership.group.to_string()),
        member_id: Some(wire::MemberId {
            user_id: Some(membership.user.to_string()),
        }),
        created_at: Some(date(membership.created_at)),
        updated_at: Some(date(membership.created_at)),
        created_by: Some(membership.created_by.clone()),
        updated_by: Some(membership.created_by),
    }
}
