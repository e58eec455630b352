use atrium_model::access::{AccessRequest, AccountAssignment, PermissionSetArn, RequestKind};
use atrium_model::application::AssignedPrincipal;
use atrium_model::{AccountId, OpContext, PermissionSetId};
use atrium_store::{AccessTx, PrincipalAssignments, StoreError, Tx};

use crate::request::{Asked, is_busy, is_of_organization, keep};
use crate::{Approach, FindError, Quotas, Refused, describe_permission_set};

/// An assignment to be made or taken back.
#[derive(Clone, Debug)]
pub struct NewAssignment {
    /// The permission set.
    pub permission_set: PermissionSetArn,
    /// The account.
    pub account: AccountId,
    /// Who shall have it.
    pub principal: AssignedPrincipal,
    /// What IAM says if the caller may not make roles in the management account. There the service acts in the
    /// caller's name, and the request fails.
    pub refusal: Option<String>,
}

/// Why a request for an assignment was not taken.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// The permission set is not there.
    #[error(transparent)]
    Find(#[from] FindError),
    /// It is the management account's business.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The organization has no such account.
    #[error("the organization has no account `{0}`")]
    UnknownAccount(AccountId),
    /// The account has as many permission sets as it may have.
    #[error("the account already has {0} permission sets")]
    QuotaExceeded(i64),
    /// Too many requests wait.
    #[error("too many requests are in progress")]
    Busy,
    /// The store failed.
    #[error("could not save the request")]
    Store(#[from] StoreError),
}

/// Asks for an assignment; [`describe_request`](crate::describe_request) tells what became of it. An account that
/// doesn't have the permission set gets it first.
///
/// An assignment that is there is made again without harm. Whether the principal exists shows when it is made.
pub fn create_account_assignment(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    quotas: &Quotas,
    approach: Approach<'_>,
    new: NewAssignment,
) -> Result<AccessRequest, AskError> {
    let set = describe_permission_set(tx, approach, &new.permission_set)?;
    approach.may_enter(&new.account)?;
    approach.may_change(tx, &set.id)?;
    if !is_of_organization(tx, approach, &new.account)? {
        return Err(AskError::UnknownAccount(new.account));
    }
    let (instance, most) = (&set.instance, quotas.permission_sets_per_account);
    if tx.provisioned(instance, &new.account, &set.id)?.is_none()
        && tx.count_provisioned(instance, &new.account)? >= most
    {
        return Err(AskError::QuotaExceeded(most));
    }
    ask(
        cx,
        tx,
        quotas,
        approach,
        Asked {
            kind: RequestKind::CreateAssignment,
            set: &set,
            account: Some(new.account),
            principal: Some(new.principal),
            refusal: new.refusal,
        },
    )
}

/// Asks for an assignment to be taken back. With the last one of a permission set in an account goes its role.
pub fn delete_account_assignment(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    quotas: &Quotas,
    approach: Approach<'_>,
    old: NewAssignment,
) -> Result<AccessRequest, AskError> {
    let set = describe_permission_set(tx, approach, &old.permission_set)?;
    approach.may_enter(&old.account)?;
    approach.may_change(tx, &set.id)?;
    // An account that has left has lost its assignments.
    if !is_of_organization(tx, approach, &old.account)? {
        return Err(AskError::UnknownAccount(old.account));
    }
    ask(
        cx,
        tx,
        quotas,
        approach,
        Asked {
            kind: RequestKind::DeleteAssignment,
            set: &set,
            account: Some(old.account),
            principal: Some(old.principal),
            refusal: None,
        },
    )
}

fn ask(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    quotas: &Quotas,
    approach: Approach<'_>,
    asked: Asked<'_>,
) -> Result<AccessRequest, AskError> {
    if is_busy(tx, quotas, approach)? {
        return Err(AskError::Busy);
    }
    Ok(keep(cx, tx, asked)?)
}

/// A page of who has a permission set in an account.
pub fn list_account_assignments(
    tx: &mut (impl AccessTx + ?Sized),
    approach: Approach<'_>,
    arn: &PermissionSetArn,
    account: &AccountId,
    after: Option<&AssignedPrincipal>,
    limit: i64,
) -> Result<Vec<AccountAssignment>, FindError> {
    let set = describe_permission_set(tx, approach, arn)?;
    Ok(tx.account_assignments(&set.instance, account, &set.id, after, limit)?)
}

/// A page of what a principal has in which account. What a user has through a group is listed with the group.
///
/// A principal that is gone still has what it was assigned, as on AWS.
pub fn list_account_assignments_for_principal(
    tx: &mut (impl AccessTx + ?Sized),
    approach: Approach<'_>,
    principal: &AssignedPrincipal,
    account: Option<&AccountId>,
    after: Option<&(AccountId, PermissionSetId, AssignedPrincipal)>,
    limit: i64,
) -> Result<Vec<AccountAssignment>, StoreError> {
    tx.account_assignments_of(PrincipalAssignments {
        instance: &approach.instance.id,
        store: &approach.instance.identity_store,
        principal,
        account,
        after,
        limit,
    })
}
