//! Provisioning: ProvisionPermissionSet, how far its requests are, and which accounts have which permission sets.

use atrium_access::ProvisionError;
use atrium_model::access::{AccessRequest, PermissionSetArn, ProvisioningStatus, RequestKind};
use atrium_model::{AccountId, PermissionSetId};
use atrium_wire::WireError;
use atrium_wire::sso_admin::{self as wire, ops};

use super::access_requests::{self as requests, busy, failure_reason};
use super::account_access::{self as access, find_failure, page_size, refused};
use crate::call::store_failure;
use crate::identitystore::{cut, date};
use crate::{Call, Registry};

pub(crate) fn register(registry: &mut Registry) {
    registry.write::<ops::ProvisionPermissionSet>(provision);
    registry.read::<ops::DescribePermissionSetProvisioningStatus>(describe);
    registry.read::<ops::ListPermissionSetProvisioningStatus>(list);
    registry.read::<ops::ListAccountsForProvisionedPermissionSet>(list_accounts);
    registry.read::<ops::ListPermissionSetsProvisionedToAccount>(list_permission_sets);
}

fn provision(
    call: &mut Call<'_>,
    input: wire::ProvisionPermissionSetRequest,
) -> Result<wire::ProvisionPermissionSetResponse, WireError> {
    let action = "sso:ProvisionPermissionSet";
    let (instance, set) = (&input.instance_arn, &input.permission_set_arn);
    let (reach, arn) = access::permission_set(call, action, instance, set)?;
    let account = match (input.target_type.as_str(), &input.target_id) {
        ("AWS_ACCOUNT", Some(id)) => Some(access::account(call, action, id)?),
        ("AWS_ACCOUNT", None) => {
            return Err(WireError::validation(
                "TargetId is required for TargetType AWS_ACCOUNT.",
            ));
        }
        (_, Some(_)) => {
            return Err(WireError::validation(
                "TargetId is not allowed for TargetType ALL_PROVISIONED_ACCOUNTS.",
            ));
        }
        (_, None) => None,
    };
    let found = atrium_access::describe_permission_set(&mut *call.tx, reach.approach(), &arn)
        .map_err(|error| find_failure(&arn, error))?;
    let owner = &reach.instance.owner;
    let refusal = match call.account() == owner && account.as_ref().is_none_or(|id| id == owner) {
        true => access::refusal(call, &reach, &found)?,
        false => None,
    };
    let quotas = &call.quotas().access;
    let (cx, tx, approach) = (&call.cx, &mut *call.tx, reach.approach());
    let kept =
        atrium_access::provision_permission_set(cx, tx, quotas, approach, &arn, account, refusal)
            .map_err(|error| match error {
            ProvisionError::Find(error) => find_failure(&arn, error),
            ProvisionError::Refused(error) => refused(call, action, &arn, error),
            ProvisionError::UnknownAccount(account) => requests::unknown_account(&account),
            ProvisionError::Busy => busy(),
            ProvisionError::Store(error) => store_failure(error),
        })?;
    call.services.access_worker.wake();
    Ok(wire::ProvisionPermissionSetResponse {
        permission_set_provisioning_status: Some(shown(kept)),
    })
}

fn describe(
    call: &mut Call<'_>,
    input: wire::DescribePermissionSetProvisioningStatusRequest,
) -> Result<wire::DescribePermissionSetProvisioningStatusResponse, WireError> {
    let action = "sso:DescribePermissionSetProvisioningStatus";
    let id = &input.provision_permission_set_request_id;
    let kind = RequestKind::Provision;
    let found = requests::describe(call, action, &input.instance_arn, kind, id)?;
    Ok(wire::DescribePermissionSetProvisioningStatusResponse {
        permission_set_provisioning_status: Some(shown(found)),
    })
}

fn list(
    call: &mut Call<'_>,
    input: wire::ListPermissionSetProvisioningStatusRequest,
) -> Result<wire::ListPermissionSetProvisioningStatusResponse, WireError> {
    let listing = requests::Listing {
        action: "sso:ListPermissionSetProvisioningStatus",
        kind: RequestKind::Provision,
        instance_arn: &input.instance_arn,
        status: input.filter.and_then(|filter| filter.status),
        next_token: input.next_token.as_deref(),
        max_results: input.max_results,
    };
    let (found, next_token) = requests::list(call, listing)?;
    let listed = found
        .into_iter()
        .map(|request| wire::PermissionSetProvisioningStatusMetadata {
            status: Some(request.status.as_str().to_owned()),
            request_id: request.asked.id,
            created_date: Some(date(request.asked.created)),
        });
    Ok(wire::ListPermissionSetProvisioningStatusResponse {
        permission_sets_provisioning_status: Some(listed.collect()),
        next_token,
    })
}

fn list_accounts(
    call: &mut Call<'_>,
    input: wire::ListAccountsForProvisionedPermissionSetRequest,
) -> Result<wire::ListAccountsForProvisionedPermissionSetResponse, WireError> {
    let action = "sso:ListAccountsForProvisionedPermissionSet";
    let (instance, set) = (&input.instance_arn, &input.permission_set_arn);
    let (reach, arn) = access::permission_set(call, action, instance, set)?;
    let status = status(input.provisioning_status)?;
    let scope = format!("{arn}/{status:?}");
    let after: Option<AccountId> = call.page(&scope, input.next_token.as_deref())?;
    let limit = page_size(input.max_results);
    let mut page = atrium_access::list_accounts_for_permission_set(
        &mut *call.tx,
        reach.approach(),
        &arn,
        status,
        after.as_ref(),
        limit + 1,
    )
    .map_err(|error| find_failure(&arn, error))?;
    let next_token = cut(&mut page, limit).map(|last| call.next_token(&scope, last));
    Ok(wire::ListAccountsForProvisionedPermissionSetResponse {
        account_ids: Some(page.into_iter().map(String::from).collect()),
        next_token,
    })
}

fn list_permission_sets(
    call: &mut Call<'_>,
    input: wire::ListPermissionSetsProvisionedToAccountRequest,
) -> Result<wire::ListPermissionSetsProvisionedToAccountResponse, WireError> {
    let action = "sso:ListPermissionSetsProvisionedToAccount";
    let reach = access::instance(call, action, &input.instance_arn, &[])?;
    let account = access::account(call, action, &input.account_id)?;
    let status = status(input.provisioning_status)?;
    let scope = format!("{}/{account}/{status:?}", reach.instance.id);
    let after: Option<PermissionSetId> = call.page(&scope, input.next_token.as_deref())?;
    let limit = page_size(input.max_results);
    let mut page = atrium_access::list_permission_sets_for_account(
        &mut *call.tx,
        reach.approach(),
        &account,
        status,
        after.as_ref(),
        limit + 1,
    )
    .map_err(store_failure)?;
    let next_token = cut(&mut page, limit).map(|last| call.next_token(&scope, last));
    let arns = page.into_iter().map(|id| {
        let instance = reach.instance.id.clone();
        PermissionSetArn { instance, id }.to_string()
    });
    Ok(wire::ListPermissionSetsProvisionedToAccountResponse {
        permission_sets: Some(arns.collect()),
        next_token,
    })
}

fn status(given: Option<String>) -> Result<Option<ProvisioningStatus>, WireError> {
    given
        .map(|text| text.parse())
        .transpose()
        .map_err(|error| WireError::validation(format!("{error}")))
}

fn shown(request: AccessRequest) -> wire::PermissionSetProvisioningStatus {
    let failure_reason = failure_reason(&request);
    let asked = request.asked;
    let arn = PermissionSetArn {
        instance: asked.instance,
        id: asked.permission_set,
    };
    wire::PermissionSetProvisioningStatus {
        status: Some(request.status.as_str().to_owned()),
        request_id: asked.id,
        account_id: asked.account.map(|account| account.to_string()),
        permission_set_arn: Some(arn.to_string()),
        failure_reason,
        created_date: Some(date(asked.created)),
    }
}
