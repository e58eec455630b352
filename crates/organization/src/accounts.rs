use atrium_model::organization::{Account, AccountStatus, Organization, ParentId};
use atrium_model::{AccountId, OpContext, Timestamp};
use atrium_store::{StoreError, Tx};

use crate::{Page, PageRequest, ParentNotFound, Quotas, find_parent};

/// An account to be made, standing alone.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Its id; a random one if none is given.
    pub id: Option<AccountId>,
    /// The root user's e-mail address.
    pub email: String,
    /// Its name.
    pub name: String,
}

/// Why an account could not be made.
#[derive(Debug, thiserror::Error)]
pub enum NewAccountError {
    /// Another account has the address.
    #[error("an account with this e-mail address already exists")]
    EmailTaken,
    /// Another account has the id that was asked for.
    #[error("account `{0}` already exists")]
    IdTaken(AccountId),
    /// The store failed.
    #[error("could not save the account")]
    Store(#[from] StoreError),
}

/// Makes an account that stands alone.
pub fn create_account(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    new: NewAccount,
) -> Result<Account, NewAccountError> {
    // Random ids meet once in a long while; three in a row don't.
    for _ in 0..3 {
        let id = match &new.id {
            Some(id) => id.clone(),
            None => random_id(cx)?,
        };
        let account = Account {
            id,
            email: new.email.clone(),
            name: new.name.clone(),
            status: AccountStatus::Active,
            created_at: cx.now(),
            closed_at: None,
            joined: None,
        };
        match tx.insert_account(&account) {
            Ok(()) => {
                tx.bump_policy_epoch()?;
                return Ok(account);
            }
            Err(StoreError::Duplicate(_)) if tx.account_by_email(&new.email)?.is_some() => {
                return Err(NewAccountError::EmailTaken);
            }
            Err(StoreError::Duplicate(_)) if new.id.is_some() => {
                return Err(NewAccountError::IdTaken(account.id));
            }
            Err(StoreError::Duplicate(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(NewAccountError::Store(StoreError::Conflict))
}

/// Twelve random digits, each equally likely.
fn random_id(cx: &OpContext<'_>) -> Result<AccountId, StoreError> {
    let mut digits = String::with_capacity(12);
    while digits.len() < 12 {
        let more = cx.new_tail(64);
        digits.extend(
            more.chars()
                .filter(char::is_ascii_digit)
                .take(12 - digits.len()),
        );
    }
    digits
        .parse()
        .map_err(|error| StoreError::Corrupt(format!("{error}")))
}

/// The account with this id; if there is none, one is made that stands alone.
///
/// For servers that accept any account id, where an account exists from its first use.
pub fn ensure_account(
    tx: &mut dyn Tx,
    id: &AccountId,
    now: Timestamp,
) -> Result<Account, StoreError> {
    if let Some(account) = tx.account(id)? {
        return Ok(account);
    }
    let account = Account {
        id: id.clone(),
        email: format!("root+{id}@accounts.example"),
        name: format!("Account {id}"),
        status: AccountStatus::Active,
        created_at: now,
        closed_at: None,
        joined: None,
    };
    match tx.insert_account(&account) {
        Ok(()) => {
            tx.bump_policy_epoch()?;
            Ok(account)
        }
        // Made by another transaction since, or its address was given to another account by hand.
        Err(duplicate @ StoreError::Duplicate(_)) => tx.account(id)?.ok_or(duplicate),
        Err(error) => Err(error),
    }
}

/// An account of the organization could not be found or read.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The organization has no such account.
    #[error("the organization has no such account")]
    NotFound,
    /// The store failed.
    #[error("could not read the account")]
    Store(#[from] StoreError),
}

/// An account of an organization.
pub fn describe_account(
    tx: &mut dyn Tx,
    organization: &Organization,
    id: &AccountId,
) -> Result<Account, AccountError> {
    tx.account(id)?
        .filter(|account| {
            account
                .joined
                .as_ref()
                .is_some_and(|joined| joined.organization == organization.id)
        })
        .ok_or(AccountError::NotFound)
}

/// The accounts of an organization.
pub fn list_accounts(
    tx: &mut dyn Tx,
    organization: &Organization,
    page: &PageRequest,
) -> Result<Page<Account>, StoreError> {
    let found =
        tx.accounts_of_organization(&organization.id, page.after.as_deref(), page.limit())?;
    Ok(page.cut(found, |account| account.id.to_string()))
}

/// The accounts directly in a root or organizational unit.
pub fn list_accounts_for_parent(
    tx: &mut dyn Tx,
    organization: &Organization,
    parent: &ParentId,
    page: &PageRequest,
) -> Result<Page<Account>, ParentNotFound> {
    find_parent(tx, organization, parent)?;
    let (after, limit) = (page.after.as_deref(), page.limit());
    let found = tx.accounts_of_parent(&organization.id, parent.as_str(), after, limit)?;
    Ok(page.cut(found, |account| account.id.to_string()))
}

/// Why an account can't be closed.
#[derive(Debug, thiserror::Error)]
pub enum CloseAccountError {
    /// The organization has no such account.
    #[error("the organization has no such account")]
    NotFound,
    /// It is closed.
    #[error("the account is closed")]
    AlreadyClosed,
    /// It is being closed, or suspended by the operator.
    #[error("the account is not active")]
    NotActive,
    /// The management account can't be closed like this.
    #[error("the management account can't be closed")]
    Management,
    /// It administers a service for the organization.
    #[error("the account is a delegated administrator")]
    DelegatedAdministrator,
    /// Too many accounts were closed in the last 30 days.
    #[error("too many accounts were closed in the last 30 days")]
    Quota,
    /// The store failed.
    #[error("could not close the account")]
    Store(#[from] StoreError),
}

/// Closes an account. It stays in its organization, suspended.
pub fn close_account(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    organization: &Organization,
    id: &AccountId,
    quotas: &Quotas,
) -> Result<(), CloseAccountError> {
    let account = match describe_account(tx, organization, id) {
        Ok(account) => account,
        Err(AccountError::NotFound) => return Err(CloseAccountError::NotFound),
        Err(AccountError::Store(error)) => return Err(error.into()),
    };
    if organization.management == *id {
        return Err(CloseAccountError::Management);
    }
    match account.status {
        AccountStatus::Active => {}
        AccountStatus::Suspended if account.closed_at.is_some() => {
            return Err(CloseAccountError::AlreadyClosed);
        }
        AccountStatus::Suspended | AccountStatus::PendingClosure => {
            return Err(CloseAccountError::NotActive);
        }
    }
    if !tx
        .delegated_services(&organization.id, id, None, 1)?
        .is_empty()
    {
        return Err(CloseAccountError::DelegatedAdministrator);
    }
    // The larger of a fixed number and a fifth of the accounts, and never more than 1,000 (CloseAccount, API reference).
    let fifth = tx.count_accounts(&organization.id)? / 5;
    let most = fifth.clamp(quotas.closed_accounts, quotas.closed_accounts.max(1_000));
    let month = std::time::Duration::from_secs(30 * 24 * 3600);
    let since = Timestamp::from_millis(
        cx.now()
            .as_millis()
            .saturating_sub(i64::try_from(month.as_millis()).unwrap_or(i64::MAX)),
    );
    if tx.count_closed_accounts(&organization.id, since)? >= most {
        return Err(CloseAccountError::Quota);
    }
    if !tx.close_account(id, cx.now())? {
        return Err(CloseAccountError::AlreadyClosed);
    }
    tx.bump_policy_epoch()?;
    Ok(())
}

/// Renames an account.
pub fn put_account_name(tx: &mut dyn Tx, id: &AccountId, name: &str) -> Result<(), AccountError> {
    match tx.set_account_name(id, name)? {
        true => Ok(()),
        false => Err(AccountError::NotFound),
    }
}
