//! SAML providers: CreateSAMLProvider, GetSAMLProvider, UpdateSAMLProvider, DeleteSAMLProvider, ListSAMLProviders.

use atrium_iam::{IamError, Missing, NewSamlProvider};
use atrium_model::ProviderKind;
use atrium_model::iam::SamlProvider;
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
    registry.write::<ops::CreateSAMLProvider>(create_saml_provider);
    registry.read::<ops::GetSAMLProvider>(get_saml_provider);
    registry.write::<ops::UpdateSAMLProvider>(update_saml_provider);
    registry.write::<ops::DeleteSAMLProvider>(delete_saml_provider);
    registry.read::<ops::ListSAMLProviders>(list_saml_providers);
}

/// The provider with this ARN, once the caller is known to be allowed `action` on it.
pub(super) fn open(
    call: &mut Call<'_>,
    arn: &str,
    action: &str,
    keys: Keys,
) -> Result<SamlProvider, WireError> {
    let account = call.account().clone();
    let found = match ProviderArn::own(call, arn, ProviderKind::Saml)? {
        Some(name) => call
            .tx
            .saml_provider(&account, &name)
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
            let missing = Missing::SamlProvider(arn.to_owned());
            Err(failure(IamError::Missing(missing)))
        }
    }
}

/// Encrypted assertions and trusted identity propagation are not offered.
fn not_offered(what: &str, asked: bool) -> Result<(), WireError> {
    match asked {
        true => Err(WireError::new(
            "InvalidInput",
            format!("{what} is not supported by this service."),
        )),
        false => Ok(()),
    }
}

fn create_saml_provider(
    call: &mut Call<'_>,
    input: wire::CreateSAMLProviderRequest,
) -> Result<wire::CreateSAMLProviderResponse, WireError> {
    let new = NewSamlProvider {
        name: input.name,
        document: input.saml_metadata_document,
        tags: shapes::tags_in(input.tags),
    };
    let arn = format!("arn:aws:iam::{}:saml-provider/{}", call.account(), new.name);
    let keys = Keys::none().request_tags(&new.tags);
    allow(call, "iam:CreateSAMLProvider", &arn, &keys)?;
    if !new.tags.is_empty() {
        allow(call, "iam:TagSAMLProvider", &arn, &keys)?;
    }
    not_offered(
        "Encryption of assertions",
        input.assertion_encryption_mode.is_some() || input.add_private_key.is_some(),
    )?;
    not_offered(
        "Trusted identity propagation",
        input.context_provider.is_some() || input.identity_center_instance_arn.is_some(),
    )?;
    let account = call.account().clone();
    let made = atrium_iam::create_saml_provider(
        &call.cx,
        &mut *call.tx,
        quotas(call.services),
        &account,
        new,
    )
    .map_err(failure)?;
    Ok(wire::CreateSAMLProviderResponse {
        saml_provider_arn: Some(made.arn()),
        tags: shapes::some(made.tags),
    })
}

fn get_saml_provider(
    call: &mut Call<'_>,
    input: wire::GetSAMLProviderRequest,
) -> Result<wire::GetSAMLProviderResponse, WireError> {
    let arn = &input.saml_provider_arn;
    let provider = open(call, arn, "iam:GetSAMLProvider", Keys::none())?;
    let document = call
        .tx
        .saml_provider_document(&provider.account, &provider.name)
        .map_err(store_failure)?;
    Ok(wire::GetSAMLProviderResponse {
        saml_provider_uuid: Some(provider.id),
        saml_metadata_document: document,
        create_date: Some(shapes::date(provider.created)),
        valid_until: Some(shapes::date(provider.valid_until)),
        tags: shapes::some(provider.tags),
        ..wire::GetSAMLProviderResponse::default()
    })
}

fn update_saml_provider(
    call: &mut Call<'_>,
    input: wire::UpdateSAMLProviderRequest,
) -> Result<wire::UpdateSAMLProviderResponse, WireError> {
    let arn = input.saml_provider_arn;
    let provider = open(call, &arn, "iam:UpdateSAMLProvider", Keys::none())?;
    not_offered(
        "Encryption of assertions",
        input.assertion_encryption_mode.is_some()
            || input.add_private_key.is_some()
            || input.remove_private_key.is_some(),
    )?;
    not_offered(
        "Trusted identity propagation",
        input.context_provider.is_some() || input.identity_center_instance_arn.is_some(),
    )?;
    // What isn't there is removed already.
    let removes = input.remove_context_provider == Some(true)
        || input.remove_identity_center_instance == Some(true);
    match input.saml_metadata_document {
        Some(document) => {
            atrium_iam::update_saml_metadata(&call.cx, &mut *call.tx, provider, &document)
                .map_err(failure)?;
        }
        None if removes => {}
        None => {
            return Err(WireError::new(
                "InvalidInput",
                "Unable to update identity provider. No updates are defined for metadata or encryption assertion.",
            ));
        }
    }
    Ok(wire::UpdateSAMLProviderResponse {
        saml_provider_arn: Some(arn),
    })
}

fn delete_saml_provider(
    call: &mut Call<'_>,
    input: wire::DeleteSAMLProviderRequest,
) -> Result<Unit, WireError> {
    let arn = &input.saml_provider_arn;
    let provider = open(call, arn, "iam:DeleteSAMLProvider", Keys::none())?;
    atrium_iam::delete_saml_provider(&mut *call.tx, &provider).map_err(failure)?;
    Ok(Unit)
}

fn list_saml_providers(
    call: &mut Call<'_>,
    _: wire::ListSAMLProvidersRequest,
) -> Result<wire::ListSAMLProvidersResponse, WireError> {
    allow(call, "iam:ListSAMLProviders", "*", &Keys::none())?;
    let account = call.account().clone();
    let most = call.quotas().iam.saml_providers.max(MOST);
    let found = call
        .tx
        .saml_providers(&account, "", most)
        .map_err(store_failure)?;
    let list = found
        .into_iter()
        .map(|provider| wire::SAMLProviderListEntry {
            arn: Some(provider.arn()),
            valid_until: Some(shapes::date(provider.valid_until)),
            create_date: Some(shapes::date(provider.created)),
            ..wire::SAMLProviderListEntry::default()
        })
        .collect();
    Ok(wire::ListSAMLProvidersResponse {
        saml_provider_list: Some(list),
    })
}
