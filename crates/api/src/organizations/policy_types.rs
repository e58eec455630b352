//! Which policy types are enabled in the root.

use atrium_model::RootId;
use atrium_model::organization::{ParentId, PolicyType};
use atrium_organization::{self as area, PolicyTypeError, Standing};
use atrium_wire::WireError;
use atrium_wire::organizations::{self as wire, ops};

use super::access::{Keys, Who, permit, standing};
use super::organization::root;
use super::policies::{POLICY_TYPE, not_available};
use super::{convert, errors};
use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::EnablePolicyType>(enable_policy_type);
    registry.write::<ops::DisablePolicyType>(disable_policy_type);
}

fn policy_type_error(error: PolicyTypeError) -> WireError {
    match error {
        PolicyTypeError::RootNotFound => errors::root_not_found(),
        PolicyTypeError::AlreadyEnabled(_) => WireError::new(
            "PolicyTypeAlreadyEnabledException",
            "The specified policy type is already enabled.",
        ),
        PolicyTypeError::NotEnabled(_) => WireError::new(
            "PolicyTypeNotEnabledException",
            "This operation can be performed only for enabled policy types.",
        ),
        PolicyTypeError::NotAllFeatures => not_available(),
        PolicyTypeError::Store(error) => store_failure(error),
    }
}

fn on_root(
    call: &mut Call<'_>,
    action: &str,
    id: &RootId,
    kind: PolicyType,
) -> Result<Standing, WireError> {
    let standing = standing(call, action)?;
    let organization = &standing.organization;
    let keys = Keys::none()
        .with(POLICY_TYPE, kind.as_str())
        .resource_tags(call, organization, id.as_str())?;
    let arn = organization.parent_arn(&ParentId::Root(id.clone()));
    permit(
        call,
        &standing,
        Who::PolicyAdministrator,
        action,
        &arn,
        &keys,
    )?;
    Ok(standing)
}

fn enable_policy_type(
    call: &mut Call<'_>,
    input: wire::EnablePolicyTypeRequest,
) -> Result<wire::EnablePolicyTypeResponse, WireError> {
    let (id, kind) = (
        convert::parse(&input.root_id)?,
        convert::policy_type(&input.policy_type)?,
    );
    let standing = on_root(call, "organizations:EnablePolicyType", &id, kind)?;
    let organization = &standing.organization;
    area::enable_policy_type(call.tx, organization, &id, kind).map_err(policy_type_error)?;
    Ok(wire::EnablePolicyTypeResponse {
        root: Some(root(call, organization)?),
    })
}

fn disable_policy_type(
    call: &mut Call<'_>,
    input: wire::DisablePolicyTypeRequest,
) -> Result<wire::DisablePolicyTypeResponse, WireError> {
    let (id, kind) = (
        convert::parse(&input.root_id)?,
        convert::policy_type(&input.policy_type)?,
    );
    let standing = on_root(call, "organizations:DisablePolicyType", &id, kind)?;
    let organization = &standing.organization;
    area::disable_policy_type(call.tx, organization, &id, kind).map_err(policy_type_error)?;
    Ok(wire::DisablePolicyTypeResponse {
        root: Some(root(call, organization)?),
    })
}
