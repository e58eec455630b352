//! What AWS offers in its console only: StartSSO, GetSSOStatus, AllowAccountInstances.

use atrium_directory::{AllowAccountInstancesError, EnableError, NewOrganizationInstance};
use atrium_model::Timestamp;
use atrium_wire::WireError;
use atrium_wire::atrium::{self as wire, ops};

use crate::call::store_failure;
use crate::identitystore::date;
use crate::{Call, Registry};

pub(crate) fn register(registry: &mut Registry) {
    registry.write::<ops::StartSSO>(start_sso);
    registry.read::<ops::GetSSOStatus>(get_sso_status);
    registry.write::<ops::AllowAccountInstances>(allow_account_instances);
}

fn start_sso(
    call: &mut Call<'_>,
    input: wire::StartSSORequest,
) -> Result<wire::StartSSOResponse, WireError> {
    call.authorize("sso:StartSSO", "*", &[])?;
    if input.enabled_at.is_some() && !call.services.settings.dev {
        return Err(WireError::validation(
            "EnabledAt is a rehearsal, which only a server that runs with --dev allows.",
        ));
    }
    let enabled_at = input
        .enabled_at
        .map(|at| Timestamp::from_millis(at.as_millisecond()));
    let tx = &mut *call.tx;
    let new = NewOrganizationInstance {
        name: input.name,
        enabled_at,
        permission_sets_enabled: input.permission_sets_enabled.unwrap_or(true),
    };
    let instance = atrium_directory::enable_organization_instance(&call.cx, tx, new)
        .map_err(enable_failure)?;
    Ok(wire::StartSSOResponse {
        instance_arn: instance.arn(),
        identity_store_id: instance.identity_store.to_string(),
    })
}

fn enable_failure(error: EnableError) -> WireError {
    match error {
        EnableError::NoOrganization => WireError::validation(
            "The account is not a member of an organization. Create an organization first.",
        ),
        EnableError::NotManagement => WireError::access_denied(
            "Only the management account can enable IAM Identity Center for its organization.",
        ),
        EnableError::NotAllFeatures => {
            WireError::validation("The organization does not have all features enabled.")
        }
        EnableError::Future => WireError::validation("EnabledAt must not be in the future."),
        EnableError::AlreadyEnabled => {
            WireError::conflict("IAM Identity Center is already enabled for this account.")
        }
        EnableError::Store(error) => store_failure(error),
    }
}

fn get_sso_status(
    call: &mut Call<'_>,
    _: wire::GetSSOStatusRequest,
) -> Result<wire::GetSSOStatusResponse, WireError> {
    call.authorize("sso:GetSSOStatus", "*", &[])?;
    let found = atrium_directory::sso_status(&call.cx, &mut *call.tx).map_err(store_failure)?;
    let account_instances = if found.account_instances {
        "ALLOWED"
    } else {
        "BLOCKED"
    };
    let status = if found.instance.is_some() {
        "ENABLED"
    } else {
        "DISABLED"
    };
    let instance = found.instance.as_ref();
    Ok(wire::GetSSOStatusResponse {
        status: status.to_owned(),
        instance_arn: instance.map(|instance| instance.arn()),
        identity_store_id: instance.map(|instance| instance.identity_store.to_string()),
        home_region: instance.map(|instance| instance.region.to_string()),
        enabled_date: instance.map(|instance| date(instance.created)),
        account_instances: account_instances.to_owned(),
    })
}

fn allow_account_instances(
    call: &mut Call<'_>,
    _: wire::AllowAccountInstancesRequest,
) -> Result<wire::AllowAccountInstancesResponse, WireError> {
    call.authorize("sso:AllowAccountInstances", "*", &[])?;
    match atrium_directory::allow_account_instances(&call.cx, &mut *call.tx) {
        Ok(()) => Ok(wire::AllowAccountInstancesResponse {}),
        Err(AllowAccountInstancesError::NotManagement) => Err(WireError::access_denied(
            "Only the management account of an organization can allow account instances.",
        )),
        Err(AllowAccountInstancesError::NotEnabled) => Err(WireError::not_found(
            "IAM Identity Center is not enabled for this organization.",
        )),
        Err(AllowAccountInstancesError::AlreadyAllowed) => Err(WireError::conflict(
            "Account instances are already enabled for this organization.",
        )),
        Err(AllowAccountInstancesError::Store(error)) => Err(store_failure(error)),
    }
}
