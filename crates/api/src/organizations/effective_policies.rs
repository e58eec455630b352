//! What the policies above an account come to, and whether that is valid.

use atrium_model::AccountId;
use atrium_model::organization::TargetId;
use atrium_organization::{self as area, EffectivePolicyError, EffectivePolicyFault};
use atrium_wire::WireError;
use atrium_wire::organizations::{self as wire, ops};

use super::access::{Keys, Who, enter, permit, standing};
use super::policies::POLICY_TYPE;
use super::{convert, errors, quotas};
use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.read::<ops::DescribeEffectivePolicy>(describe_effective_policy);
    registry.read::<ops::ListAccountsWithInvalidEffectivePolicy>(list_accounts);
    registry.read::<ops::ListEffectivePolicyValidationErrors>(list_errors);
}

fn not_found() -> WireError {
    WireError::new(
        "EffectivePolicyNotFoundException",
        "If you ran this action on the management account, this policy type is not enabled. If you ran the action on a member account, the account doesn't have an effective policy of this type. Contact the administrator of your organization about attaching a policy of this type to the account.",
    )
}

/// Every account of an organization may ask for its own; who may read the whole organization also for another's.
fn describe_effective_policy(
    call: &mut Call<'_>,
    input: wire::DescribeEffectivePolicyRequest,
) -> Result<wire::DescribeEffectivePolicyResponse, WireError> {
    const ACTION: &str = "organizations:DescribeEffectivePolicy";
    let kind = convert::policy_type(&input.policy_type)?;
    let own = call.account().clone();
    let target = match &input.target_id {
        Some(id) => convert::parse(id)?,
        None => TargetId::Account(own.clone()),
    };
    let standing = standing(call, ACTION)?;
    let who = match &target {
        TargetId::Account(account) if *account == own => Who::Member,
        _ => Who::Reader,
    };
    let arn = standing.organization.target_arn(&target);
    let keys = Keys::none().with(POLICY_TYPE, kind.as_str());
    permit(call, &standing, who, ACTION, &arn, &keys)?;
    let TargetId::Account(account) = target else {
        return Err(errors::invalid_input(
            "TARGET_NOT_SUPPORTED",
            "You specified a target that isn't supported: an effective policy is that of an account.",
        ));
    };
    let found = area::describe_effective_policy(call.tx, &standing.organization, &account, kind);
    let found = found.map_err(|error| match error {
        EffectivePolicyError::TargetNotFound => errors::target_not_found(),
        EffectivePolicyError::NotFound => not_found(),
        EffectivePolicyError::Store(error) => store_failure(error),
    })?;
    Ok(wire::DescribeEffectivePolicyResponse {
        effective_policy: Some(wire::EffectivePolicy {
            policy_content: Some(found.content),
            last_updated_timestamp: convert::time(found.updated_at),
            target_id: Some(account.to_string()),
            policy_type: Some(kind.to_string()),
        }),
    })
}

fn list_error(error: EffectivePolicyError) -> WireError {
    match error {
        EffectivePolicyError::TargetNotFound => errors::account_not_found(),
        EffectivePolicyError::NotFound => not_found(),
        EffectivePolicyError::Store(error) => store_failure(error),
    }
}

fn list_accounts(
    call: &mut Call<'_>,
    input: wire::ListAccountsWithInvalidEffectivePolicyRequest,
) -> Result<wire::ListAccountsWithInvalidEffectivePolicyResponse, WireError> {
    let kind = convert::policy_type(&input.policy_type)?;
    let action = "organizations:ListAccountsWithInvalidEffectivePolicy";
    let keys = Keys::none().with(POLICY_TYPE, kind.as_str());
    let organization = enter(call, Who::Reader, action, &keys)?;
    let scope = format!("{}/{kind}", organization.id);
    let page = convert::page(call, &scope, input.next_token.as_deref(), input.max_results)?;
    let quotas = quotas(call.services);
    let found = area::accounts_with_invalid_policy(call.tx, &organization, kind, &page, quotas);
    let found = found.map_err(list_error)?;
    let next_token = convert::next(call, &scope, &found);
    let accounts = found
        .items
        .into_iter()
        .map(|account| convert::account(call, &organization, account));
    Ok(wire::ListAccountsWithInvalidEffectivePolicyResponse {
        accounts: Some(accounts.collect::<Result<_, _>>()?),
        policy_type: Some(kind.to_string()),
        next_token,
    })
}

fn convert_fault(fault: EffectivePolicyFault) -> wire::EffectivePolicyValidationError {
    let policies = fault.policies.iter().map(ToString::to_string);
    wire::EffectivePolicyValidationError {
        error_code: Some(fault.code.to_owned()),
        error_message: Some(fault.message),
        path_to_error: Some(fault.path),
        contributing_policies: Some(policies.collect()),
    }
}

fn list_errors(
    call: &mut Call<'_>,
    input: wire::ListEffectivePolicyValidationErrorsRequest,
) -> Result<wire::ListEffectivePolicyValidationErrorsResponse, WireError> {
    const ACTION: &str = "organizations:ListEffectivePolicyValidationErrors";
    let kind = convert::policy_type(&input.policy_type)?;
    let account: AccountId = convert::parse(&input.account_id)?;
    let standing = standing(call, ACTION)?;
    let organization = &standing.organization;
    let arn = organization.account_arn(&account);
    let keys = Keys::none().with(POLICY_TYPE, kind.as_str());
    permit(call, &standing, Who::Reader, ACTION, &arn, &keys)?;
    let scope = format!("{account}/{kind}");
    let after = call.page::<(String, String)>(&scope, input.next_token.as_deref())?;
    let found =
        area::effective_policy_faults(call.tx, organization, &account, kind, quotas(call.services));
    let found = found.map_err(list_error)?;
    let size = usize::try_from(input.max_results.unwrap_or(20).clamp(1, 20)).unwrap_or(20);
    let later = |fault: &EffectivePolicyFault| {
        after
            .as_ref()
            .is_none_or(|(path, code)| (&*fault.path, fault.code) > (&**path, &**code))
    };
    let mut faults: Vec<_> = found.faults.into_iter().filter(later).collect();
    let more = faults.len() > size;
    faults.truncate(size);
    let next_token = faults
        .last()
        .filter(|_| more)
        .map(|last| call.next_token(&scope, &(&last.path, last.code)));
    Ok(wire::ListEffectivePolicyValidationErrorsResponse {
        account_id: Some(account.to_string()),
        policy_type: Some(kind.to_string()),
        path: Some(format!("{}{account}/", found.path)),
        evaluation_timestamp: convert::time(call.cx.now()),
        next_token,
        effective_policy_validation_errors: Some(faults.into_iter().map(convert_fault).collect()),
    })
}
