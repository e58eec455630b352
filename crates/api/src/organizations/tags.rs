//! Tags of accounts, the tree and policies.

use atrium_model::organization::TransferDirection;
use atrium_organization::{self as area, Standing, TaggedResource, TaggedResourceError};
use atrium_wire::organizations::{self as wire, ops};
use atrium_wire::{Unit, WireError};

use super::access::{Keys, Who, permit, standing};
use super::{convert, errors, quotas};
use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::TagResource>(tag_resource);
    registry.write::<ops::UntagResource>(untag_resource);
    registry.read::<ops::ListTagsForResource>(list_tags_for_resource);
}

/// Permits an operation on a resource, and refuses one that is not there.
fn on_resource(
    call: &mut Call<'_>,
    who: Who,
    action: &str,
    id: &str,
    request: Keys,
) -> Result<Standing, WireError> {
    let standing = standing(call, action)?;
    let organization = &standing.organization;
    let found = area::find_tagged_resource(call.tx, organization, id);
    let arn = match &found {
        Ok(TaggedResource::Target(target)) => organization.target_arn(target),
        Ok(TaggedResource::Policy(policy)) => {
            organization.policy_arn(policy.kind, &policy.id, policy.aws_managed)
        }
        Ok(TaggedResource::ResourcePolicy(id)) => organization.resource_policy_arn(id),
        Ok(TaggedResource::Transfer(transfer)) => {
            transfer.arn(organization, TransferDirection::Inbound)
        }
        Err(TaggedResourceError::NotFound | TaggedResourceError::Store(_)) => "*".to_owned(),
    };
    let keys = request.resource_tags(call, organization, id)?;
    permit(call, &standing, who, action, &arn, &keys)?;
    found.map_err(errors::tagged_resource)?;
    Ok(standing)
}

fn tag_resource(call: &mut Call<'_>, input: wire::TagResourceRequest) -> Result<Unit, WireError> {
    let request = Keys::none().request_tags(&input.tags);
    let (action, id) = ("organizations:TagResource", &input.resource_id);
    let standing = on_resource(call, Who::PolicyAdministrator, action, id, request)?;
    let tags = convert::tags(Some(input.tags));
    area::put_tags(
        call.tx,
        &standing.organization,
        id,
        &tags,
        quotas(call.services),
    )
    .map_err(errors::tags)?;
    Ok(Unit)
}

fn untag_resource(
    call: &mut Call<'_>,
    input: wire::UntagResourceRequest,
) -> Result<Unit, WireError> {
    let request = Keys::none().tag_keys(input.tag_keys.clone());
    let (action, id) = ("organizations:UntagResource", &input.resource_id);
    let standing = on_resource(call, Who::PolicyAdministrator, action, id, request)?;
    area::delete_tags(call.tx, &standing.organization, id, &input.tag_keys)
        .map_err(errors::tags)?;
    Ok(Unit)
}

fn list_tags_for_resource(
    call: &mut Call<'_>,
    input: wire::ListTagsForResourceRequest,
) -> Result<wire::ListTagsForResourceResponse, WireError> {
    let (action, id) = ("organizations:ListTagsForResource", &input.resource_id);
    let standing = on_resource(call, Who::Reader, action, id, Keys::none())?;
    let page = convert::page(call, id, input.next_token.as_deref(), None)?;
    let found = area::list_tags(call.tx, &standing.organization, id, &page);
    let found = found.map_err(store_failure)?;
    let next_token = convert::next(call, id, &found);
    let tags = found.items.into_iter().map(|tag| wire::Tag {
        key: tag.key,
        value: tag.value,
    });
    Ok(wire::ListTagsForResourceResponse {
        tags: Some(tags.collect()),
        next_token,
    })
}
