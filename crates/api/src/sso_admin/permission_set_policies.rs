//! The policies of permission sets: inline, AWS managed, customer managed, and the permissions boundary.

use atrium_access::{AttachError, BoundaryError, ChangeError, DetachError, InlinePolicyError};
use atrium_model::access::{CustomerManagedPolicy, PermissionSetArn, PermissionsBoundary};
use atrium_wire::WireError;
use atrium_wire::sso_admin::{self as wire, ops};

use super::account_access::{self as access, find_failure, page_size, quota, refused};
use crate::call::store_failure;
use crate::identitystore::cut;
use crate::{Call, Registry};

pub(crate) fn register(registry: &mut Registry) {
    registry.write::<ops::PutInlinePolicyToPermissionSet>(put_inline);
    registry.read::<ops::GetInlinePolicyForPermissionSet>(get_inline);
    registry.write::<ops::DeleteInlinePolicyFromPermissionSet>(delete_inline);
    registry.write::<ops::AttachManagedPolicyToPermissionSet>(attach_managed);
    registry.write::<ops::DetachManagedPolicyFromPermissionSet>(detach_managed);
    registry.read::<ops::ListManagedPoliciesInPermissionSet>(list_managed);
    registry.write::<ops::AttachCustomerManagedPolicyReferenceToPermissionSet>(attach_customer);
    registry.write::<ops::DetachCustomerManagedPolicyReferenceFromPermissionSet>(detach_customer);
    registry.read::<ops::ListCustomerManagedPolicyReferencesInPermissionSet>(list_customer);
    registry.write::<ops::PutPermissionsBoundaryToPermissionSet>(put_boundary);
    registry.read::<ops::GetPermissionsBoundaryForPermissionSet>(get_boundary);
    registry.write::<ops::DeletePermissionsBoundaryFromPermissionSet>(delete_boundary);
}

fn put_inline(
    call: &mut Call<'_>,
    input: wire::PutInlinePolicyToPermissionSetRequest,
) -> Result<wire::PutInlinePolicyToPermissionSetResponse, WireError> {
    let action = "sso:PutInlinePolicyToPermissionSet";
    let (instance, set) = (&input.instance_arn, &input.permission_set_arn);
    let (reach, arn) = access::permission_set(call, action, instance, set)?;
    let quotas = &call.quotas().access;
    let document = input.inline_policy.clone();
    atrium_access::put_inline_policy(&mut *call.tx, quotas, reach.approach(), &arn, document)
        .map_err(|error| match error {
            InlinePolicyError::Change(error) => change_failure(call, action, &arn, error),
            InlinePolicyError::Invalid => {
                let given = input.inline_policy;
                WireError::validation(format!("Invalid PermissionsPolicy Document {given}"))
            }
            InlinePolicyError::TooLong(most) => {
                quota(format!("PermissionsPolicy longer than {most}"))
            }
        })?;
    Ok(wire::PutInlinePolicyToPermissionSetResponse {})
}

fn get_inline(
    call: &mut Call<'_>,
    input: wire::GetInlinePolicyForPermissionSetRequest,
) -> Result<wire::GetInlinePolicyForPermissionSetResponse, WireError> {
    let action = "sso:GetInlinePolicyForPermissionSet";
    let (instance, set) = (&input.instance_arn, &input.permission_set_arn);
    let (reach, arn) = access::permission_set(call, action, instance, set)?;
    let found = atrium_access::describe_permission_set(&mut *call.tx, reach.approach(), &arn)
        .map_err(|error| find_failure(&arn, error))?;
    Ok(wire::GetInlinePolicyForPermissionSetResponse {
        inline_policy: Some(found.policies.inline.unwrap_or_default()),
    })
}

fn delete_inline(
    call: &mut Call<'_>,
    input: wire::DeleteInlinePolicyFromPermissionSetRequest,
) -> Result<wire::DeleteInlinePolicyFromPermissionSetResponse, WireError> {
    let action = "sso:DeleteInlinePolicyFromPermissionSet";
    let (instance, set) = (&input.instance_arn, &input.permission_set_arn);
    let (reach, arn) = access::permission_set(call, action, instance, set)?;
    atrium_access::delete_inline_policy(&mut *call.tx, reach.approach(), &arn)
        .map_err(|error| change_failure(call, action, &arn, error))?;
    Ok(wire::DeleteInlinePolicyFromPermissionSetResponse {})
}

fn attach_managed(
    call: &mut Call<'_>,
    input: wire::AttachManagedPolicyToPermissionSetRequest,
) -> Result<wire::AttachManagedPolicyToPermissionSetResponse, WireError> {
    let action = "sso:AttachManagedPolicyToPermissionSet";
    let (instance, set) = (&input.instance_arn, &input.permission_set_arn);
    let (reach, arn) = access::permission_set(call, action, instance, set)?;
    let quotas = &call.quotas().access;
    let policy = input.managed_policy_arn;
    let (tx, approach) = (&mut *call.tx, reach.approach());
    atrium_access::attach_managed_policy(tx, quotas, approach, &arn, policy.clone()).map_err(
        |error| match error {
            AttachError::Change(error) => change_failure(call, action, &arn, error),
            AttachError::UnknownPolicy(policy) => unknown_policy(&policy),
            // The misspelling is AWS's; clients match on it.
            AttachError::Attached => WireError::conflict(format!(
                "Permission set with id {} already has a typed link attachment to a manged policy with {policy}",
                arn.id
            )),
            AttachError::QuotaExceeded(most) => {
                quota(format!("ManagedPolicy more than {most} for id {}", arn.id))
            }
        },
    )?;
    Ok(wire::AttachManagedPolicyToPermissionSetResponse {})
}

fn detach_managed(
    call: &mut Call<'_>,
    input: wire::DetachManagedPolicyFromPermissionSetRequest,
) -> Result<wire::DetachManagedPolicyFromPermissionSetResponse, WireError> {
    let action = "sso:DetachManagedPolicyFromPermissionSet";
    let (instance, set) = (&input.instance_arn, &input.permission_set_arn);
    let (reach, arn) = access::permission_set(call, action, instance, set)?;
    let policy = input.managed_policy_arn;
    atrium_access::detach_managed_policy(&mut *call.tx, reach.approach(), &arn, &policy).map_err(
        |error| match error {
            DetachError::Change(error) => change_failure(call, action, &arn, error),
            DetachError::NotAttached => {
                WireError::not_found(format!("Could not find ManagedPolicy with arn {policy}"))
            }
        },
    )?;
    Ok(wire::DetachManagedPolicyFromPermissionSetResponse {})
}

fn list_managed(
    call: &mut Call<'_>,
    input: wire::ListManagedPoliciesInPermissionSetRequest,
) -> Result<wire::ListManagedPoliciesInPermissionSetResponse, WireError> {
    let action = "sso:ListManagedPoliciesInPermissionSet";
    let (instance, set) = (&input.instance_arn, &input.permission_set_arn);
    let (reach, arn) = access::permission_set(call, action, instance, set)?;
    let scope = arn.to_string();
    let after: Option<String> = call.page(&scope, input.next_token.as_deref())?;
    let found = atrium_access::describe_permission_set(&mut *call.tx, reach.approach(), &arn)
        .map_err(|error| find_failure(&arn, error))?;
    let mut policies = found.policies.aws_managed;
    policies.sort_unstable();
    policies.retain(|policy| Some(policy) > after.as_ref());
    let next_token =
        cut(&mut policies, page_size(input.max_results)).map(|last| call.next_token(&scope, last));
    let attached = policies
        .into_iter()
        .map(|policy| wire::AttachedManagedPolicy {
            name: policy.rsplit('/').next().map(str::to_owned),
            arn: Some(policy),
        });
    Ok(wire::ListManagedPoliciesInPermissionSetResponse {
        attached_managed_policies: Some(attached.collect()),
        next_token,
    })
}

fn attach_customer(
    call: &mut Call<'_>,
    input: wire::AttachCustomerManagedPolicyReferenceToPermissionSetRequest,
) -> Result<wire::AttachCustomerManagedPolicyReferenceToPermissionSetResponse, WireError> {
    let action = "sso:AttachCustomerManagedPolicyReferenceToPermissionSet";
    let (instance, set) = (&input.instance_arn, &input.permission_set_arn);
    let (reach, arn) = access::permission_set(call, action, instance, set)?;
    let quotas = &call.quotas().access;
    let policy = customer(input.customer_managed_policy_reference);
    let (tx, approach) = (&mut *call.tx, reach.approach());
    atrium_access::attach_customer_managed_policy(tx, quotas, approach, &arn, policy.clone())
        .map_err(|error| match error {
            AttachError::Change(error) => change_failure(call, action, &arn, error),
            AttachError::UnknownPolicy(policy) => unknown_policy(&policy),
            AttachError::Attached => WireError::conflict(format!(
                "Given customer managed policy with name: {}  and path {} already attached",
                policy.name, policy.path
            )),
            AttachError::QuotaExceeded(most) => WireError::new(
                "ServiceQuotaExceededException",
                format!(
                    "Cannot attach managed policy: number of attached managed policies is already at maximum {most}"
                ),
            ),
        })?;
    Ok(wire::AttachCustomerManagedPolicyReferenceToPermissionSetResponse {})
}

fn detach_customer(
    call: &mut Call<'_>,
    input: wire::DetachCustomerManagedPolicyReferenceFromPermissionSetRequest,
) -> Result<wire::DetachCustomerManagedPolicyReferenceFromPermissionSetResponse, WireError> {
    let action = "sso:DetachCustomerManagedPolicyReferenceFromPermissionSet";
    let (instance, set) = (&input.instance_arn, &input.permission_set_arn);
    let (reach, arn) = access::permission_set(call, action, instance, set)?;
    let policy = customer(input.customer_managed_policy_reference);
    atrium_access::detach_customer_managed_policy(&mut *call.tx, reach.approach(), &arn, &policy)
        .map_err(|error| match error {
        DetachError::Change(error) => change_failure(call, action, &arn, error),
        DetachError::NotAttached => WireError::not_found(format!(
            "Given managed policy with name: {}  and path {} does not exist on PermissionSet",
            policy.name, policy.path
        )),
    })?;
    Ok(wire::DetachCustomerManagedPolicyReferenceFromPermissionSetResponse {})
}

fn list_customer(
    call: &mut Call<'_>,
    input: wire::ListCustomerManagedPolicyReferencesInPermissionSetRequest,
) -> Result<wire::ListCustomerManagedPolicyReferencesInPermissionSetResponse, WireError> {
    let action = "sso:ListCustomerManagedPolicyReferencesInPermissionSet";
    let (instance, set) = (&input.instance_arn, &input.permission_set_arn);
    let (reach, arn) = access::permission_set(call, action, instance, set)?;
    let scope = arn.to_string();
    let after: Option<CustomerManagedPolicy> = call.page(&scope, input.next_token.as_deref())?;
    let found = atrium_access::describe_permission_set(&mut *call.tx, reach.approach(), &arn)
        .map_err(|error| find_failure(&arn, error))?;
    let mut policies = found.policies.customer_managed;
    policies.sort_unstable();
    policies.retain(|policy| Some(policy) > after.as_ref());
    let next_token =
        cut(&mut policies, page_size(input.max_results)).map(|last| call.next_token(&scope, last));
    Ok(
        wire::ListCustomerManagedPolicyReferencesInPermissionSetResponse {
            customer_managed_policy_references: Some(
                policies.into_iter().map(shown_customer).collect(),
            ),
            next_token,
        },
    )
}

fn put_boundary(
    call: &mut Call<'_>,
    input: wire::PutPermissionsBoundaryToPermissionSetRequest,
) -> Result<wire::PutPermissionsBoundaryToPermissionSetResponse, WireError> {
    let action = "sso:PutPermissionsBoundaryToPermissionSet";
    let (instance, set) = (&input.instance_arn, &input.permission_set_arn);
    let (reach, arn) = access::permission_set(call, action, instance, set)?;
    let given = input.permissions_boundary;
    let boundary = match (
        given.managed_policy_arn,
        given.customer_managed_policy_reference,
    ) {
        (Some(arn), None) => PermissionsBoundary::AwsManaged(arn),
        (None, Some(reference)) => PermissionsBoundary::CustomerManaged(customer(reference)),
        (Some(_), Some(_)) | (None, None) => {
            return Err(WireError::validation(
                "PermissionsBoundary must have exactly one of ManagedPolicyArn and CustomerManagedPolicyReference.",
            ));
        }
    };
    atrium_access::put_permissions_boundary(&mut *call.tx, reach.approach(), &arn, boundary)
        .map_err(|error| boundary_failure(call, action, &arn, error))?;
    Ok(wire::PutPermissionsBoundaryToPermissionSetResponse {})
}

fn get_boundary(
    call: &mut Call<'_>,
    input: wire::GetPermissionsBoundaryForPermissionSetRequest,
) -> Result<wire::GetPermissionsBoundaryForPermissionSetResponse, WireError> {
    let action = "sso:GetPermissionsBoundaryForPermissionSet";
    let (instance, set) = (&input.instance_arn, &input.permission_set_arn);
    let (reach, arn) = access::permission_set(call, action, instance, set)?;
    let found = atrium_access::permissions_boundary(&mut *call.tx, reach.approach(), &arn)
        .map_err(|error| boundary_failure(call, action, &arn, error))?;
    let (managed_policy_arn, reference) = match found {
        PermissionsBoundary::AwsManaged(arn) => (Some(arn), None),
        PermissionsBoundary::CustomerManaged(policy) => (None, Some(shown_customer(policy))),
    };
    Ok(wire::GetPermissionsBoundaryForPermissionSetResponse {
        permissions_boundary: Some(wire::PermissionsBoundary {
            customer_managed_policy_reference: reference,
            managed_policy_arn,
        }),
    })
}

fn delete_boundary(
    call: &mut Call<'_>,
    input: wire::DeletePermissionsBoundaryFromPermissionSetRequest,
) -> Result<wire::DeletePermissionsBoundaryFromPermissionSetResponse, WireError> {
    let action = "sso:DeletePermissionsBoundaryFromPermissionSet";
    let (instance, set) = (&input.instance_arn, &input.permission_set_arn);
    let (reach, arn) = access::permission_set(call, action, instance, set)?;
    atrium_access::delete_permissions_boundary(&mut *call.tx, reach.approach(), &arn)
        .map_err(|error| change_failure(call, action, &arn, error))?;
    Ok(wire::DeletePermissionsBoundaryFromPermissionSetResponse {})
}

/// A reference without a path means the policy at the root (API reference, `CustomerManagedPolicyReference`).
fn customer(reference: wire::CustomerManagedPolicyReference) -> CustomerManagedPolicy {
    CustomerManagedPolicy {
        name: reference.name,
        path: reference.path.unwrap_or_else(|| "/".to_owned()),
    }
}

fn shown_customer(policy: CustomerManagedPolicy) -> wire::CustomerManagedPolicyReference {
    wire::CustomerManagedPolicyReference {
        name: policy.name,
        path: Some(policy.path),
    }
}

fn unknown_policy(arn: &str) -> WireError {
    WireError::not_found(format!("Policy {arn} does not exist or is not attachable."))
}

fn change_failure(
    call: &Call<'_>,
    action: &str,
    arn: &PermissionSetArn,
    error: ChangeError,
) -> WireError {
    match error {
        ChangeError::Find(error) => find_failure(arn, error),
        ChangeError::Refused(error) => refused(call, action, arn, error),
        ChangeError::Store(error) => store_failure(error),
    }
}

fn boundary_failure(
    call: &Call<'_>,
    action: &str,
    arn: &PermissionSetArn,
    error: BoundaryError,
) -> WireError {
    match error {
        BoundaryError::Change(error) => change_failure(call, action, arn, error),
        BoundaryError::UnknownPolicy(policy) => unknown_policy(&policy),
        BoundaryError::None => WireError::not_found(format!(
            "Could not find a permissions boundary for PermissionSet with id {}",
            arn.id
        )),
    }
}
