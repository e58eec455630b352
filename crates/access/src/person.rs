//! What a person finds in the access portal: the accounts they can enter, and as what.

use atrium_model::AccountId;
use atrium_model::access::PermissionSet;
use atrium_model::iam::Role;
use atrium_model::organization::Account;
use atrium_store::{Person, StoreError, Tx};

/// A page of the accounts in which a person has a permission set, themselves or through a group, by id. Closed ones are
/// left out, so a page may have fewer.
pub fn accounts_of_person(
    tx: &mut dyn Tx,
    person: Person<'_>,
    after: Option<&AccountId>,
    limit: i64,
) -> Result<Vec<(AccountId, Option<Account>)>, StoreError> {
    let ids = tx.accounts_of_person(person, after, limit)?;
    ids.into_iter()
        .map(|id| {
            let account = tx.account(&id)?.filter(Account::is_active);
            Ok((id, account))
        })
        .collect()
}

/// A page of the names of the permission sets that a person has in an account. A closed account gives none.
pub fn permission_sets_of_person(
    tx: &mut dyn Tx,
    person: Person<'_>,
    account: &AccountId,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<String>, StoreError> {
    match is_open(tx, account)? {
        true => tx.permission_sets_of_person(person, account, after, limit),
        false => Ok(Vec::new()),
    }
}

/// The role that a person may take in an account by the name of a permission set, with the set.
///
/// None if the person does not have the permission set there, whatever the reason.
pub fn role_of_person(
    tx: &mut dyn Tx,
    person: Person<'_>,
    account: &AccountId,
    name: &str,
) -> Result<Option<(PermissionSet, Role)>, StoreError> {
    if !is_open(tx, account)? {
        return Ok(None);
    }
    let Some((set, provisioned)) = tx.permission_set_of_person(person, account, name)? else {
        return Ok(None);
    };
    let role = tx.role_by_id(account, &provisioned.role_id)?;
    Ok(role.map(|role| (set, role)))
}

fn is_open(tx: &mut dyn Tx, account: &AccountId) -> Result<bool, StoreError> {
    Ok(tx
        .account(account)?
        .is_some_and(|account| account.is_active()))
}
