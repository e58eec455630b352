//! What can't be made here, so that there is none of it: clients look for it before they delete users and roles.

use atrium_wire::iam::{self as wire, ops};
use atrium_wire::{Unit, WireError};

use super::authorize::{Keys, allow};
use super::{roles, users};
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.read::<ops::ListInstanceProfilesForRole>(list_instance_profiles_for_role);
    registry.read::<ops::ListMFADevices>(list_mfa_devices);
    registry.read::<ops::ListVirtualMFADevices>(list_virtual_mfa_devices);
    registry.read::<ops::ListSSHPublicKeys>(list_ssh_public_keys);
    registry.read::<ops::ListSigningCertificates>(list_signing_certificates);
    registry.read::<ops::ListServiceSpecificCredentials>(list_service_specific_credentials);
    registry.read::<ops::GetLoginProfile>(get_login_profile);
    registry.read::<ops::DeleteLoginProfile>(delete_login_profile);
}

/// Refuses callers who may not do `action` to the user, and users that are not there.
fn user(call: &mut Call<'_>, name: Option<String>, action: &str) -> Result<String, WireError> {
    match users::named_or_own(call, name)? {
        Some(name) => Ok(users::open(call, &name, action, Keys::none())?.name),
        None => {
            let root = call.cx.caller.arn();
            allow(call, action, &root, &Keys::none())?;
            Ok("root".to_owned())
        }
    }
}

fn list_instance_profiles_for_role(
    call: &mut Call<'_>,
    input: wire::ListInstanceProfilesForRoleRequest,
) -> Result<wire::ListInstanceProfilesForRoleResponse, WireError> {
    roles::open(
        call,
        &input.role_name,
        "iam:ListInstanceProfilesForRole",
        Keys::none(),
    )?;
    Ok(wire::ListInstanceProfilesForRoleResponse {
        instance_profiles: Vec::new(),
        is_truncated: Some(false),
        marker: None,
    })
}

fn list_mfa_devices(
    call: &mut Call<'_>,
    input: wire::ListMFADevicesRequest,
) -> Result<wire::ListMFADevicesResponse, WireError> {
    user(call, input.user_name, "iam:ListMFADevices")?;
    Ok(wire::ListMFADevicesResponse {
        mfa_devices: Vec::new(),
        is_truncated: Some(false),
        marker: None,
    })
}

fn list_virtual_mfa_devices(
    call: &mut Call<'_>,
    _: wire::ListVirtualMFADevicesRequest,
) -> Result<wire::ListVirtualMFADevicesResponse, WireError> {
    allow(call, "iam:ListVirtualMFADevices", "*", &Keys::none())?;
    Ok(wire::ListVirtualMFADevicesResponse {
        virtual_mfa_devices: Vec::new(),
        is_truncated: Some(false),
        marker: None,
    })
}

fn list_ssh_public_keys(
    call: &mut Call<'_>,
    input: wire::ListSSHPublicKeysRequest,
) -> Result<wire::ListSSHPublicKeysResponse, WireError> {
    user(call, input.user_name, "iam:ListSSHPublicKeys")?;
    Ok(wire::ListSSHPublicKeysResponse {
        ssh_public_keys: Some(Vec::new()),
        is_truncated: Some(false),
        marker: None,
    })
}

fn list_signing_certificates(
    call: &mut Call<'_>,
    input: wire::ListSigningCertificatesRequest,
) -> Result<wire::ListSigningCertificatesResponse, WireError> {
    user(call, input.user_name, "iam:ListSigningCertificates")?;
    Ok(wire::ListSigningCertificatesResponse {
        certificates: Vec::new(),
        is_truncated: Some(false),
        marker: None,
    })
}

fn list_service_specific_credentials(
    call: &mut Call<'_>,
    input: wire::ListServiceSpecificCredentialsRequest,
) -> Result<wire::ListServiceSpecificCredentialsResponse, WireError> {
    user(call, input.user_name, "iam:ListServiceSpecificCredentials")?;
    Ok(wire::ListServiceSpecificCredentialsResponse {
        service_specific_credentials: Some(Vec::new()),
        is_truncated: Some(false),
        marker: None,
    })
}

fn no_login_profile(name: &str) -> WireError {
    let text = format!("Login Profile for User {name} cannot be found.");
    WireError::new("NoSuchEntity", text)
}

fn get_login_profile(
    call: &mut Call<'_>,
    input: wire::GetLoginProfileRequest,
) -> Result<wire::GetLoginProfileResponse, WireError> {
    let name = user(call, input.user_name, "iam:GetLoginProfile")?;
    Err(no_login_profile(&name))
}

fn delete_login_profile(
    call: &mut Call<'_>,
    input: wire::DeleteLoginProfileRequest,
) -> Result<Unit, WireError> {
    let name = user(call, input.user_name, "iam:DeleteLoginProfile")?;
    Err(no_login_profile(&name))
}
