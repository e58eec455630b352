use atrium_model::AccountId;
use atrium_store::{StoreError, Tx};

use crate::{IamError, Missing};

/// Gives the account an alias in place of the one it had.
///
/// # Errors
///
/// [`IamError::AliasExists`] if any account has it.
pub fn create_account_alias(
    tx: &mut dyn Tx,
    account: &AccountId,
    alias: &str,
) -> Result<(), IamError> {
    let taken = || IamError::AliasExists(alias.to_owned());
    if tx.account_alias(account)?.as_deref() == Some(alias) {
        return Err(taken());
    }
    match tx.put_account_alias(account, alias) {
        Err(StoreError::Duplicate(_)) => Err(taken()),
        other => Ok(other?),
    }
}

/// Takes the account's alias away.
///
/// # Errors
///
/// [`IamError::Missing`] if it has another one or none.
pub fn delete_account_alias(
    tx: &mut dyn Tx,
    account: &AccountId,
    alias: &str,
) -> Result<(), IamError> {
    match tx.delete_account_alias(account, alias)? {
        true => Ok(()),
        false => Err(IamError::Missing(Missing::Alias(alias.to_owned()))),
    }
}
