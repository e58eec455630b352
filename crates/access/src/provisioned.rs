use atrium_model::access::{AccessRequest, PermissionSetArn, ProvisioningStatus, RequestKind};
use atrium_model::{AccountId, OpContext, PermissionSetId};
use atrium_store::{AccessTx, StoreError, Tx};

use crate::request::{Asked, is_busy, is_of_organization, keep};
use crate::{Approach, FindError, Quotas, Refused, describe_permission_set};

/// Why a request to provision was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ProvisionError {
    /// The permission set is not there.
    #[error(transparent)]
    Find(#[from] FindError),
    /// It is the management account's business.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The organization has no such account.
    #[error("the organization has no account `{0}`")]
    UnknownAccount(AccountId),
    /// Too many requests wait.
    #[error("too many requests are in progress")]
    Busy,
    /// The store failed.
    #[error("could not save the request")]
    Store(#[from] StoreError),
}

/// Asks for the roles of a permission set to be brought up to date, in one account or in all that have it.
///
/// `refusal` is what IAM says if the caller may not change roles in the management account, where it matters.
pub fn provision_permission_set(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    quotas: &Quotas,
    approach: Approach<'_>,
    arn: &PermissionSetArn,
    account: Option<AccountId>,
    refusal: Option<String>,
) -> Result<AccessRequest, ProvisionError> {
    let set = describe_permission_set(tx, approach, arn)?;
    approach.may_change(tx, &set.id)?;
    if let Some(account) = &account {
        approach.may_enter(account)?;
        if !is_of_organization(tx, approach, account)? {
            return Err(ProvisionError::UnknownAccount(account.clone()));
        }
    }
    if is_busy(tx, quotas, approach)? {
        return Err(ProvisionError::Busy);
    }
    let asked = Asked {
        kind: RequestKind::Provision,
        set: &set,
        account,
        principal: None,
        refusal,
    };
    Ok(keep(cx, tx, asked)?)
}

/// A page of the accounts that have a permission set, as it is now or not.
pub fn list_accounts_for_permission_set(
    tx: &mut (impl AccessTx + ?Sized),
    approach: Approach<'_>,
    arn: &PermissionSetArn,
    status: Option<ProvisioningStatus>,
    after: Option<&AccountId>,
    limit: i64,
) -> Result<Vec<AccountId>, FindError> {
    let set = describe_permission_set(tx, approach, arn)?;
    Ok(tx.accounts_of_permission_set(&set.instance, &set.id, status, after, limit)?)
}

/// A page of the permission sets that an account has, as they are now or not.
pub fn list_permission_sets_for_account(
    tx: &mut (impl AccessTx + ?Sized),
    approach: Approach<'_>,
    account: &AccountId,
    status: Option<ProvisioningStatus>,
    after: Option<&PermissionSetId>,
    limit: i64,
) -> Result<Vec<PermissionSetId>, StoreError> {
    tx.permission_sets_of_account(&approach.instance.id, account, status, after, limit)
}
