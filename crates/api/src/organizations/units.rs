//! The tree: organizational units, parents and children.

use atrium_model::organization::{Organization, ParentId};
use atrium_organization::{self as area, ChildId, CreateUnitError, UnitError};
use atrium_wire::organizations::{self as wire, ops};
use atrium_wire::{Unit, WireError};

use super::access::{Keys, Who, permit, standing};
use super::{convert, errors, quotas};
use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::CreateOrganizationalUnit>(create_organizational_unit);
    registry.read::<ops::DescribeOrganizationalUnit>(describe_organizational_unit);
    registry.write::<ops::UpdateOrganizationalUnit>(update_organizational_unit);
    registry.write::<ops::DeleteOrganizationalUnit>(delete_organizational_unit);
    registry.read::<ops::ListOrganizationalUnitsForParent>(list_organizational_units_for_parent);
    registry.read::<ops::ListParents>(list_parents);
    registry.read::<ops::ListChildren>(list_children);
}

/// Permits an operation on one root or organizational unit.
fn on_parent(
    call: &mut Call<'_>,
    who: Who,
    action: &str,
    parent: &ParentId,
    request: Keys,
) -> Result<Organization, WireError> {
    let standing = standing(call, action)?;
    let keys = request.resource_tags(call, &standing.organization, parent.as_str())?;
    let arn = standing.organization.parent_arn(parent);
    permit(call, &standing, who, action, &arn, &keys)?;
    Ok(standing.organization)
}

fn create_organizational_unit(
    call: &mut Call<'_>,
    input: wire::CreateOrganizationalUnitRequest,
) -> Result<wire::CreateOrganizationalUnitResponse, WireError> {
    let parent: ParentId = convert::parse(&input.parent_id)?;
    let tags = input.tags.unwrap_or_default();
    let request = Keys::none().request_tags(&tags);
    let action = "organizations:CreateOrganizationalUnit";
    let organization = on_parent(call, Who::Management, action, &parent, request)?;
    if !tags.is_empty() {
        let request = Keys::none().request_tags(&tags);
        on_parent(
            call,
            Who::Management,
            "organizations:TagResource",
            &parent,
            request,
        )?;
    }
    let tags = convert::tags(Some(tags));
    let made = area::create_organizational_unit(
        &call.cx,
        call.tx,
        &organization,
        parent,
        &input.name,
        &tags,
        quotas(call.services),
    );
    let made = made.map_err(|error| match error {
        CreateUnitError::ParentNotFound => errors::parent_not_found(),
        CreateUnitError::NameTaken(_) => name_taken(),
        CreateUnitError::Depth => errors::constraint(
            "OU_DEPTH_LIMIT_EXCEEDED",
            "You have exceeded the maximum number of levels of organizational units.",
        ),
        CreateUnitError::Quota => errors::constraint(
            "OU_NUMBER_LIMIT_EXCEEDED",
            "You have exceeded the maximum number of organizational units.",
        ),
        CreateUnitError::Tags(error) => errors::tags(error),
        CreateUnitError::Store(error) => store_failure(error),
    })?;
    let organizational_unit = Some(convert::unit(&organization, made));
    Ok(wire::CreateOrganizationalUnitResponse {
        organizational_unit,
    })
}

fn name_taken() -> WireError {
    WireError::new(
        "DuplicateOrganizationalUnitException",
        "An OU with the same name already exists.",
    )
}

fn unit_error(error: UnitError) -> WireError {
    match error {
        UnitError::NotFound => WireError::new(
            "OrganizationalUnitNotFoundException",
            "You specified an organizational unit that doesn't exist.",
        ),
        UnitError::NameTaken(_) => name_taken(),
        UnitError::NotEmpty => WireError::new(
            "OrganizationalUnitNotEmptyException",
            "The specified OU is not empty. Move all accounts to another root or to other OUs, remove all child OUs, and try the operation again.",
        ),
        UnitError::Store(error) => store_failure(error),
    }
}

fn describe_organizational_unit(
    call: &mut Call<'_>,
    input: wire::DescribeOrganizationalUnitRequest,
) -> Result<wire::DescribeOrganizationalUnitResponse, WireError> {
    let id: atrium_model::OrganizationalUnitId = convert::parse(&input.organizational_unit_id)?;
    let parent = ParentId::Unit(id.clone());
    let action = "organizations:DescribeOrganizationalUnit";
    let organization = on_parent(call, Who::Reader, action, &parent, Keys::none())?;
    let unit =
        area::describe_organizational_unit(call.tx, &organization, &id).map_err(unit_error)?;
    let organizational_unit = Some(convert::unit(&organization, unit));
    Ok(wire::DescribeOrganizationalUnitResponse {
        organizational_unit,
    })
}

fn update_organizational_unit(
    call: &mut Call<'_>,
    input: wire::UpdateOrganizationalUnitRequest,
) -> Result<wire::UpdateOrganizationalUnitResponse, WireError> {
    let id: atrium_model::OrganizationalUnitId = convert::parse(&input.organizational_unit_id)?;
    let parent = ParentId::Unit(id.clone());
    let action = "organizations:UpdateOrganizationalUnit";
    let organization = on_parent(call, Who::Management, action, &parent, Keys::none())?;
    let name = input.name.as_deref();
    let unit = area::update_organizational_unit(call.tx, &organization, &id, name);
    let organizational_unit = Some(convert::unit(&organization, unit.map_err(unit_error)?));
    Ok(wire::UpdateOrganizationalUnitResponse {
        organizational_unit,
    })
}

fn delete_organizational_unit(
    call: &mut Call<'_>,
    input: wire::DeleteOrganizationalUnitRequest,
) -> Result<Unit, WireError> {
    let id: atrium_model::OrganizationalUnitId = convert::parse(&input.organizational_unit_id)?;
    let parent = ParentId::Unit(id.clone());
    let action = "organizations:DeleteOrganizationalUnit";
    let organization = on_parent(call, Who::Management, action, &parent, Keys::none())?;
    area::delete_organizational_unit(call.tx, &organization, &id).map_err(unit_error)?;
    Ok(Unit)
}

fn list_organizational_units_for_parent(
    call: &mut Call<'_>,
    input: wire::ListOrganizationalUnitsForParentRequest,
) -> Result<wire::ListOrganizationalUnitsForParentResponse, WireError> {
    let parent: ParentId = convert::parse(&input.parent_id)?;
    let action = "organizations:ListOrganizationalUnitsForParent";
    let organization = on_parent(call, Who::Reader, action, &parent, Keys::none())?;
    let scope = parent.as_str();
    let page = convert::page(call, scope, input.next_token.as_deref(), input.max_results)?;
    let found = area::list_organizational_units_for_parent(call.tx, &organization, &parent, &page);
    let found = found.map_err(errors::parent)?;
    let next_token = convert::next(call, scope, &found);
    let units = found
        .items
        .into_iter()
        .map(|unit| convert::unit(&organization, unit))
        .collect();
    Ok(wire::ListOrganizationalUnitsForParentResponse {
        organizational_units: Some(units),
        next_token,
    })
}

fn list_parents(
    call: &mut Call<'_>,
    input: wire::ListParentsRequest,
) -> Result<wire::ListParentsResponse, WireError> {
    const ACTION: &str = "organizations:ListParents";
    let child = match input.child_id.parse() {
        Ok(account) => ChildId::Account(account),
        Err(_) => ChildId::Unit(convert::parse(&input.child_id)?),
    };
    let standing = standing(call, ACTION)?;
    let arn = match &child {
        ChildId::Account(account) => standing.organization.account_arn(account),
        ChildId::Unit(unit) => standing.organization.unit_arn(unit),
    };
    permit(call, &standing, Who::Reader, ACTION, &arn, &Keys::none())?;
    // Everything has one parent, so no token is ever given out; a made-up one is refused.
    convert::page(
        call,
        &input.child_id,
        input.next_token.as_deref(),
        input.max_results,
    )?;
    let parent = area::parent_of(call.tx, &standing.organization, &child).map_err(errors::child)?;
    let parent = wire::Parent {
        id: Some(parent.to_string()),
        r#type: Some(parent.kind().to_owned()),
    };
    Ok(wire::ListParentsResponse {
        parents: Some(vec![parent]),
        next_token: None,
    })
}

fn list_children(
    call: &mut Call<'_>,
    input: wire::ListChildrenRequest,
) -> Result<wire::ListChildrenResponse, WireError> {
    let parent: ParentId = convert::parse(&input.parent_id)?;
    let action = "organizations:ListChildren";
    let organization = on_parent(call, Who::Reader, action, &parent, Keys::none())?;
    let kind = input.child_type;
    let scope = format!("{parent}/{kind}");
    let page = convert::page(call, &scope, input.next_token.as_deref(), input.max_results)?;
    let (ids, next_token): (Vec<String>, _) = match kind.as_str() {
        "ACCOUNT" => {
            let found = area::list_accounts_for_parent(call.tx, &organization, &parent, &page);
            let found = found.map_err(errors::parent)?;
            let next = convert::next(call, &scope, &found);
            (
                found
                    .items
                    .iter()
                    .map(|account| account.id.to_string())
                    .collect(),
                next,
            )
        }
        _ => {
            let found =
                area::list_organizational_units_for_parent(call.tx, &organization, &parent, &page);
            let found = found.map_err(errors::parent)?;
            let next = convert::next(call, &scope, &found);
            (
                found.items.iter().map(|unit| unit.id.to_string()).collect(),
                next,
            )
        }
    };
    let children = ids
        .into_iter()
        .map(|id| wire::Child {
            id: Some(id),
            r#type: Some(kind.clone()),
        })
        .collect();
    Ok(wire::ListChildrenResponse {
        children: Some(children),
        next_token,
    })
}
