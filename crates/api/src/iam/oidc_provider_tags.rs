//! Tags of OpenID Connect providers.

use atrium_wire::iam::{self as wire, ops};
use atrium_wire::{Unit, WireError};

use super::authorize::Keys;
use super::failure::failure;
use super::oidc_providers::open;
use super::{quotas, shapes, tags};
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::TagOpenIDConnectProvider>(tag);
    registry.write::<ops::UntagOpenIDConnectProvider>(untag);
    registry.read::<ops::ListOpenIDConnectProviderTags>(list);
}

fn tag(
    call: &mut Call<'_>,
    input: wire::TagOpenIDConnectProviderRequest,
) -> Result<Unit, WireError> {
    let new = shapes::tags_in(Some(input.tags));
    let keys = Keys::none().request_tags(&new);
    let provider = open(
        call,
        &input.open_id_connect_provider_arn,
        "iam:TagOpenIDConnectProvider",
        keys,
    )?;
    let quotas = quotas(call.services);
    atrium_iam::tag_oidc_provider(&mut *call.tx, quotas, provider, new).map_err(failure)?;
    Ok(Unit)
}

fn untag(
    call: &mut Call<'_>,
    input: wire::UntagOpenIDConnectProviderRequest,
) -> Result<Unit, WireError> {
    let keys = Keys::none().tag_keys(input.tag_keys.clone());
    let provider = open(
        call,
        &input.open_id_connect_provider_arn,
        "iam:UntagOpenIDConnectProvider",
        keys,
    )?;
    atrium_iam::untag_oidc_provider(&mut *call.tx, provider, &input.tag_keys).map_err(failure)?;
    Ok(Unit)
}

fn list(
    call: &mut Call<'_>,
    input: wire::ListOpenIDConnectProviderTagsRequest,
) -> Result<wire::ListOpenIDConnectProviderTagsResponse, WireError> {
    let arn = input.open_id_connect_provider_arn;
    let provider = open(
        call,
        &arn,
        "iam:ListOpenIDConnectProviderTags",
        Keys::none(),
    )?;
    let page = tags::page(
        call,
        &arn,
        provider.tags,
        input.marker.as_deref(),
        input.max_items,
    )?;
    let is_truncated = page.truncated();
    Ok(wire::ListOpenIDConnectProviderTagsResponse {
        tags: shapes::tags(page.items),
        is_truncated,
        marker: page.marker,
    })
}
