use atrium_model::application::Application;
use atrium_model::control::{TrustedTokenIssuer, TrustedTokenIssuerArn};
use atrium_store::{ApplicationPartKind, StoreError, Tx};
use serde::Deserialize;

use crate::ExchangeError;

/// The grant of OAuth 2.0's authorization codes (RFC 6749).
pub const AUTHORIZATION_CODE: &str = "authorization_code";
/// The grant that renews access tokens (RFC 6749).
pub const REFRESH_TOKEN: &str = "refresh_token";
/// The grant that takes tokens of trusted issuers (RFC 7523).
pub const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// The grant that takes tokens of this instance (RFC 8693).
pub const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";

/// What a genuine token of a trusted issuer says.
pub struct Assertion<'a> {
    /// The issuer's URL.
    pub issuer_url: &'a str,
    /// Whom it is for.
    pub audiences: Vec<&'a str>,
    /// The text at a path of its claims.
    pub claim: &'a dyn Fn(&str) -> Option<String>,
}

/// The content of a grant as PutApplicationGrant keeps it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Content {
    jwt_bearer: Option<JwtBearer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct JwtBearer {
    #[serde(default)]
    authorized_token_issuers: Vec<AuthorizedIssuer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AuthorizedIssuer {
    trusted_token_issuer_arn: Option<String>,
    #[serde(default)]
    authorized_audiences: Vec<String>,
}

/// Whether an application has a grant of this type.
pub(crate) fn has(
    tx: &mut dyn Tx,
    application: &Application,
    name: &str,
) -> Result<bool, StoreError> {
    Ok(content(tx, application, name)?.is_some())
}

fn content(
    tx: &mut dyn Tx,
    application: &Application,
    name: &str,
) -> Result<Option<String>, StoreError> {
    let (instance, id) = (&application.instance, &application.id);
    let part = tx.application_part(instance, id, ApplicationPartKind::Grant, name)?;
    Ok(part.map(|part| part.content))
}

/// Whether a token of the issuer at this URL may be an assertion of the application, so that the issuer may be asked for
/// its keys. Whether the audience is right is seen later.
pub fn issuer_is_trusted(
    tx: &mut dyn Tx,
    application: &Application,
    issuer_url: &str,
) -> Result<bool, StoreError> {
    Ok(issuers(tx, application, issuer_url)?.is_some_and(|issuers| !issuers.is_empty()))
}

/// The issuer for which an assertion holds: one that the application's grant names, with its audience.
pub(crate) fn issuer_of(
    tx: &mut dyn Tx,
    application: &Application,
    assertion: &Assertion<'_>,
) -> Result<TrustedTokenIssuer, ExchangeError> {
    let issuers = issuers(tx, application, assertion.issuer_url)?
        .ok_or(ExchangeError::NotGranted(JWT_BEARER))?;
    if issuers.is_empty() {
        return Err(ExchangeError::UnknownIssuer);
    }
    let meant = |(_, audiences): &(TrustedTokenIssuer, Vec<String>)| {
        audiences
            .iter()
            .any(|audience| assertion.audiences.contains(&audience.as_str()))
    };
    let found = issuers.into_iter().find(meant);
    found
        .map(|(issuer, _)| issuer)
        .ok_or(ExchangeError::Audience)
}

/// The issuers at a URL that the application's grant names, each with its audiences; none without the grant.
#[expect(
    clippy::type_complexity,
    reason = "a pair in a list that may be missing"
)]
fn issuers(
    tx: &mut dyn Tx,
    application: &Application,
    url: &str,
) -> Result<Option<Vec<(TrustedTokenIssuer, Vec<String>)>>, StoreError> {
    let Some(text) = content(tx, application, JWT_BEARER)? else {
        return Ok(None);
    };
    let content: Content = serde_json::from_str(&text).map_err(StoreError::corrupt)?;
    let named = content
        .jwt_bearer
        .map(|grant| grant.authorized_token_issuers);
    let mut found = Vec::new();
    for entry in named.unwrap_or_default() {
        let arn = entry.trusted_token_issuer_arn.unwrap_or_default();
        // The model lets grants name issuers that are gone, or of other instances: they count for nothing.
        let Ok(arn) = arn.parse::<TrustedTokenIssuerArn>() else {
            continue;
        };
        if arn.instance != application.instance {
            continue;
        }
        let issuer = tx.trusted_token_issuer(&arn.instance, &arn.id)?;
        let trusted =
            issuer.filter(|issuer| issuer.account == arn.account && issuer.issuer_url == url);
        found.extend(trusted.map(|issuer| (issuer, entry.authorized_audiences)));
    }
    Ok(Some(found))
}
