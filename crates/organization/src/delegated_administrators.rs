use atrium_model::organization::{
    DelegatedAdministrator, FeatureSet, Organization, TrustedService,
};
use atrium_model::{AccountId, OpContext};
use atrium_store::{StoreError, Tx};

use crate::principals::most_administrators;
use crate::{AccountError, Page, PageRequest, describe_account, is_recognized_principal};

/// Why a delegated administrator can't be registered, removed or listed.
#[derive(Debug, thiserror::Error)]
pub enum DelegationError {
    /// The organization has only consolidated billing.
    #[error("the organization does not have all features")]
    NotAllFeatures,
    /// There is no such service.
    #[error("`{0}` is not a known service principal")]
    Unrecognized(String),
    /// The organization has no such account.
    #[error("the organization has no such account")]
    AccountNotFound,
    /// The management account needs no delegation.
    #[error("the management account can't be a delegated administrator")]
    Management,
    /// The account is not active.
    #[error("the account is suspended")]
    Suspended,
    /// The organization does not trust the service.
    #[error("the organization does not trust `{0}`")]
    ServiceNotTrusted(String),
    /// The account administers the service already.
    #[error("the account already is a delegated administrator for `{0}`")]
    AlreadyRegistered(String),
    /// The account does not administer the service.
    #[error("the account is no delegated administrator")]
    NotRegistered,
    /// The service has as many administrators as it may.
    #[error("`{0}` has as many delegated administrators as it may")]
    TooMany(String),
    /// The store failed.
    #[error("could not read or change the delegated administrators")]
    Store(#[from] StoreError),
}

impl From<AccountError> for DelegationError {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::NotFound => Self::AccountNotFound,
            AccountError::Store(error) => Self::Store(error),
        }
    }
}

fn check(organization: &Organization, principal: Option<&str>) -> Result<(), DelegationError> {
    if organization.feature_set != FeatureSet::All {
        return Err(DelegationError::NotAllFeatures);
    }
    match principal.filter(|principal| !is_recognized_principal(principal)) {
        Some(principal) => Err(DelegationError::Unrecognized(principal.to_owned())),
        None => Ok(()),
    }
}

/// Lets a member account administer a service for the organization.
pub fn register_delegated_administrator(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    organization: &Organization,
    account: &AccountId,
    principal: &str,
) -> Result<(), DelegationError> {
    check(organization, Some(principal))?;
    if organization.management == *account {
        return Err(DelegationError::Management);
    }
    if !describe_account(tx, organization, account)?.is_active() {
        return Err(DelegationError::Suspended);
    }
    if !tx.is_trusted_service(&organization.id, principal)? {
        return Err(DelegationError::ServiceNotTrusted(principal.to_owned()));
    }
    tx.register_delegated_administrator(&organization.id, account, principal, cx.now())
        .map_err(|error| match error {
            StoreError::Duplicate(_) => DelegationError::AlreadyRegistered(principal.to_owned()),
            error => error.into(),
        })?;
    let most = most_administrators(principal).unwrap_or(1);
    if tx.count_delegated_administrators(&organization.id, principal)? > most {
        return Err(DelegationError::TooMany(principal.to_owned()));
    }
    tx.bump_policy_epoch()?;
    Ok(())
}

/// Ends that a member account administers a service.
pub fn deregister_delegated_administrator(
    tx: &mut dyn Tx,
    organization: &Organization,
    account: &AccountId,
    principal: &str,
) -> Result<(), DelegationError> {
    check(organization, Some(principal))?;
    describe_account(tx, organization, account)?;
    if !tx.deregister_delegated_administrator(&organization.id, account, principal)? {
        return Err(DelegationError::NotRegistered);
    }
    tx.bump_policy_epoch()?;
    Ok(())
}

/// The accounts that administer a service, or any.
pub fn list_delegated_administrators(
    tx: &mut dyn Tx,
    organization: &Organization,
    principal: Option<&str>,
    page: &PageRequest,
) -> Result<Page<DelegatedAdministrator>, DelegationError> {
    check(organization, principal)?;
    let (after, limit) = (page.after.as_deref(), page.limit());
    let found = tx.delegated_administrators(&organization.id, principal, after, limit)?;
    Ok(page.cut(found, |administrator| administrator.account.id.to_string()))
}

/// The services that an account administers.
pub fn list_delegated_services(
    tx: &mut dyn Tx,
    organization: &Organization,
    account: &AccountId,
    page: &PageRequest,
) -> Result<Page<TrustedService>, DelegationError> {
    check(organization, None)?;
    describe_account(tx, organization, account)?;
    if tx
        .delegated_services(&organization.id, account, None, 1)?
        .is_empty()
    {
        return Err(DelegationError::NotRegistered);
    }
    let (after, limit) = (page.after.as_deref(), page.limit());
    let found = tx.delegated_services(&organization.id, account, after, limit)?;
    Ok(page.cut(found, |service| service.principal.clone()))
}
