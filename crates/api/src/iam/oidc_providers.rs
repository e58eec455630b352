//! OpenID Connect providers: CreateOpenIDConnectProvider, GetOpenIDConnectProvider, DeleteOpenIDConnectProvider,
//! ListOpenIDConnectProviders, and their audiences and thumbprints.

use atrium_iam::{IamError, Missing, NewOidcProvider};
use atrium_model::ProviderKind;
use atrium_model::iam::OidcProvider;
use atrium_wire::iam::{self as wire, ops};
use atrium_wire::{Unit, WireError};

use super::authorize::{Keys, allow};
use super::failure::failure;
use super::{ProviderArn, quotas, shapes};
use crate::call::store_failure;
use crate::{Call, Registry};

/// The most providers of a list, should the quota have been higher once.
const MOST: i64 = 1000;

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::CreateOpenIDConnectProvider>(create);
    registry.read::<ops::GetOpenIDConnectProvider>(get);
    registry.write::<ops::DeleteOpenIDConnectProvider>(delete);
    registry.read::<ops::ListOpenIDConnectProviders>(list);
    registry.write::<ops::AddClientIDToOpenIDConnectProvider>(add_client_id);
    registry.write::<ops::RemoveClientIDFromOpenIDConnectProvider>(remove_client_id);
    registry.write::<ops::UpdateOpenIDConnectProviderThumbprint>(update_thumbprint);
}

/// The provider with this ARN, once the caller is known to be allowed `action` on it.
pub(super) fn open(
    call: &mut Call<'_>,
    arn: &str,
    action: &str,
    keys: Keys,
) -> Result<OidcProvider, WireError> {
    let account = call.account().clone();
    let found = match ProviderArn::own(call, arn, ProviderKind::OpenIdConnect)? {
        Some(name) => call
            .tx
            .oidc_provider(&account, &name)
            .map_err(store_failure)?,
        None => None,
    };
    match found {
        Some(provider) => {
            let keys = keys.resource_tags(&provider.tags);
            allow(call, action, arn, &keys)?;
            Ok(provider)
        }
        None => {
            allow(call, action, arn, &keys)?;
            let missing = Missing::OidcProvider(arn.to_owned());
            Err(failure(IamError::Missing(missing)))
        }
    }
}

fn create(
    call: &mut Call<'_>,
    input: wire::CreateOpenIDConnectProviderRequest,
) -> Result<wire::CreateOpenIDConnectProviderResponse, WireError> {
    let new = NewOidcProvider {
        url: input.url,
        client_ids: input.client_id_list.unwrap_or_default(),
        thumbprints: input.thumbprint_list.unwrap_or_default(),
        tags: shapes::tags_in(input.tags),
    };
    let name = new
        .url
        .split_once("://")
        .map_or(&*new.url, |(_, name)| name);
    let arn = format!("arn:aws:iam::{}:oidc-provider/{name}", call.account());
    let keys = Keys::none().request_tags(&new.tags);
    allow(call, "iam:CreateOpenIDConnectProvider", &arn, &keys)?;
    if !new.tags.is_empty() {
        allow(call, "iam:TagOpenIDConnectProvider", &arn, &keys)?;
    }
    if input.context_provider.is_some() || input.identity_center_instance_arn.is_some() {
        return Err(WireError::new(
            "InvalidInput",
            "Trusted identity propagation is not supported by this service.",
        ));
    }
    let account = call.account().clone();
    let made = atrium_iam::create_oidc_provider(
        &call.cx,
        &mut *call.tx,
        quotas(call.services),
        &account,
        new,
        call.services.settings.dev,
    )
    .map_err(failure)?;
    Ok(wire::CreateOpenIDConnectProviderResponse {
        open_id_connect_provider_arn: Some(made.arn()),
        tags: shapes::some(made.tags),
    })
}

fn get(
    call: &mut Call<'_>,
    input: wire::GetOpenIDConnectProviderRequest,
) -> Result<wire::GetOpenIDConnectProviderResponse, WireError> {
    let arn = &input.open_id_connect_provider_arn;
    let provider = open(call, arn, "iam:GetOpenIDConnectProvider", Keys::none())?;
    Ok(wire::GetOpenIDConnectProviderResponse {
        url: Some(provider.name().to_owned()),
        client_id_list: Some(provider.client_ids),
        thumbprint_list: Some(provider.thumbprints),
        create_date: Some(shapes::date(provider.created)),
        tags: shapes::some(provider.tags),
        ..wire::GetOpenIDConnectProviderResponse::default()
    })
}

fn delete(
    call: &mut Call<'_>,
    input: wire::DeleteOpenIDConnectProviderRequest,
) -> Result<Unit, WireError> {
    let arn = &input.open_id_connect_provider_arn;
    let own = ProviderArn::own(call, arn, ProviderKind::OpenIdConnect)?.is_some();
    let provider = match open(call, arn, "iam:DeleteOpenIDConnectProvider", Keys::none()) {
        // What isn't there needs no deleting (IAM API Reference, "DeleteOpenIDConnectProvider").
        Err(error) if own && error.code == "NoSuchEntity" => return Ok(Unit),
        opened => opened?,
    };
    atrium_iam::delete_oidc_provider(&mut *call.tx, &provider).map_err(failure)?;
    Ok(Unit)
}

fn list(
    call: &mut Call<'_>,
    _: wire::ListOpenIDConnectProvidersRequest,
) -> Result<wire::ListOpenIDConnectProvidersResponse, WireError> {
    allow(call, "iam:ListOpenIDConnectProviders", "*", &Keys::none())?;
    let account = call.account().clone();
    let most = call.quotas().iam.oidc_providers.max(MOST);
    let found = call
        .tx
        .oidc_providers(&account, "", most)
        .map_err(store_failure)?;
    let list = found
        .into_iter()
        .map(|provider| wire::OpenIDConnectProviderListEntry {
            arn: Some(provider.arn()),
            ..wire::OpenIDConnectProviderListEntry::default()
        })
        .collect();
    Ok(wire::ListOpenIDConnectProvidersResponse {
        open_id_connect_provider_list: Some(list),
    })
}

fn add_client_id(
    call: &mut Call<'_>,
    input: wire::AddClientIDToOpenIDConnectProviderRequest,
) -> Result<Unit, WireError> {
    let arn = &input.open_id_connect_provider_arn;
    let action = "iam:AddClientIDToOpenIDConnectProvider";
    let provider = open(call, arn, action, Keys::none())?;
    let quotas = quotas(call.services);
    atrium_iam::add_client_id(&mut *call.tx, quotas, provider, input.client_id).map_err(failure)?;
    Ok(Unit)
}

fn remove_client_id(
    call: &mut Call<'_>,
    input: wire::RemoveClientIDFromOpenIDConnectProviderRequest,
) -> Result<Unit, WireError> {
    let arn = &input.open_id_connect_provider_arn;
    let action = "iam:RemoveClientIDFromOpenIDConnectProvider";
    let provider = open(call, arn, action, Keys::none())?;
    atrium_iam::remove_client_id(&mut *call.tx, provider, &input.client_id).map_err(failure)?;
    Ok(Unit)
}

fn update_thumbprint(
    call: &mut Call<'_>,
    input: wire::UpdateOpenIDConnectProviderThumbprintRequest,
) -> Result<Unit, WireError> {
    let arn = &input.open_id_connect_provider_arn;
    let action = "iam:UpdateOpenIDConnectProviderThumbprint";
    let provider = open(call, arn, action, Keys::none())?;
    atrium_iam::update_thumbprints(&mut *call.tx, provider, input.thumbprint_list)
        .map_err(failure)?;
    Ok(Unit)
}
