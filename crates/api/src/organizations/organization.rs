//! Organizations and their roots.

use atrium_model::organization::{FeatureSet, Organization, PolicyType, ROOT_NAME};
use atrium_organization::{self as area, CreateOrganizationError, DeleteOrganizationError};
use atrium_wire::organizations::{self as wire, ops};
use atrium_wire::{Unit, WireError};

use super::access::{Keys, Who, enter};
use super::{convert, errors};
use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::CreateOrganization>(create_organization);
    registry.read::<ops::DescribeOrganization>(describe_organization);
    registry.write::<ops::DeleteOrganization>(delete_organization);
    registry.read::<ops::ListRoots>(list_roots);
}

fn create_organization(
    call: &mut Call<'_>,
    input: wire::CreateOrganizationRequest,
) -> Result<wire::CreateOrganizationResponse, WireError> {
    call.authorize("organizations:CreateOrganization", "*", &[])?;
    let feature_set = match input.feature_set {
        Some(text) => convert::parse(&text)?,
        None => FeatureSet::All,
    };
    let account = call.account().clone();
    let made = area::create_organization(&call.cx, call.tx, &account, feature_set);
    let made = made.map_err(|error| match error {
        CreateOrganizationError::AlreadyInOrganization => WireError::new(
            "AlreadyInOrganizationException",
            "The provided account is already a member of an organization.",
        ),
        CreateOrganizationError::NotActive => errors::denied(),
        CreateOrganizationError::Store(error) => store_failure(error),
    })?;
    Ok(wire::CreateOrganizationResponse {
        organization: Some(organization(call, made)?),
    })
}

fn organization(
    call: &mut Call<'_>,
    organization: Organization,
) -> Result<wire::Organization, WireError> {
    let management = call
        .tx
        .account(&organization.management)
        .map_err(store_failure)?;
    // AWS has given this list up; it names service control policies whether or not they are enabled.
    let available = match organization.feature_set {
        FeatureSet::All => vec![wire::PolicyTypeSummary {
            r#type: Some(PolicyType::ServiceControlPolicy.to_string()),
            status: Some("ENABLED".to_owned()),
        }],
        FeatureSet::ConsolidatedBilling => Vec::new(),
    };
    Ok(wire::Organization {
        arn: Some(organization.arn()),
        feature_set: Some(organization.feature_set.to_string()),
        master_account_arn: Some(organization.account_arn(&organization.management)),
        master_account_id: Some(organization.management.to_string()),
        master_account_email: management.map(|account| account.email),
        available_policy_types: Some(available),
        id: Some(organization.id.to_string()),
    })
}

fn describe_organization(
    call: &mut Call<'_>,
    _: Unit,
) -> Result<wire::DescribeOrganizationResponse, WireError> {
    let found = enter(
        call,
        Who::Member,
        "organizations:DescribeOrganization",
        &Keys::none(),
    )?;
    Ok(wire::DescribeOrganizationResponse {
        organization: Some(organization(call, found)?),
    })
}

fn delete_organization(call: &mut Call<'_>, _: Unit) -> Result<Unit, WireError> {
    let organization = enter(
        call,
        Who::Management,
        "organizations:DeleteOrganization",
        &Keys::none(),
    )?;
    area::delete_organization(&call.cx, call.tx, &organization).map_err(|error| match error {
        DeleteOrganizationError::NotEmpty => WireError::new(
            "OrganizationNotEmptyException",
            "To delete an organization you must first remove all member accounts (except the master account).",
        ),
        DeleteOrganizationError::ActiveTransfer => errors::constraint(
            "ACTIVE_RESPONSIBILITY_TRANSFER_PROCESS",
            "You cannot delete organization due to an ongoing responsibility transfer process. For example, a pending invitation or an in-progress transfer. To delete the organization, you must resolve the current transfer process.",
        ),
        DeleteOrganizationError::Store(error) => store_failure(error),
    })?;
    Ok(Unit)
}

fn list_roots(
    call: &mut Call<'_>,
    input: wire::ListRootsRequest,
) -> Result<wire::ListRootsResponse, WireError> {
    let organization = enter(call, Who::Reader, "organizations:ListRoots", &Keys::none())?;
    // There is one root, so no token is ever given out; a made-up one is refused.
    convert::page(call, "", input.next_token.as_deref(), input.max_results)?;
    let roots = vec![root(call, &organization)?];
    Ok(wire::ListRootsResponse {
        roots: Some(roots),
        next_token: None,
    })
}

/// The root of an organization with the policy types enabled in it.
pub(super) fn root(
    call: &mut Call<'_>,
    organization: &Organization,
) -> Result<wire::Root, WireError> {
    let types = call
        .tx
        .policy_types(&organization.id)
        .map_err(store_failure)?;
    let types = types.into_iter().map(|kind| wire::PolicyTypeSummary {
        r#type: Some(kind.to_string()),
        status: Some("ENABLED".to_owned()),
    });
    Ok(wire::Root {
        id: Some(organization.root.to_string()),
        arn: Some(organization.root_arn()),
        name: Some(ROOT_NAME.to_owned()),
        policy_types: Some(types.collect()),
    })
}
