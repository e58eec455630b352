//! Accounts of an organization.

use atrium_model::AccountId;
use atrium_model::organization::{Organization, ParentId};
use atrium_organization::{self as area, CloseAccountError, LeaveError, MoveAccountError};
use atrium_wire::organizations::{self as wire, ops};
use atrium_wire::{Unit, WireError};

use super::access::{Keys, Who, enter, permit, standing};
use super::{convert, errors, quotas};
use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.read::<ops::DescribeAccount>(describe_account);
    registry.read::<ops::ListAccounts>(list_accounts);
    registry.read::<ops::ListAccountsForParent>(list_accounts_for_parent);
    registry.write::<ops::CloseAccount>(close_account);
    registry.write::<ops::MoveAccount>(move_account);
    registry.write::<ops::RemoveAccountFromOrganization>(remove_account);
    registry.write::<ops::LeaveOrganization>(leave_organization);
}

/// Permits an operation on one account.
fn on_account(
    call: &mut Call<'_>,
    who: Who,
    action: &str,
    account: &AccountId,
) -> Result<Organization, WireError> {
    let standing = standing(call, action)?;
    let organization = &standing.organization;
    let keys = Keys::none().resource_tags(call, organization, account.as_str())?;
    let arn = organization.account_arn(account);
    permit(call, &standing, who, action, &arn, &keys)?;
    Ok(standing.organization)
}

fn describe_account(
    call: &mut Call<'_>,
    input: wire::DescribeAccountRequest,
) -> Result<wire::DescribeAccountResponse, WireError> {
    let id = convert::parse(&input.account_id)?;
    let organization = on_account(call, Who::Reader, "organizations:DescribeAccount", &id)?;
    let found = area::describe_account(call.tx, &organization, &id).map_err(errors::account)?;
    let account = convert::account(call, &organization, found)?;
    Ok(wire::DescribeAccountResponse {
        account: Some(account),
    })
}

fn list_accounts(
    call: &mut Call<'_>,
    input: wire::ListAccountsRequest,
) -> Result<wire::ListAccountsResponse, WireError> {
    let organization = enter(
        call,
        Who::Reader,
        "organizations:ListAccounts",
        &Keys::none(),
    )?;
    let scope = organization.id.as_str();
    let page = convert::page(call, scope, input.next_token.as_deref(), input.max_results)?;
    let found = area::list_accounts(call.tx, &organization, &page).map_err(store_failure)?;
    let next_token = convert::next(call, scope, &found);
    let accounts = found
        .items
        .into_iter()
        .map(|found| convert::account(call, &organization, found));
    Ok(wire::ListAccountsResponse {
        accounts: Some(accounts.collect::<Result<_, _>>()?),
        next_token,
    })
}

fn list_accounts_for_parent(
    call: &mut Call<'_>,
    input: wire::ListAccountsForParentRequest,
) -> Result<wire::ListAccountsForParentResponse, WireError> {
    const ACTION: &str = "organizations:ListAccountsForParent";
    let parent: ParentId = convert::parse(&input.parent_id)?;
    let standing = standing(call, ACTION)?;
    let organization = &standing.organization;
    permit(
        call,
        &standing,
        Who::Reader,
        ACTION,
        &organization.parent_arn(&parent),
        &Keys::none(),
    )?;
    let scope = parent.as_str();
    let page = convert::page(call, scope, input.next_token.as_deref(), input.max_results)?;
    let found = area::list_accounts_for_parent(call.tx, organization, &parent, &page);
    let found = found.map_err(errors::parent)?;
    let next_token = convert::next(call, scope, &found);
    let accounts = found
        .items
        .into_iter()
        .map(|found| convert::account(call, organization, found));
    let accounts = Some(accounts.collect::<Result<_, _>>()?);
    Ok(wire::ListAccountsForParentResponse {
        accounts,
        next_token,
    })
}

fn close_account(call: &mut Call<'_>, input: wire::CloseAccountRequest) -> Result<Unit, WireError> {
    let id = convert::parse(&input.account_id)?;
    let organization = on_account(call, Who::Management, "organizations:CloseAccount", &id)?;
    let closed = area::close_account(&call.cx, call.tx, &organization, &id, quotas(call.services));
    closed.map_err(|error| match error {
        CloseAccountError::NotFound => errors::account_not_found(),
        CloseAccountError::AlreadyClosed => WireError::new(
            "AccountAlreadyClosedException",
            "You attempted to close an account that is already closed.",
        ),
        CloseAccountError::NotActive => WireError::conflict(
            "The request failed because it conflicts with the current state of the specified account.",
        ),
        CloseAccountError::Management => errors::constraint(
            "CANNOT_CLOSE_MANAGEMENT_ACCOUNT",
            "You attempted to close the management account. You must first either remove or close all member accounts in the organization.",
        ),
        CloseAccountError::DelegatedAdministrator => delegated_administrator(),
        CloseAccountError::Quota => errors::constraint(
            "CLOSE_ACCOUNT_QUOTA_EXCEEDED",
            "You have exceeded close account quota for the past 30 days.",
        ),
        CloseAccountError::Store(error) => store_failure(error),
    })?;
    Ok(Unit)
}

fn delegated_administrator() -> WireError {
    errors::constraint(
        "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG",
        "This account is registered as a delegated administrator for a service. Deregister it from all services first.",
    )
}

fn move_account(call: &mut Call<'_>, input: wire::MoveAccountRequest) -> Result<Unit, WireError> {
    const ACTION: &str = "organizations:MoveAccount";
    let id: AccountId = convert::parse(&input.account_id)?;
    let source: ParentId = convert::parse(&input.source_parent_id)?;
    let destination: ParentId = convert::parse(&input.destination_parent_id)?;
    let organization = on_account(call, Who::Management, ACTION, &id)?;
    for parent in [&source, &destination] {
        let keys = Keys::none().resource_tags(call, &organization, parent.as_str())?;
        let standing = standing(call, ACTION)?;
        permit(
            call,
            &standing,
            Who::Management,
            ACTION,
            &organization.parent_arn(parent),
            &keys,
        )?;
    }
    let moved = area::move_account(call.tx, &organization, &id, source, destination);
    moved.map_err(|error| match error {
        MoveAccountError::AccountNotFound => errors::account_not_found(),
        MoveAccountError::SourceNotFound(_) => WireError::new(
            "SourceParentNotFoundException",
            "You specified a source parent that doesn't exist.",
        ),
        MoveAccountError::DestinationNotFound(_) => WireError::new(
            "DestinationParentNotFoundException",
            "You specified a destination parent that doesn't exist.",
        ),
        MoveAccountError::AlreadyThere(_) => WireError::new(
            "DuplicateAccountException",
            "That account is already present in the specified destination.",
        ),
        MoveAccountError::Store(error) => store_failure(error),
    })?;
    Ok(Unit)
}

fn leave_error(error: LeaveError) -> WireError {
    match error {
        LeaveError::NotFound => errors::account_not_found(),
        LeaveError::Management => WireError::new(
            "MasterCannotLeaveOrganizationException",
            "You can't remove a management account from an organization. If you want the management account to become a member account in another organization, you must first delete the current organization of the management account.",
        ),
        LeaveError::DelegatedAdministrator => delegated_administrator(),
        LeaveError::WaitPeriod => errors::constraint(
            "WAIT_PERIOD_ACTIVE",
            "After you create an account, there is a waiting period before you can remove it from the organization. If you get an error that indicates that a wait period is required, try again in a few days.",
        ),
        LeaveError::Store(error) => store_failure(error),
    }
}

fn remove_account(
    call: &mut Call<'_>,
    input: wire::RemoveAccountFromOrganizationRequest,
) -> Result<Unit, WireError> {
    let id = convert::parse(&input.account_id)?;
    let action = "organizations:RemoveAccountFromOrganization";
    let organization = on_account(call, Who::Management, action, &id)?;
    area::remove_account(&call.cx, call.tx, &organization, &id, quotas(call.services))
        .map_err(leave_error)?;
    Ok(Unit)
}

fn leave_organization(call: &mut Call<'_>, _: Unit) -> Result<Unit, WireError> {
    let organization = enter(
        call,
        Who::Member,
        "organizations:LeaveOrganization",
        &Keys::none(),
    )?;
    let id = call.account().clone();
    area::remove_account(&call.cx, call.tx, &organization, &id, quotas(call.services))
        .map_err(leave_error)?;
    Ok(Unit)
}
