//! CreateGroup, DescribeGroup, UpdateGroup, DeleteGroup, ListGroups.

use atrium_directory::{CreateGroupError, DeleteGroupError, NewGroup, UpdateGroupError};
use atrium_model::GroupId;
use atrium_model::directory::{Group, UniqueAttribute, UniqueKey};
use atrium_store::GroupTx;
use atrium_wire::WireError;
use atrium_wire::identitystore::{self as wire, ops};

use super::error::{ResourceType, changed_meanwhile, not_found, profile, quota, taken};
use super::ids::{self, Use};
use super::profile::external_ids;
use super::users::{filter, operations};
use super::{cut, date, page_size};
use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::CreateGroup>(create_group);
    registry.read::<ops::DescribeGroup>(describe_group);
    registry.write::<ops::UpdateGroup>(update_group);
    registry.write::<ops::DeleteGroup>(delete_group);
    registry.read::<ops::ListGroups>(list_groups);
}

fn create_group(
    call: &mut Call<'_>,
    input: wire::CreateGroupRequest,
) -> Result<wire::CreateGroupResponse, WireError> {
    let instance = ids::open(
        call,
        &input.identity_store_id,
        "identitystore:CreateGroup",
        Use::Change,
    )?;
    let new = NewGroup {
        store: instance.identity_store,
        display_name: input.display_name,
        description: input.description,
        external_ids: Vec::new(),
    };
    let limit = call.quotas().directory.groups;
    match atrium_directory::create_group(&call.cx, &mut *call.tx, new, limit) {
        Ok(group) => Ok(wire::CreateGroupResponse {
            identity_store_id: group.store.to_string(),
            group_id: group.id.to_string(),
            group_arn: group.arn(),
            revision: group.revision.to_string(),
        }),
        Err(CreateGroupError::Profile(error)) => Err(profile(call, &error)),
        Err(CreateGroupError::Taken(attribute)) => Err(taken(call, attribute)),
        Err(CreateGroupError::Quota(limit)) => Err(quota(call, "groups", limit)),
        Err(CreateGroupError::Store(error)) => Err(store_failure(error)),
    }
}

fn describe_group(
    call: &mut Call<'_>,
    input: wire::DescribeGroupRequest,
) -> Result<wire::DescribeGroupResponse, WireError> {
    let instance = ids::open(
        call,
        &input.identity_store_id,
        "identitystore:DescribeGroup",
        Use::Read,
    )?;
    let id = ids::group(call, &input.group_id)?;
    let found = GroupTx::group(call.tx, &instance.identity_store, &id).map_err(store_failure)?;
    let found = found.ok_or_else(|| not_found(call, ResourceType::Group, Some(id.as_str())))?;
    let group = shown(found);
    Ok(wire::DescribeGroupResponse {
        identity_store_id: group.identity_store_id,
        group_id: group.group_id,
        group_arn: group.group_arn,
        revision: group.revision,
        display_name: group.display_name,
        external_ids: group.external_ids,
        description: group.description,
        created_at: group.created_at,
        created_by: group.created_by,
        updated_at: group.updated_at,
        updated_by: group.updated_by,
    })
}

fn update_group(
    call: &mut Call<'_>,
    input: wire::UpdateGroupRequest,
) -> Result<wire::UpdateGroupResponse, WireError> {
    let instance = ids::open(
        call,
        &input.identity_store_id,
        "identitystore:UpdateGroup",
        Use::Change,
    )?;
    let id = ids::group(call, &input.group_id)?;
    let revision = ids::revision(call, input.revision.as_deref())?;
    let (store, changes) = (&instance.identity_store, operations(input.operations));
    match atrium_directory::update_group(&call.cx, &mut *call.tx, store, &id, changes, revision) {
        Ok(group) => Ok(wire::UpdateGroupResponse {
            identity_store_id: group.store.to_string(),
            group_id: group.id.to_string(),
            group_arn: group.arn(),
            revision: group.revision.to_string(),
        }),
        Err(UpdateGroupError::NotFound) => {
            Err(not_found(call, ResourceType::Group, Some(id.as_str())))
        }
        Err(UpdateGroupError::Revision) => Err(changed_meanwhile(call)),
        Err(UpdateGroupError::Profile(error)) => Err(profile(call, &error)),
        Err(UpdateGroupError::Taken(attribute)) => Err(taken(call, attribute)),
        Err(UpdateGroupError::Store(error)) => Err(store_failure(error)),
    }
}

fn delete_group(
    call: &mut Call<'_>,
    input: wire::DeleteGroupRequest,
) -> Result<wire::DeleteGroupResponse, WireError> {
    let instance = ids::open(
        call,
        &input.identity_store_id,
        "identitystore:DeleteGroup",
        Use::Change,
    )?;
    let id = ids::group(call, &input.group_id)?;
    let revision = ids::revision(call, input.revision.as_deref())?;
    match atrium_directory::delete_group(&call.cx, &mut *call.tx, &instance, &id, revision) {
        Ok(()) => Ok(wire::DeleteGroupResponse {}),
        Err(DeleteGroupError::NotFound) => {
            Err(not_found(call, ResourceType::Group, Some(id.as_str())))
        }
        Err(DeleteGroupError::Revision) => Err(changed_meanwhile(call)),
        Err(DeleteGroupError::Store(error)) => Err(store_failure(error)),
    }
}

fn list_groups(
    call: &mut Call<'_>,
    input: wire::ListGroupsRequest,
) -> Result<wire::ListGroupsResponse, WireError> {
    let instance = ids::open(
        call,
        &input.identity_store_id,
        "identitystore:ListGroups",
        Use::Read,
    )?;
    let store = instance.identity_store;
    let filter = filter(call, input.filters.as_deref(), "displayName")?;
    let after = call.page::<GroupId>(store.as_str(), input.next_token.as_deref())?;
    let limit = page_size(input.max_results);
    let mut found: Vec<Group> = match filter {
        Some(name) => {
            let key = UniqueKey::folded(UniqueAttribute::GroupDisplayName, name);
            let id =
                atrium_directory::find_group(&mut *call.tx, &store, &key).map_err(store_failure)?;
            let group = id
                .map(|id| GroupTx::group(call.tx, &store, &id))
                .transpose();
            group
                .map_err(store_failure)?
                .flatten()
                .into_iter()
                .collect()
        }
        None => {
            GroupTx::groups(call.tx, &store, after.as_ref(), limit + 1).map_err(store_failure)?
        }
    };
    let next_token = cut(&mut found, limit).map(|last| call.next_token(store.as_str(), &last.id));
    let groups = found.into_iter().map(shown).collect();
    Ok(wire::ListGroupsResponse { groups, next_token })
}

fn shown(group: Group) -> wire::Group {
    let arn = group.arn();
    wire::Group {
        identity_store_id: group.store.to_string(),
        group_id: group.id.to_string(),
        group_arn: arn,
        revision: group.revision.to_string(),
        display_name: Some(group.display_name),
        external_ids: external_ids(group.external_ids),
        description: group.description,
        created_at: Some(date(group.created_at)),
        created_by: Some(group.created_by),
        updated_at: Some(date(group.updated_at)),
        updated_by: Some(group.updated_by),
    }
}
