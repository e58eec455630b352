use atrium_model::iam::{OidcProvider, Tag};
use atrium_model::{AccountId, OpContext};
use atrium_store::{StoreError, Tx};

use crate::{IamError, Limit, Missing, Quotas, tags};

/// The most thumbprints of a provider (IAM User Guide, "IAM and AWS STS quotas"). It can't be raised.
const MOST_THUMBPRINTS: usize = 5;

/// An OpenID Connect provider to be made.
#[derive(Clone, Debug, Default)]
pub struct NewOidcProvider {
    /// The issuer's URL.
    pub url: String,
    /// The audiences whose tokens are accepted.
    pub client_ids: Vec<String>,
    /// Thumbprints of certificates, forty hexadecimal digits each.
    pub thumbprints: Vec<String>,
    /// Tags.
    pub tags: Vec<Tag>,
}

/// Makes an OpenID Connect provider. Nothing is asked of the issuer yet.
///
/// With `loopback`, plain HTTP and port numbers are fine too: for rehearsals with an issuer on the same machine.
///
/// # Errors
///
/// [`IamError::OidcProviderExists`], `OpenIdConnectProvidersPerAccount`, URLs, client ids, thumbprints and tags that break
/// a rule.
pub fn create_oidc_provider(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    quotas: &Quotas,
    account: &AccountId,
    new: NewOidcProvider,
    loopback: bool,
) -> Result<OidcProvider, IamError> {
    if !is_issuer(&new.url, loopback) {
        return Err(IamError::ProviderUrl(new.url));
    }
    IamError::quota(
        "OpenIdConnectProvidersPerAccount",
        quotas.oidc_providers,
        tx.iam_counts(account)?.oidc_providers,
    )?;
    let mut provider = OidcProvider {
        account: account.clone(),
        url: new.url,
        client_ids: Vec::new(),
        thumbprints: thumbprints(new.thumbprints)?,
        tags: tags::checked(new.tags, quotas.tags)?,
        created: cx.now(),
    };
    for client_id in new.client_ids {
        put_client_id(quotas, &mut provider, client_id)?;
    }
    tx.insert_oidc_provider(&provider)
        .map_err(|error| match error {
            StoreError::Duplicate(_) => IamError::OidcProviderExists(provider.url.clone()),
            other => other.into(),
        })?;
    Ok(provider)
}

/// Whether a URL may be an issuer's: `https://`, a host without a port, and perhaps a path (IAM API Reference,
/// "CreateOpenIDConnectProvider").
fn is_issuer(url: &str, loopback: bool) -> bool {
    let rest = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => rest,
        (None, Some(rest)) if loopback => rest,
        _ => return false,
    };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (name, port) = match host.split_once(':') {
        Some((name, port)) if loopback => (name, Some(port)),
        _ => (host, None),
    };
    let is_name = !name.is_empty()
        && name.len() <= 253
        && name.split('.').all(|label| {
            !label.is_empty()
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        });
    let is_port = port.is_none_or(|port| port.parse::<u16>().is_ok());
    let is_path = path
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"/-._~%!$&'()+,;=:@".contains(&byte));
    is_name && is_port && is_path
}

fn thumbprints(given: Vec<String>) -> Result<Vec<String>, IamError> {
    if given.len() > MOST_THUMBPRINTS {
        return Err(IamError::LimitExceeded(Limit::Thumbprints(
            MOST_THUMBPRINTS,
        )));
    }
    let fits = |text: &String| text.len() == 40 && text.bytes().all(|b| b.is_ascii_hexdigit());
    match given.iter().find(|text| !fits(text)) {
        Some(strange) => Err(IamError::Thumbprint(strange.clone())),
        None => Ok(given.into_iter().map(|t| t.to_ascii_lowercase()).collect()),
    }
}

fn put_client_id(
    quotas: &Quotas,
    provider: &mut OidcProvider,
    client_id: String,
) -> Result<(), IamError> {
    if provider.client_ids.contains(&client_id) {
        return Ok(());
    }
    let count = |size: usize| i64::try_from(size).unwrap_or(i64::MAX);
    IamError::quota(
        "ClientIdsPerOpenIdConnectProvider",
        count(quotas.client_ids),
        count(provider.client_ids.len()),
    )?;
    provider.client_ids.push(client_id);
    Ok(())
}

/// The OpenID Connect provider with this name: host and path.
///
/// # Errors
///
/// [`IamError::Missing`], which names it by its ARN.
pub fn find_oidc_provider(
    tx: &mut dyn Tx,
    account: &AccountId,
    name: &str,
) -> Result<OidcProvider, IamError> {
    tx.oidc_provider(account, name)?.ok_or_else(|| {
        let arn = format!("arn:aws:iam::{account}:oidc-provider/{name}");
        IamError::Missing(Missing::OidcProvider(arn))
    })
}

/// Adds an audience; fine if the provider has it.
///
/// # Errors
///
/// `ClientIdsPerOpenIdConnectProvider`.
pub fn add_client_id(
    tx: &mut dyn Tx,
    quotas: &Quotas,
    mut provider: OidcProvider,
    client_id: String,
) -> Result<(), IamError> {
    put_client_id(quotas, &mut provider, client_id)?;
    save(tx, &provider)
}

/// Removes an audience; fine if the provider doesn't have it.
///
/// # Errors
///
/// Only of the store.
pub fn remove_client_id(
    tx: &mut dyn Tx,
    mut provider: OidcProvider,
    client_id: &str,
) -> Result<(), IamError> {
    provider.client_ids.retain(|known| known != client_id);
    save(tx, &provider)
}

/// Puts other thumbprints in the place of all that a provider has.
///
/// # Errors
///
/// More than five, or a text that is none.
pub fn update_thumbprints(
    tx: &mut dyn Tx,
    mut provider: OidcProvider,
    given: Vec<String>,
) -> Result<(), IamError> {
    provider.thumbprints = thumbprints(given)?;
    save(tx, &provider)
}

/// Removes an OpenID Connect provider. Roles that trust it stay, and sessions that came through it too.
///
/// # Errors
///
/// [`IamError::Missing`].
pub fn delete_oidc_provider(tx: &mut dyn Tx, provider: &OidcProvider) -> Result<(), IamError> {
    match tx.delete_oidc_provider(&provider.account, provider.name())? {
        true => Ok(()),
        false => Err(IamError::Missing(Missing::OidcProvider(provider.arn()))),
    }
}

/// Sets tags of an OpenID Connect provider.
///
/// # Errors
///
/// A key given twice, or too many tags.
pub fn tag_oidc_provider(
    tx: &mut dyn Tx,
    quotas: &Quotas,
    mut provider: OidcProvider,
    new: Vec<Tag>,
) -> Result<(), IamError> {
    tags::merge(&mut provider.tags, new, quotas.tags)?;
    save(tx, &provider)
}

/// Removes tags of an OpenID Connect provider.
///
/// # Errors
///
/// Only of the store.
pub fn untag_oidc_provider(
    tx: &mut dyn Tx,
    mut provider: OidcProvider,
    keys: &[String],
) -> Result<(), IamError> {
    tags::remove(&mut provider.tags, keys);
    save(tx, &provider)
}

fn save(tx: &mut dyn Tx, provider: &OidcProvider) -> Result<(), IamError> {
    match tx.update_oidc_provider(provider)? {
        true => Ok(()),
        false => Err(IamError::Missing(Missing::OidcProvider(provider.arn()))),
    }
}
