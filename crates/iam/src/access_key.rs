use atrium_model::iam::{AccessKey, KeyOwner};
use atrium_model::{AccountId, OpContext};
use atrium_store::{Tx, Vault};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::ids::access_key_id;
use crate::{IamError, Missing, Quotas};

/// What the secrets of access keys are sealed for.
pub(crate) const PURPOSE: &str = "access-key";

/// Makes an access key. Its secret is told here and never again.
///
/// # Errors
///
/// `AccessKeysPerUser`.
pub fn create_access_key(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    vault: &Vault,
    quotas: &Quotas,
    account: &AccountId,
    owner: KeyOwner,
) -> Result<(AccessKey, String), IamError> {
    let most = quotas.access_keys_per_user;
    let there = tx.access_keys(account, owner.user_id(), "", most)?.len();
    IamError::quota(
        "AccessKeysPerUser",
        most,
        i64::try_from(there).unwrap_or(i64::MAX),
    )?;
    let id = access_key_id(cx, "AKIA", account);
    let mut random = [0; 30];
    cx.random.fill(&mut random);
    let secret = STANDARD.encode(random);
    let key = AccessKey {
        sealed_secret: vault.seal(PURPOSE, &id, secret.as_bytes(), cx.random),
        id,
        account: account.clone(),
        owner,
        active: true,
        created: cx.now(),
    };
    tx.insert_access_key(&key)?;
    tx.bump_policy_epoch()?;
    Ok((key, secret))
}

/// A key of this owner.
///
/// # Errors
///
/// [`IamError::Missing`], also for the keys of others.
pub fn find_access_key(
    tx: &mut dyn Tx,
    account: &AccountId,
    owner: Option<&str>,
    id: &str,
) -> Result<AccessKey, IamError> {
    match tx.access_key(id)? {
        Some(key) if key.account == *account && key.owner.user_id() == owner => Ok(key),
        _ => Err(IamError::Missing(Missing::AccessKey(id.to_owned()))),
    }
}

/// Switches a key on (`Active`) or off (`Inactive`).
///
/// # Errors
///
/// [`IamError::InvalidStatus`] for any other word; [`IamError::Missing`].
pub fn set_access_key_status(
    tx: &mut dyn Tx,
    key: &AccessKey,
    status: &str,
) -> Result<(), IamError> {
    let active = match status {
        "Active" => true,
        "Inactive" => false,
        other => return Err(IamError::InvalidStatus(other.to_owned())),
    };
    if !tx.set_access_key_active(&key.account, &key.id, active)? {
        return Err(IamError::Missing(Missing::AccessKey(key.id.clone())));
    }
    Ok(tx.bump_policy_epoch()?)
}

/// Removes a key for good.
///
/// # Errors
///
/// [`IamError::Missing`].
pub fn delete_access_key(tx: &mut dyn Tx, key: &AccessKey) -> Result<(), IamError> {
    if !tx.delete_access_key(&key.account, &key.id)? {
        return Err(IamError::Missing(Missing::AccessKey(key.id.clone())));
    }
    Ok(tx.bump_policy_epoch()?)
}
