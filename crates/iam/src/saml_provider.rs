use std::time::Duration;

use atrium_model::iam::{SamlProvider, Tag};
use atrium_model::{AccountId, OpContext, Timestamp};
use atrium_saml::Metadata;
use atrium_store::{StoreError, Tx};

use crate::{IamError, Missing, Quotas, tags};

/// How long metadata is good that doesn't say: about a hundred years, as AWS shows it.
const UNLIMITED: Duration = Duration::from_secs(36_525 * 24 * 3600);

/// A SAML provider to be made.
#[derive(Clone, Debug, Default)]
pub struct NewSamlProvider {
    /// The name.
    pub name: String,
    /// What the identity provider publishes about itself.
    pub document: String,
    /// Tags.
    pub tags: Vec<Tag>,
}

/// Makes a SAML provider of what its metadata says.
///
/// # Errors
///
/// [`IamError::SamlProviderExists`], `SAMLProvidersPerAccount`, metadata that is refused or has expired, tags that break
/// a rule, and names that are kept for Identity Center.
pub fn create_saml_provider(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    quotas: &Quotas,
    account: &AccountId,
    new: NewSamlProvider,
) -> Result<SamlProvider, IamError> {
    if new.name.starts_with(SamlProvider::RESERVED_PREFIX) {
        return Err(IamError::ReservedName(new.name));
    }
    IamError::quota(
        "SAMLProvidersPerAccount",
        quotas.saml_providers,
        tx.iam_counts(account)?.saml_providers,
    )?;
    let metadata = Metadata::parse(&new.document)?;
    let provider = SamlProvider {
        account: account.clone(),
        name: new.name,
        id: cx.new_upper(22),
        valid_until: valid_until(cx, &metadata)?,
        issuer: metadata.entity_id,
        certificates: metadata.certificates,
        tags: tags::checked(new.tags, quotas.tags)?,
        created: cx.now(),
    };
    tx.insert_saml_provider(&provider, &new.document)
        .map_err(|error| match error {
            StoreError::Duplicate(_) => IamError::SamlProviderExists(provider.name.clone()),
            other => other.into(),
        })?;
    Ok(provider)
}

fn valid_until(cx: &OpContext<'_>, metadata: &Metadata) -> Result<Timestamp, IamError> {
    match metadata.valid_until {
        Some(until) if until <= cx.now() => Err(IamError::MetadataExpired),
        Some(until) => Ok(until),
        None => Ok(cx.now() + UNLIMITED),
    }
}

/// The SAML provider with this name.
///
/// # Errors
///
/// [`IamError::Missing`], which names it by its ARN.
pub fn find_saml_provider(
    tx: &mut dyn Tx,
    account: &AccountId,
    name: &str,
) -> Result<SamlProvider, IamError> {
    tx.saml_provider(account, name)?.ok_or_else(|| {
        let arn = format!("arn:aws:iam::{account}:saml-provider/{name}");
        IamError::Missing(Missing::SamlProvider(arn))
    })
}

/// Puts other metadata in the place of a provider's.
///
/// # Errors
///
/// Metadata that is refused or has expired.
pub fn update_saml_metadata(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    mut provider: SamlProvider,
    document: &str,
) -> Result<(), IamError> {
    let metadata = Metadata::parse(document)?;
    provider.valid_until = valid_until(cx, &metadata)?;
    provider.issuer = metadata.entity_id;
    provider.certificates = metadata.certificates;
    save(tx, &provider, Some(document))
}

/// Removes a SAML provider. Roles that trust it stay, and sessions that came through it too.
///
/// # Errors
///
/// [`IamError::Missing`].
pub fn delete_saml_provider(tx: &mut dyn Tx, provider: &SamlProvider) -> Result<(), IamError> {
    match tx.delete_saml_provider(&provider.account, &provider.name)? {
        true => Ok(()),
        false => Err(IamError::Missing(Missing::SamlProvider(provider.arn()))),
    }
}

/// Sets tags of a SAML provider.
///
/// # Errors
///
/// A key given twice, or too many tags.
pub fn tag_saml_provider(
    tx: &mut dyn Tx,
    quotas: &Quotas,
    mut provider: SamlProvider,
    new: Vec<Tag>,
) -> Result<(), IamError> {
    tags::merge(&mut provider.tags, new, quotas.tags)?;
    save(tx, &provider, None)
}

/// Removes tags of a SAML provider.
///
/// # Errors
///
/// Only of the store.
pub fn untag_saml_provider(
    tx: &mut dyn Tx,
    mut provider: SamlProvider,
    keys: &[String],
) -> Result<(), IamError> {
    tags::remove(&mut provider.tags, keys);
    save(tx, &provider, None)
}

fn save(tx: &mut dyn Tx, provider: &SamlProvider, document: Option<&str>) -> Result<(), IamError> {
    match tx.update_saml_provider(provider, document)? {
        true => Ok(()),
        false => Err(IamError::Missing(Missing::SamlProvider(provider.arn()))),
    }
}
