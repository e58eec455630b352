//! Accounts that administer services for an organization.

use atrium_model::AccountId;
use atrium_model::organization::Organization;
use atrium_organization::{self as area, DelegationError};
use atrium_wire::organizations::{self as wire, ops};
use atrium_wire::{Unit, WireError};

use super::access::{Keys, Who, enter, permit, standing};
use super::services::SERVICE_PRINCIPAL;
use super::{convert, errors};
use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::RegisterDelegatedAdministrator>(register_delegated_administrator);
    registry.write::<ops::DeregisterDelegatedAdministrator>(deregister_delegated_administrator);
    registry.read::<ops::ListDelegatedAdministrators>(list_delegated_administrators);
    registry.read::<ops::ListDelegatedServicesForAccount>(list_delegated_services);
}

fn delegation_error(error: DelegationError) -> WireError {
    match error {
        DelegationError::NotAllFeatures => errors::not_all_features(),
        DelegationError::Unrecognized(_) => errors::unrecognized_principal(),
        DelegationError::AccountNotFound => errors::account_not_found(),
        DelegationError::Management => errors::constraint(
            "CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR",
            "You cannot register master account/yourself as delegated administrator for your organization.",
        ),
        DelegationError::Suspended => errors::constraint(
            "CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR",
            "You cannot register a suspended account as a delegated administrator.",
        ),
        DelegationError::ServiceNotTrusted(_) => errors::constraint(
            "SERVICE_ACCESS_NOT_ENABLED",
            "You must enable service access before you register a delegated administrator for the service.",
        ),
        DelegationError::AlreadyRegistered(_) => WireError::new(
            "AccountAlreadyRegisteredException",
            "The provided account is already a delegated administrator for your organization.",
        ),
        DelegationError::NotRegistered => WireError::new(
            "AccountNotRegisteredException",
            "The provided account is not a registered delegated administrator for your organization.",
        ),
        DelegationError::TooMany(_) => errors::constraint(
            "MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED",
            "You have reached the maximum number of delegated administrators for the service principal.",
        ),
        DelegationError::Store(error) => store_failure(error),
    }
}

fn on_account(
    call: &mut Call<'_>,
    who: Who,
    action: &str,
    account: &AccountId,
    request: Keys,
) -> Result<Organization, WireError> {
    let standing = standing(call, action)?;
    let keys = request.resource_tags(call, &standing.organization, account.as_str())?;
    let arn = standing.organization.account_arn(account);
    permit(call, &standing, who, action, &arn, &keys)?;
    Ok(standing.organization)
}

fn register_delegated_administrator(
    call: &mut Call<'_>,
    input: wire::RegisterDelegatedAdministratorRequest,
) -> Result<Unit, WireError> {
    let (id, principal) = (convert::parse(&input.account_id)?, &input.service_principal);
    let keys = Keys::none().with(SERVICE_PRINCIPAL, principal);
    let action = "organizations:RegisterDelegatedAdministrator";
    let organization = on_account(call, Who::Management, action, &id, keys)?;
    area::register_delegated_administrator(&call.cx, call.tx, &organization, &id, principal)
        .map_err(delegation_error)?;
    Ok(Unit)
}

fn deregister_delegated_administrator(
    call: &mut Call<'_>,
    input: wire::DeregisterDelegatedAdministratorRequest,
) -> Result<Unit, WireError> {
    let (id, principal) = (convert::parse(&input.account_id)?, &input.service_principal);
    let keys = Keys::none().with(SERVICE_PRINCIPAL, principal);
    let action = "organizations:DeregisterDelegatedAdministrator";
    let organization = on_account(call, Who::Management, action, &id, keys)?;
    area::deregister_delegated_administrator(call.tx, &organization, &id, principal)
        .map_err(delegation_error)?;
    Ok(Unit)
}

fn list_delegated_administrators(
    call: &mut Call<'_>,
    input: wire::ListDelegatedAdministratorsRequest,
) -> Result<wire::ListDelegatedAdministratorsResponse, WireError> {
    let principal = input.service_principal.as_deref();
    let keys = match principal {
        Some(principal) => Keys::none().with(SERVICE_PRINCIPAL, principal),
        None => Keys::none(),
    };
    let action = "organizations:ListDelegatedAdministrators";
    let organization = enter(call, Who::Reader, action, &keys)?;
    let scope = principal.unwrap_or("");
    let page = convert::page(call, scope, input.next_token.as_deref(), input.max_results)?;
    let found = area::list_delegated_administrators(call.tx, &organization, principal, &page);
    let found = found.map_err(delegation_error)?;
    let next_token = convert::next(call, scope, &found);
    let administrators = found.items.into_iter().map(|found| {
        let account = found.account;
        let joined = account.joined.as_ref();
        wire::DelegatedAdministrator {
            arn: Some(organization.account_arn(&account.id)),
            status: Some(account.status.to_string()),
            state: Some(account.state().to_string()),
            joined_method: joined.map(|joined| joined.method.to_string()),
            joined_timestamp: joined.and_then(|joined| convert::time(joined.at)),
            delegation_enabled_date: convert::time(found.since),
            id: Some(account.id.to_string()),
            email: Some(account.email),
            name: Some(account.name),
        }
    });
    Ok(wire::ListDelegatedAdministratorsResponse {
        delegated_administrators: Some(administrators.collect()),
        next_token,
    })
}

fn list_delegated_services(
    call: &mut Call<'_>,
    input: wire::ListDelegatedServicesForAccountRequest,
) -> Result<wire::ListDelegatedServicesForAccountResponse, WireError> {
    let id: AccountId = convert::parse(&input.account_id)?;
    let action = "organizations:ListDelegatedServicesForAccount";
    let organization = on_account(call, Who::Reader, action, &id, Keys::none())?;
    let scope = id.as_str();
    let page = convert::page(call, scope, input.next_token.as_deref(), input.max_results)?;
    let found = area::list_delegated_services(call.tx, &organization, &id, &page);
    let found = found.map_err(delegation_error)?;
    let next_token = convert::next(call, scope, &found);
    let services = found
        .items
        .into_iter()
        .map(|service| wire::DelegatedService {
            service_principal: Some(service.principal),
            delegation_enabled_date: convert::time(service.since),
        });
    Ok(wire::ListDelegatedServicesForAccountResponse {
        delegated_services: Some(services.collect()),
        next_token,
    })
}
