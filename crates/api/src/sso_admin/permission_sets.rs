//! Permission sets: CreatePermissionSet, DescribePermissionSet, UpdatePermissionSet, DeletePermissionSet and
//! ListPermissionSets.

use atrium_access::{
    CreatePermissionSetError, DeletePermissionSetError, NewPermissionSet, PermissionSetChange,
    UpdatePermissionSetError,
};
use atrium_directory::put_tags;
use atrium_model::PermissionSetId;
use atrium_model::access::PermissionSet;
use atrium_wire::WireError;
use atrium_wire::sso_admin::{self as wire, ops};

use super::account_access::{self as access, find_failure, page_size, quota, refused};
use super::tags::{authorize_tagged, pairs, tag_failure};
use crate::call::store_failure;
use crate::identitystore::{cut, date};
use crate::{Call, Registry};

pub(crate) fn register(registry: &mut Registry) {
    registry.write::<ops::CreatePermissionSet>(create);
    registry.read::<ops::DescribePermissionSet>(describe);
    registry.write::<ops::UpdatePermissionSet>(update);
    registry.write::<ops::DeletePermissionSet>(delete);
    registry.read::<ops::ListPermissionSets>(list);
}

fn create(
    call: &mut Call<'_>,
    input: wire::CreatePermissionSetRequest,
) -> Result<wire::CreatePermissionSetResponse, WireError> {
    let tags = pairs(input.tags.unwrap_or_default());
    let reach = access::instance(call, "sso:CreatePermissionSet", &input.instance_arn, &tags)?;
    let new = NewPermissionSet {
        name: input.name,
        description: input.description,
        session_duration: input.session_duration,
        relay_state: input.relay_state,
    };
    let quotas = call.quotas();
    let made = atrium_access::create_permission_set(
        &call.cx,
        &mut *call.tx,
        &quotas.access,
        reach.approach(),
        new,
    )
    .map_err(|error| match error {
        CreatePermissionSetError::NameTaken(name) => {
            WireError::conflict(format!("PermissionSet with name {name} already exists."))
        }
        CreatePermissionSetError::Duration(given) => duration(&given),
        CreatePermissionSetError::QuotaExceeded(most) => {
            quota(format!("PermissionSet more than {most}"))
        }
        CreatePermissionSetError::Store(error) => store_failure(error),
    })?;
    if !tags.is_empty() {
        let arn = made.arn().to_string();
        authorize_tagged(call, "sso:TagResource", &arn, &tags, &[])?;
        let most = quotas.directory.tags;
        put_tags(&mut *call.tx, &made.instance, &arn, &tags, most).map_err(tag_failure)?;
    }
    Ok(wire::CreatePermissionSetResponse {
        permission_set: Some(shown(made)),
    })
}

fn describe(
    call: &mut Call<'_>,
    input: wire::DescribePermissionSetRequest,
) -> Result<wire::DescribePermissionSetResponse, WireError> {
    let action = "sso:DescribePermissionSet";
    let (reach, arn) =
        access::permission_set(call, action, &input.instance_arn, &input.permission_set_arn)?;
    let found = atrium_access::describe_permission_set(&mut *call.tx, reach.approach(), &arn)
        .map_err(|error| find_failure(&arn, error))?;
    Ok(wire::DescribePermissionSetResponse {
        permission_set: Some(shown(found)),
    })
}

fn update(
    call: &mut Call<'_>,
    input: wire::UpdatePermissionSetRequest,
) -> Result<wire::UpdatePermissionSetResponse, WireError> {
    let action = "sso:UpdatePermissionSet";
    let (reach, arn) =
        access::permission_set(call, action, &input.instance_arn, &input.permission_set_arn)?;
    let change = PermissionSetChange {
        description: input.description,
        session_duration: input.session_duration,
        relay_state: input.relay_state,
    };
    atrium_access::update_permission_set(&mut *call.tx, reach.approach(), &arn, change).map_err(
        |error| match error {
            UpdatePermissionSetError::Find(error) => find_failure(&arn, error),
            UpdatePermissionSetError::Refused(error) => refused(call, action, &arn, error),
            UpdatePermissionSetError::Duration(given) => duration(&given),
            UpdatePermissionSetError::Store(error) => store_failure(error),
        },
    )?;
    Ok(wire::UpdatePermissionSetResponse {})
}

fn delete(
    call: &mut Call<'_>,
    input: wire::DeletePermissionSetRequest,
) -> Result<wire::DeletePermissionSetResponse, WireError> {
    let action = "sso:DeletePermissionSet";
    let (reach, arn) =
        access::permission_set(call, action, &input.instance_arn, &input.permission_set_arn)?;
    atrium_access::delete_permission_set(&mut *call.tx, reach.approach(), &arn).map_err(
        |error| match error {
            DeletePermissionSetError::Find(error) => find_failure(&arn, error),
            DeletePermissionSetError::Refused(error) => refused(call, action, &arn, error),
            DeletePermissionSetError::InUse => WireError::conflict(
                "Could not delete because PermissionSet has ApplicationProfile associated with it.",
            ),
            DeletePermissionSetError::Store(error) => store_failure(error),
        },
    )?;
    call.tx
        .delete_tags(&arn.instance, &arn.to_string())
        .map_err(store_failure)?;
    Ok(wire::DeletePermissionSetResponse {})
}

fn list(
    call: &mut Call<'_>,
    input: wire::ListPermissionSetsRequest,
) -> Result<wire::ListPermissionSetsResponse, WireError> {
    let reach = access::instance(call, "sso:ListPermissionSets", &input.instance_arn, &[])?;
    let scope = reach.instance.id.to_string();
    let after: Option<PermissionSetId> = call.page(&scope, input.next_token.as_deref())?;
    let limit = page_size(input.max_results);
    let mut page = atrium_access::list_permission_sets(
        &mut *call.tx,
        reach.approach(),
        after.as_ref(),
        limit + 1,
    )
    .map_err(store_failure)?;
    let next_token =
        cut(&mut page, limit).map(|last: &PermissionSet| call.next_token(&scope, &last.id));
    Ok(wire::ListPermissionSetsResponse {
        permission_sets: Some(page.iter().map(|set| set.arn().to_string()).collect()),
        next_token,
    })
}

fn duration(given: &str) -> WireError {
    WireError::validation(format!(
        "Session duration {given} is not valid: it must be between 1 hour and 12 hours."
    ))
}

fn shown(set: PermissionSet) -> wire::PermissionSet {
    wire::PermissionSet {
        permission_set_arn: Some(set.arn().to_string()),
        name: Some(set.name),
        description: set.description,
        created_date: Some(date(set.created)),
        session_duration: Some(set.session_duration),
        relay_state: set.relay_state,
    }
}
