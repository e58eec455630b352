use atrium_model::iam::KeyOwner;
use atrium_model::{AccountId, Caller, Principal, Timestamp};
use atrium_store::{StoreError, Tx, Vault};

use crate::access_key::PURPOSE;
use crate::token::{self, Sealed};

/// Who signs with a key, and the secret to check the signature with.
pub struct Authenticated {
    /// The caller.
    pub caller: Caller,
    /// The key's secret.
    pub secret: String,
}

/// Why a key names no caller.
#[derive(Debug, thiserror::Error)]
pub enum AuthenticateError {
    /// There is no such key.
    #[error("the access key is not known")]
    UnknownKey,
    /// The key is switched off.
    #[error("the access key is inactive")]
    InactiveKey,
    /// The token was not made here, belongs to another key, or its principal is gone.
    #[error("the session token is not valid")]
    InvalidToken,
    /// The session is over.
    #[error("the session has expired")]
    ExpiredToken,
    /// The account is closed or suspended.
    #[error("the account is closed")]
    AccountClosed,
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

/// Finds the caller behind an access key id and, for temporary credentials, a session token.
///
/// The answer holds until the policy epoch changes, or the session ends.
///
/// # Errors
///
/// See [`AuthenticateError`].
pub fn authenticate(
    tx: &mut dyn Tx,
    vault: &Vault,
    access_key_id: &str,
    session_token: Option<&str>,
    now: Timestamp,
) -> Result<Authenticated, AuthenticateError> {
    match session_token {
        None => long_lived(tx, vault, access_key_id),
        Some(token) => temporary(tx, vault, access_key_id, token, now),
    }
}

fn long_lived(
    tx: &mut dyn Tx,
    vault: &Vault,
    access_key_id: &str,
) -> Result<Authenticated, AuthenticateError> {
    let key = tx
        .access_key(access_key_id)?
        .ok_or(AuthenticateError::UnknownKey)?;
    if !key.active {
        return Err(AuthenticateError::InactiveKey);
    }
    open_account(tx, &key.account)?;
    let secret = vault
        .unseal(PURPOSE, access_key_id, &key.sealed_secret)
        .ok()
        .and_then(|secret| String::from_utf8(secret).ok())
        .ok_or_else(|| {
            StoreError::Corrupt(format!("the secret of {access_key_id} does not open"))
        })?;
    let principal = match key.owner {
        KeyOwner::Root => Principal::Root,
        KeyOwner::User { id, name, path } => Principal::User { id, name, path },
    };
    let caller = Caller {
        account: key.account,
        principal,
        access_key_id: key.id,
        session: None,
    };
    Ok(Authenticated { caller, secret })
}

fn temporary(
    tx: &mut dyn Tx,
    vault: &Vault,
    access_key_id: &str,
    token: &str,
    now: Timestamp,
) -> Result<Authenticated, AuthenticateError> {
    let Sealed {
        mut caller,
        policy_arns,
        issuing_key,
    } = token::open(vault, access_key_id, token).ok_or(AuthenticateError::InvalidToken)?;
    let mut session = caller
        .session
        .take()
        .ok_or(AuthenticateError::InvalidToken)?;
    if session.expires_at <= now {
        return Err(AuthenticateError::ExpiredToken);
    }
    open_account(tx, &caller.account)?;
    if let Some(key) = issuing_key {
        let key = tx
            .access_key(&key)?
            .ok_or(AuthenticateError::InvalidToken)?;
        if !key.active {
            return Err(AuthenticateError::InactiveKey);
        }
    }
    caller.principal = still_there(tx, &caller.account, caller.principal)?;
    for arn in &policy_arns {
        // A policy that is gone grants nothing; the session stays restricted.
        session
            .policies
            .extend(tx.policy_document(&caller.account, arn)?.map(|p| p.content));
    }
    caller.session = Some(session);
    Ok(Authenticated {
        caller,
        secret: token::secret(vault, access_key_id),
    })
}

fn open_account(tx: &mut dyn Tx, account: &AccountId) -> Result<(), AuthenticateError> {
    match tx.account(account)? {
        Some(account) if account.is_active() => Ok(()),
        _ => Err(AuthenticateError::AccountClosed),
    }
}

/// The principal under its present name; one that was deleted, even if made anew since, has no sessions.
fn still_there(
    tx: &mut dyn Tx,
    account: &AccountId,
    principal: Principal,
) -> Result<Principal, AuthenticateError> {
    let gone = AuthenticateError::InvalidToken;
    Ok(match principal {
        Principal::Root => Principal::Root,
        Principal::User { id, .. } => {
            let user = tx.iam_user_by_id(account, &id)?.ok_or(gone)?;
            Principal::User {
                id,
                name: user.name,
                path: user.path,
            }
        }
        Principal::Role {
            id, session_name, ..
        } => {
            let role = tx.role_by_id(account, &id)?.ok_or(gone)?;
            Principal::Role {
                id,
                name: role.name,
                path: role.path,
                session_name,
            }
        }
        Principal::Federated { name, user_id, .. } if user_id == account.as_str() => {
            Principal::Federated {
                name,
                user_id,
                user_name: String::new(),
            }
        }
        Principal::Federated { name, user_id, .. } => {
            let user = tx.iam_user_by_id(account, &user_id)?.ok_or(gone)?;
            Principal::Federated {
                name,
                user_id,
                user_name: user.name,
            }
        }
        // Nobody issues credentials for them.
        Principal::ProviderUser(_) | Principal::Person { .. } | Principal::Anonymous => {
            return Err(gone);
        }
    })
}
