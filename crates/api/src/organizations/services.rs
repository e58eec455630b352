//! The services that an organization trusts.

use atrium_organization::{self as area, ServiceAccessError};
use atrium_wire::organizations::{self as wire, ops};
use atrium_wire::{Unit, WireError};

use super::access::{Keys, Who, enter};
use super::{convert, errors};
use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::EnableAWSServiceAccess>(enable_service_access);
    registry.write::<ops::DisableAWSServiceAccess>(disable_service_access);
    registry.read::<ops::ListAWSServiceAccessForOrganization>(list_service_access);
}

/// The condition key that tells services apart.
pub(super) const SERVICE_PRINCIPAL: &str = "organizations:ServicePrincipal";

fn service_error(error: ServiceAccessError) -> WireError {
    match error {
        ServiceAccessError::Unrecognized(_) => errors::unrecognized_principal(),
        ServiceAccessError::NotAllFeatures => errors::not_all_features(),
        ServiceAccessError::DelegatedAdministratorExists(_) => errors::constraint(
            "DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE",
            "You must deregister all delegated administrators for this service before you disable access for it.",
        ),
        ServiceAccessError::Store(error) => store_failure(error),
    }
}

fn enable_service_access(
    call: &mut Call<'_>,
    input: wire::EnableAWSServiceAccessRequest,
) -> Result<Unit, WireError> {
    let principal = &input.service_principal;
    let keys = Keys::none().with(SERVICE_PRINCIPAL, principal);
    let action = "organizations:EnableAWSServiceAccess";
    let organization = enter(call, Who::Management, action, &keys)?;
    area::enable_service_access(&call.cx, call.tx, &organization, principal)
        .map_err(service_error)?;
    Ok(Unit)
}

fn disable_service_access(
    call: &mut Call<'_>,
    input: wire::DisableAWSServiceAccessRequest,
) -> Result<Unit, WireError> {
    let principal = &input.service_principal;
    let keys = Keys::none().with(SERVICE_PRINCIPAL, principal);
    let action = "organizations:DisableAWSServiceAccess";
    let organization = enter(call, Who::Management, action, &keys)?;
    area::disable_service_access(call.tx, &organization, principal).map_err(service_error)?;
    Ok(Unit)
}

fn list_service_access(
    call: &mut Call<'_>,
    input: wire::ListAWSServiceAccessForOrganizationRequest,
) -> Result<wire::ListAWSServiceAccessForOrganizationResponse, WireError> {
    let action = "organizations:ListAWSServiceAccessForOrganization";
    let organization = enter(call, Who::Reader, action, &Keys::none())?;
    let scope = organization.id.as_str();
    let page = convert::page(call, scope, input.next_token.as_deref(), input.max_results)?;
    let found = area::list_service_access(call.tx, &organization, &page).map_err(service_error)?;
    let next_token = convert::next(call, scope, &found);
    let services = found
        .items
        .into_iter()
        .map(|service| wire::EnabledServicePrincipal {
            service_principal: Some(service.principal),
            date_enabled: convert::time(service.since),
        });
    Ok(wire::ListAWSServiceAccessForOrganizationResponse {
        enabled_service_principals: Some(services.collect()),
        next_token,
    })
}
