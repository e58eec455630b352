use std::sync::Arc;

use atrium_iam::AuthenticateError;
use atrium_model::{AccountId, Caller, Principal, Timestamp};
use atrium_store::{StoreError, Tx};
use atrium_wire::sigv4::{AuthError, SignedRequest};
use http::request::Parts;

use crate::Services;
use crate::authority::{Authenticated, Authority, Credentials};

/// Why a caller could not be told.
#[derive(Debug)]
pub(crate) enum Refused {
    /// The signature, or what it is made with, is not good.
    Signature(AuthError),
    /// The account of a `--dev` caller has to be made first.
    NoAccount(AccountId),
    /// The store failed.
    Store(StoreError),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Who signed a request, before the signature is checked. Only for transactions that read: what they see is committed,
/// so it may be remembered.
pub(crate) fn resolve(
    services: &Services,
    tx: &mut dyn Tx,
    credentials: &Credentials,
    now: Timestamp,
) -> Result<Arc<Authenticated>, Refused> {
    let epoch = tx.policy_epoch()?;
    let found = match services.authorities.find(credentials, epoch) {
        Some(found) => found,
        None => {
            let found = Arc::new(gather(services, tx, credentials, epoch, now)?);
            services.authorities.remember(&found);
            found
        }
    };
    if found.has_expired(now) {
        return Err(Refused::Signature(AuthError::TokenExpired));
    }
    Ok(found)
}

/// Who has these credentials, and what they may do, as this transaction sees it.
pub(crate) fn gather(
    services: &Services,
    tx: &mut dyn Tx,
    credentials: &Credentials,
    epoch: i64,
    now: Timestamp,
) -> Result<Authenticated, Refused> {
    let (caller, secret) = look_up(services, tx, credentials, now)?;
    Ok(Authenticated {
        authority: Authority::gather(tx, caller, epoch)?,
        secret,
        credentials: Some(credentials.clone()),
    })
}

fn look_up(
    services: &Services,
    tx: &mut dyn Tx,
    (key, token): &Credentials,
    now: Timestamp,
) -> Result<(Caller, String), Refused> {
    match atrium_iam::authenticate(tx, &services.vault, key, token.as_deref(), now) {
        Ok(found) => Ok((found.caller, found.secret)),
        Err(AuthenticateError::Store(error)) => Err(Refused::Store(error)),
        Err(AuthenticateError::ExpiredToken) => Err(Refused::Signature(AuthError::TokenExpired)),
        // A real key that was switched off stays off, also with --dev.
        Err(AuthenticateError::UnknownKey) if services.settings.dev => {
            root_of_named_account(services, tx, key)
        }
        Err(
            AuthenticateError::UnknownKey
            | AuthenticateError::InactiveKey
            | AuthenticateError::InvalidToken
            | AuthenticateError::AccountClosed,
        ) => Err(Refused::Signature(AuthError::UnknownAccessKey)),
    }
}

/// With `--dev`, twelve digits name an account and anything else means the default one.
fn root_of_named_account(
    services: &Services,
    tx: &mut dyn Tx,
    key: &str,
) -> Result<(Caller, String), Refused> {
    let account = key
        .parse()
        .unwrap_or_else(|_| services.settings.dev_account.clone());
    match tx.account(&account)? {
        None => Err(Refused::NoAccount(account)),
        Some(known) if !known.is_active() => Err(Refused::Signature(AuthError::UnknownAccessKey)),
        Some(_) => {
            let caller = Caller {
                account,
                principal: Principal::Root,
                access_key_id: key.to_owned(),
                session: None,
            };
            Ok((caller, String::new()))
        }
    }
}

/// Checks the signature over the request as it came. With `--dev` any is good.
pub(crate) fn verify(
    services: &Services,
    signed: &SignedRequest,
    parts: &Parts,
    body: &[u8],
    secret: &str,
    now: Timestamp,
) -> Result<(), AuthError> {
    if services.settings.dev {
        return Ok(());
    }
    let now = jiff::Timestamp::from_millisecond(now.as_millis()).unwrap_or_default();
    signed.verify(parts, body, secret.as_bytes(), now)
}
