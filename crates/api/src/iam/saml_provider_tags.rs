//! Tags of SAML providers.

use atrium_wire::iam::{self as wire, ops};
use atrium_wire::{Unit, WireError};

use super::authorize::Keys;
use super::failure::failure;
use super::saml_providers::open;
use super::{quotas, shapes, tags};
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::TagSAMLProvider>(tag);
    registry.write::<ops::UntagSAMLProvider>(untag);
    registry.read::<ops::ListSAMLProviderTags>(list);
}

fn tag(call: &mut Call<'_>, input: wire::TagSAMLProviderRequest) -> Result<Unit, WireError> {
    let new = shapes::tags_in(Some(input.tags));
    let keys = Keys::none().request_tags(&new);
    let provider = open(call, &input.saml_provider_arn, "iam:TagSAMLProvider", keys)?;
    let quotas = quotas(call.services);
    atrium_iam::tag_saml_provider(&mut *call.tx, quotas, provider, new).map_err(failure)?;
    Ok(Unit)
}

fn untag(call: &mut Call<'_>, input: wire::UntagSAMLProviderRequest) -> Result<Unit, WireError> {
    let keys = Keys::none().tag_keys(input.tag_keys.clone());
    let provider = open(
        call,
        &input.saml_provider_arn,
        "iam:UntagSAMLProvider",
        keys,
    )?;
    atrium_iam::untag_saml_provider(&mut *call.tx, provider, &input.tag_keys).map_err(failure)?;
    Ok(Unit)
}

fn list(
    call: &mut Call<'_>,
    input: wire::ListSAMLProviderTagsRequest,
) -> Result<wire::ListSAMLProviderTagsResponse, WireError> {
    let arn = input.saml_provider_arn;
    let provider = open(call, &arn, "iam:ListSAMLProviderTags", Keys::none())?;
    let page = tags::page(
        call,
        &arn,
        provider.tags,
        input.marker.as_deref(),
        input.max_items,
    )?;
    let is_truncated = page.truncated();
    Ok(wire::ListSAMLProviderTagsResponse {
        tags: shapes::tags(page.items),
        is_truncated,
        marker: page.marker,
    })
}
