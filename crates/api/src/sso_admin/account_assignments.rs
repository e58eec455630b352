//! Account assignments: requests to make them and to take them back, how far those are, and the lists.

use atrium_access::{AskError, NewAssignment};
use atrium_model::access::{
    AccessRequest, AccountAssignment, PermissionSetArn, RequestKind, RequestStatus,
};
use atrium_model::application::AssignedPrincipal;
use atrium_model::{AccountId, InstanceId, PermissionSetId};
use atrium_wire::WireError;
use atrium_wire::sso_admin::{self as wire, ops};

use super::access_requests::{self as requests, busy, failure_reason};
use super::account_access::{self as access, find_failure, page_size, principal, quota, refused};
use crate::call::store_failure;
use crate::identitystore::{cut, date};
use crate::{Call, Registry};

pub(crate) fn register(registry: &mut Registry) {
    registry.write::<ops::CreateAccountAssignment>(create);
    registry.write::<ops::DeleteAccountAssignment>(delete);
    registry.read::<ops::DescribeAccountAssignmentCreationStatus>(describe_creation);
    registry.read::<ops::DescribeAccountAssignmentDeletionStatus>(describe_deletion);
    registry.read::<ops::ListAccountAssignmentCreationStatus>(list_creations);
    registry.read::<ops::ListAccountAssignmentDeletionStatus>(list_deletions);
    registry.read::<ops::ListAccountAssignments>(list);
    registry.read::<ops::ListAccountAssignmentsForPrincipal>(list_for_principal);
}

fn create(
    call: &mut Call<'_>,
    input: wire::CreateAccountAssignmentRequest,
) -> Result<wire::CreateAccountAssignmentResponse, WireError> {
    let action = "sso:CreateAccountAssignment";
    let (instance, set) = (&input.instance_arn, &input.permission_set_arn);
    let (reach, arn) = access::permission_set(call, action, instance, set)?;
    let account = access::account(call, action, &input.target_id)?;
    let principal = principal(&input.principal_type, &input.principal_id)?;
    let mut refusal = None;
    if account == reach.instance.owner && *call.account() == account {
        let found = atrium_access::describe_permission_set(&mut *call.tx, reach.approach(), &arn)
            .map_err(|error| find_failure(&arn, error))?;
        refusal = access::refusal(call, &reach, &found)?;
    }
    let new = NewAssignment {
        permission_set: arn.clone(),
        account,
        principal,
        refusal,
    };
    let quotas = &call.quotas().access;
    let (cx, tx) = (&call.cx, &mut *call.tx);
    let kept = atrium_access::create_account_assignment(cx, tx, quotas, reach.approach(), new)
        .map_err(|error| ask_failure(call, action, &arn, error))?;
    call.services.access_worker.wake();
    Ok(wire::CreateAccountAssignmentResponse {
        account_assignment_creation_status: Some(shown(kept)),
    })
}

fn delete(
    call: &mut Call<'_>,
    input: wire::DeleteAccountAssignmentRequest,
) -> Result<wire::DeleteAccountAssignmentResponse, WireError> {
    let action = "sso:DeleteAccountAssignment";
    let (instance, set) = (&input.instance_arn, &input.permission_set_arn);
    let (reach, arn) = access::permission_set(call, action, instance, set)?;
    let old = NewAssignment {
        permission_set: arn.clone(),
        account: access::account(call, action, &input.target_id)?,
        principal: principal(&input.principal_type, &input.principal_id)?,
        refusal: None,
    };
    let quotas = &call.quotas().access;
    let (cx, tx) = (&call.cx, &mut *call.tx);
    let kept = atrium_access::delete_account_assignment(cx, tx, quotas, reach.approach(), old)
        .map_err(|error| ask_failure(call, action, &arn, error))?;
    call.services.access_worker.wake();
    Ok(wire::DeleteAccountAssignmentResponse {
        account_assignment_deletion_status: Some(shown(kept)),
    })
}

fn ask_failure(
    call: &Call<'_>,
    action: &str,
    arn: &PermissionSetArn,
    error: AskError,
) -> WireError {
    match error {
        AskError::Find(error) => find_failure(arn, error),
        AskError::Refused(error) => refused(call, action, arn, error),
        AskError::UnknownAccount(account) => requests::unknown_account(&account),
        AskError::QuotaExceeded(most) => {
            quota(format!("PermissionSet more than {most} for an account"))
        }
        AskError::Busy => busy(),
        AskError::Store(error) => store_failure(error),
    }
}

fn describe_creation(
    call: &mut Call<'_>,
    input: wire::DescribeAccountAssignmentCreationStatusRequest,
) -> Result<wire::DescribeAccountAssignmentCreationStatusResponse, WireError> {
    let action = "sso:DescribeAccountAssignmentCreationStatus";
    let id = &input.account_assignment_creation_request_id;
    let kind = RequestKind::CreateAssignment;
    let found = requests::describe(call, action, &input.instance_arn, kind, id)?;
    Ok(wire::DescribeAccountAssignmentCreationStatusResponse {
        account_assignment_creation_status: Some(shown(found)),
    })
}

fn describe_deletion(
    call: &mut Call<'_>,
    input: wire::DescribeAccountAssignmentDeletionStatusRequest,
) -> Result<wire::DescribeAccountAssignmentDeletionStatusResponse, WireError> {
    let action = "sso:DescribeAccountAssignmentDeletionStatus";
    let id = &input.account_assignment_deletion_request_id;
    let kind = RequestKind::DeleteAssignment;
    let found = requests::describe(call, action, &input.instance_arn, kind, id)?;
    Ok(wire::DescribeAccountAssignmentDeletionStatusResponse {
        account_assignment_deletion_status: Some(shown(found)),
    })
}

fn list_creations(
    call: &mut Call<'_>,
    input: wire::ListAccountAssignmentCreationStatusRequest,
) -> Result<wire::ListAccountAssignmentCreationStatusResponse, WireError> {
    let listing = requests::Listing {
        action: "sso:ListAccountAssignmentCreationStatus",
        kind: RequestKind::CreateAssignment,
        instance_arn: &input.instance_arn,
        status: input.filter.and_then(|filter| filter.status),
        next_token: input.next_token.as_deref(),
        max_results: input.max_results,
    };
    let (found, next_token) = requests::list(call, listing)?;
    Ok(wire::ListAccountAssignmentCreationStatusResponse {
        account_assignments_creation_status: Some(found.into_iter().map(entry).collect()),
        next_token,
    })
}

fn list_deletions(
    call: &mut Call<'_>,
    input: wire::ListAccountAssignmentDeletionStatusRequest,
) -> Result<wire::ListAccountAssignmentDeletionStatusResponse, WireError> {
    let listing = requests::Listing {
        action: "sso:ListAccountAssignmentDeletionStatus",
        kind: RequestKind::DeleteAssignment,
        instance_arn: &input.instance_arn,
        status: input.filter.and_then(|filter| filter.status),
        next_token: input.next_token.as_deref(),
        max_results: input.max_results,
    };
    let (found, next_token) = requests::list(call, listing)?;
    Ok(wire::ListAccountAssignmentDeletionStatusResponse {
        account_assignments_deletion_status: Some(found.into_iter().map(entry).collect()),
        next_token,
    })
}

fn list(
    call: &mut Call<'_>,
    input: wire::ListAccountAssignmentsRequest,
) -> Result<wire::ListAccountAssignmentsResponse, WireError> {
    let action = "sso:ListAccountAssignments";
    let (instance, set) = (&input.instance_arn, &input.permission_set_arn);
    let (reach, arn) = access::permission_set(call, action, instance, set)?;
    let account = access::account(call, action, &input.account_id)?;
    let scope = format!("{arn}/{account}");
    let after: Option<AssignedPrincipal> = call.page(&scope, input.next_token.as_deref())?;
    let limit = page_size(input.max_results);
    let mut page = atrium_access::list_account_assignments(
        &mut *call.tx,
        reach.approach(),
        &arn,
        &account,
        after.as_ref(),
        limit + 1,
    )
    .map_err(|error| find_failure(&arn, error))?;
    let next_token = cut(&mut page, limit)
        .map(|last: &AccountAssignment| call.next_token(&scope, &last.principal));
    let listed = page.into_iter().map(|found| wire::AccountAssignment {
        account_id: Some(found.account.to_string()),
        permission_set_arn: Some(arn.to_string()),
        principal_type: Some(found.principal.kind().to_owned()),
        principal_id: Some(found.principal.id().to_owned()),
    });
    Ok(wire::ListAccountAssignmentsResponse {
        account_assignments: Some(listed.collect()),
        next_token,
    })
}

fn list_for_principal(
    call: &mut Call<'_>,
    input: wire::ListAccountAssignmentsForPrincipalRequest,
) -> Result<wire::ListAccountAssignmentsForPrincipalResponse, WireError> {
    let action = "sso:ListAccountAssignmentsForPrincipal";
    let reach = access::instance(call, action, &input.instance_arn, &[])?;
    let principal = principal(&input.principal_type, &input.principal_id)?;
    let account: Option<AccountId> = input
        .filter
        .and_then(|filter| filter.account_id)
        .map(|id| id.parse())
        .transpose()
        .map_err(|error| WireError::validation(format!("{error}")))?;
    let scope = format!("{}/{principal:?}/{account:?}", reach.instance.id);
    let after: Option<(AccountId, PermissionSetId, AssignedPrincipal)> =
        call.page(&scope, input.next_token.as_deref())?;
    let limit = page_size(input.max_results);
    let mut page = atrium_access::list_account_assignments_for_principal(
        &mut *call.tx,
        reach.approach(),
        &principal,
        account.as_ref(),
        after.as_ref(),
        limit + 1,
    )
    .map_err(store_failure)?;
    let next_token = cut(&mut page, limit).map(|last: &AccountAssignment| {
        let key = (&last.account, &last.permission_set, &last.principal);
        call.next_token(&scope, &key)
    });
    let listed = page
        .into_iter()
        .map(|found| wire::AccountAssignmentForPrincipal {
            account_id: Some(found.account.to_string()),
            permission_set_arn: Some(set_arn(found.instance, found.permission_set)),
            principal_id: Some(found.principal.id().to_owned()),
            principal_type: Some(found.principal.kind().to_owned()),
        });
    Ok(wire::ListAccountAssignmentsForPrincipalResponse {
        account_assignments: Some(listed.collect()),
        next_token,
    })
}

fn set_arn(instance: InstanceId, id: PermissionSetId) -> String {
    PermissionSetArn { instance, id }.to_string()
}

fn shown(request: AccessRequest) -> wire::AccountAssignmentOperationStatus {
    let failure_reason = failure_reason(&request);
    let asked = request.asked;
    wire::AccountAssignmentOperationStatus {
        status: Some(request.status.as_str().to_owned()),
        request_id: asked.id,
        failure_reason,
        target_id: asked.account.map(|account| account.to_string()),
        target_type: Some("AWS_ACCOUNT".to_owned()),
        permission_set_arn: Some(set_arn(asked.instance, asked.permission_set)),
        principal_type: asked.principal.as_ref().map(|it| it.kind().to_owned()),
        principal_id: asked.principal.as_ref().map(|it| it.id().to_owned()),
        created_date: Some(date(asked.created)),
    }
}

fn entry(request: AccessRequest) -> wire::AccountAssignmentOperationStatusMetadata {
    wire::AccountAssignmentOperationStatusMetadata {
        status: Some(RequestStatus::as_str(request.status).to_owned()),
        request_id: request.asked.id,
        created_date: Some(date(request.asked.created)),
    }
}
