//! Making accounts.

use atrium_model::organization::CreateAccountStatus;
use atrium_organization::{self as area, CreateAccountStatusError, NewMemberAccount};
use atrium_wire::WireError;
use atrium_wire::organizations::{self as wire, ops};

use super::access::{Keys, Who, enter, permit, standing};
use super::{convert, errors, quotas};
use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::CreateAccount>(create_account);
    registry.read::<ops::DescribeCreateAccountStatus>(describe_create_account_status);
    registry.read::<ops::ListCreateAccountStatus>(list_create_account_status);
}

/// The role that lets the management account into accounts it made, unless the request names another.
const ACCESS_ROLE: &str = "OrganizationAccountAccessRole";

fn create_account(
    call: &mut Call<'_>,
    input: wire::CreateAccountRequest,
) -> Result<wire::CreateAccountResponse, WireError> {
    const ACTION: &str = "organizations:CreateAccount";
    let standing = standing(call, ACTION)?;
    let tags = input.tags.unwrap_or_default();
    let keys = Keys::none().request_tags(&tags);
    permit(call, &standing, Who::Management, ACTION, "*", &keys)?;
    let organization = standing.organization.clone();
    if !tags.is_empty() {
        let any = format!(
            "{}*",
            organization
                .account_arn(&organization.management)
                .trim_end_matches(char::is_numeric)
        );
        permit(
            call,
            &standing,
            Who::Management,
            "organizations:TagResource",
            &any,
            &keys,
        )?;
    }
    let new = NewMemberAccount {
        email: input.email,
        name: input.account_name,
        tags: convert::tags(Some(tags)),
    };
    let status =
        area::create_member_account(&call.cx, call.tx, &organization, new, quotas(call.services));
    let status = status.map_err(errors::tags)?;
    if let Some(account) = area::created_account(&status) {
        let role = input.role_name.as_deref().unwrap_or(ACCESS_ROLE);
        let management = &organization.management;
        crate::iam::create_organization_access_role(&call.cx, call.tx, account, management, role)
            .map_err(store_failure)?;
    }
    Ok(wire::CreateAccountResponse {
        create_account_status: Some(convert_status(status)),
    })
}

fn convert_status(status: CreateAccountStatus) -> wire::CreateAccountStatus {
    wire::CreateAccountStatus {
        id: Some(status.id.to_string()),
        account_name: Some(status.account_name),
        state: Some(status.state.to_string()),
        requested_timestamp: convert::time(status.requested_at),
        completed_timestamp: status.completed_at.and_then(convert::time),
        account_id: status.account.map(|id| id.to_string()),
        gov_cloud_account_id: None,
        failure_reason: status.failure_reason.map(|reason| reason.to_string()),
    }
}

fn describe_create_account_status(
    call: &mut Call<'_>,
    input: wire::DescribeCreateAccountStatusRequest,
) -> Result<wire::DescribeCreateAccountStatusResponse, WireError> {
    let action = "organizations:DescribeCreateAccountStatus";
    let organization = enter(call, Who::Reader, action, &Keys::none())?;
    let id = convert::parse(&input.create_account_request_id)?;
    let status = area::describe_create_account_status(call.tx, &organization, &id);
    let status = status.map_err(|error| match error {
        CreateAccountStatusError::NotFound => WireError::new(
            "CreateAccountStatusNotFoundException",
            "You specified an create account request id that doesn't exist.",
        ),
        CreateAccountStatusError::Store(error) => store_failure(error),
    })?;
    let create_account_status = Some(convert_status(status));
    Ok(wire::DescribeCreateAccountStatusResponse {
        create_account_status,
    })
}

fn list_create_account_status(
    call: &mut Call<'_>,
    input: wire::ListCreateAccountStatusRequest,
) -> Result<wire::ListCreateAccountStatusResponse, WireError> {
    let action = "organizations:ListCreateAccountStatus";
    let organization = enter(call, Who::Reader, action, &Keys::none())?;
    let names = input.states.unwrap_or_default();
    let states = names
        .iter()
        .map(|name| convert::parse(name))
        .collect::<Result<Vec<_>, _>>()?;
    let scope = names.join(",");
    let page = convert::page(call, &scope, input.next_token.as_deref(), input.max_results)?;
    let found = area::list_create_account_status(call.tx, &organization, &states, &page);
    let found = found.map_err(store_failure)?;
    Ok(wire::ListCreateAccountStatusResponse {
        next_token: convert::next(call, &scope, &found),
        create_account_statuses: Some(found.items.into_iter().map(convert_status).collect()),
    })
}
