//! RegisterOrganizationDelegatedAdmin and DeregisterOrganizationDelegatedAdmin: what Organizations does for a service,
//! said in CloudTrail's words.

use atrium_model::AccountId;
use atrium_model::organization::Organization;
use atrium_organization::{
    DelegationError, NotInUse, deregister_delegated_administrator,
    register_delegated_administrator, standing,
};
use atrium_trail::trails::{SERVICE, TrailError};
use atrium_wire::WireError;
use atrium_wire::cloudtrail::{self as wire, ops};

use super::failure::failure;
use super::find;
use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::RegisterOrganizationDelegatedAdmin>(add);
    registry.write::<ops::DeregisterOrganizationDelegatedAdmin>(remove);
}

fn add(
    call: &mut Call<'_>,
    input: wire::RegisterOrganizationDelegatedAdminRequest,
) -> Result<wire::RegisterOrganizationDelegatedAdminResponse, WireError> {
    let organization = organization(call)?;
    let account = account(&input.member_account_id)?;
    // CloudTrail switches on its trusted access by itself (user guide, "Register a CloudTrail delegated administrator").
    let now = call.cx.now();
    call.tx
        .trust_service(&organization.id, SERVICE, now)
        .map_err(store_failure)?;
    register_delegated_administrator(&call.cx, call.tx, &organization, &account, SERVICE)
        .map_err(refusal)?;
    Ok(wire::RegisterOrganizationDelegatedAdminResponse {})
}

fn remove(
    call: &mut Call<'_>,
    input: wire::DeregisterOrganizationDelegatedAdminRequest,
) -> Result<wire::DeregisterOrganizationDelegatedAdminResponse, WireError> {
    let organization = organization(call)?;
    let account = account(&input.delegated_admin_account_id)?;
    deregister_delegated_administrator(call.tx, &organization, &account, SERVICE)
        .map_err(refusal)?;
    Ok(wire::DeregisterOrganizationDelegatedAdminResponse {})
}

/// The organization that the caller's account governs.
fn organization(call: &mut Call<'_>) -> Result<Organization, WireError> {
    let action = find::action(call);
    call.authorize(&action, "*", &[])?;
    let own = call.account().clone();
    let found = match standing(call.tx, &own) {
        Ok(found) => found.organization,
        Err(NotInUse::StandsAlone) => return Err(failure(TrailError::NoOrganization)),
        Err(NotInUse::Store(error)) => return Err(store_failure(error)),
    };
    if found.management != own {
        return Err(WireError::new(
            "NotOrganizationManagementAccountException",
            "Only the management account of the organization can do this.",
        ));
    }
    Ok(found)
}

/// The model allows more digits than an account id has.
fn account(text: &str) -> Result<AccountId, WireError> {
    text.parse().map_err(|_| not_found())
}

fn not_found() -> WireError {
    WireError::new(
        "AccountNotFoundException",
        "The account is not part of the organization.",
    )
}

fn refusal(error: DelegationError) -> WireError {
    let (code, message) = match error {
        DelegationError::NotAllFeatures => (
            "OrganizationNotInAllFeaturesModeException",
            "The organization does not have all features enabled.",
        ),
        DelegationError::AccountNotFound => return not_found(),
        DelegationError::Management => (
            "CannotDelegateManagementAccountException",
            "The management account can't be a delegated administrator.",
        ),
        DelegationError::Suspended => (
            "InvalidParameterException",
            "A suspended account can't be a delegated administrator.",
        ),
        DelegationError::Unrecognized(_) | DelegationError::ServiceNotTrusted(_) => (
            "CloudTrailAccessNotEnabledException",
            "Trusted access for CloudTrail is not enabled in the organization.",
        ),
        DelegationError::AlreadyRegistered(_) => (
            "AccountRegisteredException",
            "The account is a delegated administrator of CloudTrail already.",
        ),
        DelegationError::NotRegistered => (
            "AccountNotRegisteredException",
            "The account is not a delegated administrator of CloudTrail.",
        ),
        DelegationError::TooMany(_) => (
            "DelegatedAdminAccountLimitExceededException",
            "The organization has as many delegated administrators of CloudTrail as it may.",
        ),
        DelegationError::Store(error) => return store_failure(error),
    };
    WireError::new(code, message)
}
