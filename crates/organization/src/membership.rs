use atrium_model::organization::{Joined, JoinedMethod, Organization, ParentId, TargetId};
use atrium_model::{AccountId, OpContext, PolicyId};
use atrium_store::{StoreError, Tx};

use crate::all_features::forget_member;
use crate::{AccountError, ParentNotFound, Quotas, describe_account, find_parent};

/// Gives an account its place in an organization, with the policies that every account gets.
pub(crate) fn admit(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    organization: &Organization,
    account: &AccountId,
    parent: ParentId,
    method: JoinedMethod,
) -> Result<(), StoreError> {
    let joined = Joined {
        organization: organization.id.clone(),
        parent,
        at: cx.now(),
        method,
    };
    tx.place_account(account, Some(&joined))?;
    attach_managed(tx, organization, &TargetId::Account(account.clone()))?;
    tx.bump_policy_epoch()
}

/// Attaches the policies of AWS that every root, unit and account has, one for each enabled type that has one.
pub(crate) fn attach_managed(
    tx: &mut dyn Tx,
    organization: &Organization,
    target: &TargetId,
) -> Result<(), StoreError> {
    for kind in tx.policy_types(&organization.id)? {
        let Some(managed) = kind.aws_managed() else {
            continue;
        };
        match tx.attach_policy(&organization.id, kind, &managed_id(managed.id)?, target) {
            Ok(()) | Err(StoreError::Duplicate(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

pub(crate) fn managed_id(id: &str) -> Result<PolicyId, StoreError> {
    id.parse()
        .map_err(|error| StoreError::Corrupt(format!("{error}")))
}

/// Why an account can't be moved.
#[derive(Debug, thiserror::Error)]
pub enum MoveAccountError {
    /// The organization has no such account.
    #[error("the organization has no such account")]
    AccountNotFound,
    /// The account isn't there.
    #[error("the account is not in `{0}`")]
    SourceNotFound(ParentId),
    /// There is no such root or organizational unit.
    #[error("`{0}` does not exist")]
    DestinationNotFound(ParentId),
    /// It is there already.
    #[error("the account already is in `{0}`")]
    AlreadyThere(ParentId),
    /// The store failed.
    #[error("could not move the account")]
    Store(#[from] StoreError),
}

/// Moves an account from one root or organizational unit to another.
pub fn move_account(
    tx: &mut dyn Tx,
    organization: &Organization,
    account: &AccountId,
    source: ParentId,
    destination: ParentId,
) -> Result<(), MoveAccountError> {
    let found = match describe_account(tx, organization, account) {
        Ok(account) => account,
        Err(AccountError::NotFound) => return Err(MoveAccountError::AccountNotFound),
        Err(AccountError::Store(error)) => return Err(error.into()),
    };
    let Some(mut joined) = found.joined else {
        return Err(MoveAccountError::AccountNotFound);
    };
    match find_parent(tx, organization, &destination) {
        Ok(_) => {}
        Err(ParentNotFound::NotFound) => {
            return Err(MoveAccountError::DestinationNotFound(destination));
        }
        Err(ParentNotFound::Store(error)) => return Err(error.into()),
    }
    if joined.parent == destination {
        return Err(MoveAccountError::AlreadyThere(destination));
    }
    if joined.parent != source {
        return Err(MoveAccountError::SourceNotFound(source));
    }
    joined.parent = destination;
    tx.place_account(account, Some(&joined))?;
    tx.bump_policy_epoch()?;
    Ok(())
}

/// Why an account can't leave its organization.
#[derive(Debug, thiserror::Error)]
pub enum LeaveError {
    /// The organization has no such account.
    #[error("the organization has no such account")]
    NotFound,
    /// The management account can only delete its organization.
    #[error("the management account can't leave its organization")]
    Management,
    /// It administers a service for the organization.
    #[error("the account is a delegated administrator")]
    DelegatedAdministrator,
    /// It was created only a few days ago.
    #[error("the account was created too recently")]
    WaitPeriod,
    /// The store failed.
    #[error("could not remove the account from its organization")]
    Store(#[from] StoreError),
}

/// Takes an account out of its organization, for RemoveAccountFromOrganization and LeaveOrganization alike.
pub fn remove_account(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    organization: &Organization,
    account: &AccountId,
    quotas: &Quotas,
) -> Result<(), LeaveError> {
    let found = match describe_account(tx, organization, account) {
        Ok(account) => account,
        Err(AccountError::NotFound) => return Err(LeaveError::NotFound),
        Err(AccountError::Store(error)) => return Err(error.into()),
    };
    if organization.management == *account {
        return Err(LeaveError::Management);
    }
    if !tx
        .delegated_services(&organization.id, account, None, 1)?
        .is_empty()
    {
        return Err(LeaveError::DelegatedAdministrator);
    }
    let created = found
        .joined
        .as_ref()
        .is_some_and(|joined| joined.method == JoinedMethod::Created);
    if created && cx.now().since(found.created_at) < quotas.stay_of_created_accounts {
        return Err(LeaveError::WaitPeriod);
    }
    forget_member(cx, tx, organization, &found, quotas)?;
    // Nobody comes from the organization's Identity Center into the account any more.
    if let Some(instance) = tx.instance_of_organization(&organization.id)? {
        tx.withdraw_account(&instance.id, account)?;
    }
    tx.place_account(account, None)?;
    tx.bump_policy_epoch()?;
    Ok(())
}
