//! AWS Account Management: the Regions of an account, and what is known of it.

use atrium_model::organization::Account;
use atrium_model::{AccountId, Region};
use atrium_organization::{self as area, AccountError, NotInUse, RegionError, Role};
use atrium_wire::account::{self as wire, ops};
use atrium_wire::{Unit, WireError};

use crate::call::store_failure;
use crate::{Call, Registry};

pub(crate) fn register(registry: &mut Registry) {
    registry.read::<ops::ListRegions>(list_regions);
    registry.read::<ops::GetRegionOptStatus>(get_region_opt_status);
    registry.write::<ops::EnableRegion>(enable_region);
    registry.write::<ops::DisableRegion>(disable_region);
    registry.read::<ops::GetAccountInformation>(get_account_information);
    registry.write::<ops::PutAccountName>(put_account_name);
}

/// The service principal of this service, for trusted access and delegation.
const PRINCIPAL: &str = "account.amazonaws.com";

/// Permits an operation on the caller's account, or on the member account that the request names.
///
/// Only the management account and the service's delegated administrator may name one, and only while the
/// organization trusts the service. The management account can't name itself (Account Management API reference).
fn on_account(
    call: &mut Call<'_>,
    action: &str,
    named: Option<&str>,
    keys: &[(&str, &[&str])],
) -> Result<AccountId, WireError> {
    let own = call.account().clone();
    let Some(named) = named else {
        call.authorize(action, &format!("arn:aws:account::{own}:account"), keys)?;
        return Ok(own);
    };
    let id: AccountId = named
        .parse()
        .map_err(|_| WireError::validation("AccountId must be 12 digits."))?;
    let standing = match area::standing(call.tx, &own) {
        Ok(standing) => standing,
        Err(NotInUse::Store(error)) => return Err(store_failure(error)),
        Err(NotInUse::StandsAlone) => return Err(denied(call, action)),
    };
    let organization = &standing.organization;
    let (management, root) = (&organization.management, &organization.id);
    call.authorize(
        action,
        &format!("arn:aws:account::{management}:account/{root}/{id}"),
        keys,
    )?;
    let administers = match standing.role {
        Role::Management => id != own,
        Role::DelegatedAdministrator | Role::Member => call
            .tx
            .is_delegated_administrator(&own, PRINCIPAL)
            .map_err(store_failure)?,
    };
    let trusted = call
        .tx
        .is_trusted_service(&organization.id, PRINCIPAL)
        .map_err(store_failure)?;
    if !administers || !trusted {
        return Err(denied(call, action));
    }
    match area::describe_account(call.tx, organization, &id) {
        Ok(_) => Ok(id),
        Err(AccountError::NotFound) => Err(denied(call, action)),
        Err(AccountError::Store(error)) => Err(store_failure(error)),
    }
}

/// [`on_account`] for what changes something: nothing of a closed account can be changed.
fn on_open_account(
    call: &mut Call<'_>,
    action: &str,
    named: Option<&str>,
    keys: &[(&str, &[&str])],
) -> Result<AccountId, WireError> {
    let id = on_account(call, action, named, keys)?;
    match call.tx.account(&id).map_err(store_failure)? {
        Some(account) if account.is_active() => Ok(id),
        _ => Err(denied(call, action)),
    }
}

fn denied(call: &Call<'_>, action: &str) -> WireError {
    let caller = call.cx.caller.arn();
    WireError::access_denied(format!(
        "User: {caller} is not authorized to perform: {action}"
    ))
}

fn region(name: &str) -> Result<Region, WireError> {
    name.parse().map_err(|_| {
        WireError::validation(format!("{name} is not a valid Region."))
            .with("reason", "fieldValidationFailed")
    })
}

fn list_regions(
    call: &mut Call<'_>,
    input: wire::ListRegionsRequest,
) -> Result<wire::ListRegionsResponse, WireError> {
    let id = on_account(
        call,
        "account:ListRegions",
        input.account_id.as_deref(),
        &[],
    )?;
    let wanted = input.region_opt_status_contains.unwrap_or_default();
    let scope = format!("{id}/{}", wanted.join(","));
    let after = call
        .page::<String>(&scope, input.next_token.as_deref())?
        .unwrap_or_default();
    let size = usize::try_from(input.max_results.unwrap_or(20).clamp(1, 50)).unwrap_or(20);
    let regions = area::list_regions(call.tx, &id).map_err(store_failure)?;
    let mut found: Vec<_> = regions
        .into_iter()
        .filter(|(name, _)| *name > after.as_str())
        .filter(|(_, status)| wanted.is_empty() || wanted.iter().any(|w| w == status.as_str()))
        .take(size + 1)
        .collect();
    let more = found.len() > size;
    found.truncate(size);
    let next_token = found
        .last()
        .filter(|_| more)
        .map(|(name, _)| call.next_token(&scope, name));
    let regions = found.into_iter().map(|(name, status)| wire::Region {
        region_name: Some(name.to_owned()),
        region_opt_status: Some(status.as_str().to_owned()),
    });
    Ok(wire::ListRegionsResponse {
        regions: Some(regions.collect()),
        next_token,
    })
}

fn get_region_opt_status(
    call: &mut Call<'_>,
    input: wire::GetRegionOptStatusRequest,
) -> Result<wire::GetRegionOptStatusResponse, WireError> {
    let keys: &[(&str, &[&str])] = &[("account:TargetRegion", &[&input.region_name])];
    let id = on_account(
        call,
        "account:GetRegionOptStatus",
        input.account_id.as_deref(),
        keys,
    )?;
    let region = region(&input.region_name)?;
    let status = area::region_status(call.tx, &id, &region).map_err(store_failure)?;
    Ok(wire::GetRegionOptStatusResponse {
        region_name: Some(region.to_string()),
        region_opt_status: Some(status.as_str().to_owned()),
    })
}

fn set_region(
    call: &mut Call<'_>,
    action: &str,
    account: Option<&str>,
    name: &str,
    enabled: bool,
) -> Result<Unit, WireError> {
    let id = on_open_account(call, action, account, &[("account:TargetRegion", &[name])])?;
    let region = region(name)?;
    area::set_region(call.tx, &id, &region, enabled).map_err(|error| match error {
        RegionError::EnabledByDefault(region) => WireError::validation(format!(
            "{region} is enabled by default and can't be enabled or disabled."
        ))
        .with("reason", "invalidRegionOptTarget"),
        RegionError::Store(error) => store_failure(error),
    })?;
    Ok(Unit)
}

fn enable_region(call: &mut Call<'_>, input: wire::EnableRegionRequest) -> Result<Unit, WireError> {
    let account = input.account_id.as_deref();
    set_region(
        call,
        "account:EnableRegion",
        account,
        &input.region_name,
        true,
    )
}

fn disable_region(
    call: &mut Call<'_>,
    input: wire::DisableRegionRequest,
) -> Result<Unit, WireError> {
    let account = input.account_id.as_deref();
    set_region(
        call,
        "account:DisableRegion",
        account,
        &input.region_name,
        false,
    )
}

fn get_account_information(
    call: &mut Call<'_>,
    input: wire::GetAccountInformationRequest,
) -> Result<wire::GetAccountInformationResponse, WireError> {
    const ACTION: &str = "account:GetAccountInformation";
    let id = on_account(call, ACTION, input.account_id.as_deref(), &[])?;
    let account: Option<Account> = call.tx.account(&id).map_err(store_failure)?;
    let account = account.ok_or_else(|| denied(call, ACTION))?;
    Ok(wire::GetAccountInformationResponse {
        account_state: Some(account.state().to_string()),
        account_created_date: jiff::Timestamp::from_millisecond(account.created_at.as_millis())
            .ok(),
        account_id: Some(account.id.to_string()),
        account_name: Some(account.name),
    })
}

fn put_account_name(
    call: &mut Call<'_>,
    input: wire::PutAccountNameRequest,
) -> Result<Unit, WireError> {
    const ACTION: &str = "account:PutAccountName";
    let id = on_open_account(call, ACTION, input.account_id.as_deref(), &[])?;
    area::put_account_name(call.tx, &id, &input.account_name).map_err(|error| match error {
        AccountError::NotFound => denied(call, ACTION),
        AccountError::Store(error) => store_failure(error),
    })?;
    Ok(Unit)
}
