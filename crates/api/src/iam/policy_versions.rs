//! Versions of managed policies: CreatePolicyVersion, GetPolicyVersion, ListPolicyVersions, DeletePolicyVersion,
//! SetDefaultPolicyVersion.

use atrium_iam::{IamError, Missing, version_number};
use atrium_model::iam::{AwsManagedPolicy, PolicyVersion};
use atrium_wire::iam::{self as wire, ops};
use atrium_wire::{Unit, WireError};

use super::authorize::Keys;
use super::failure::failure;
use super::page::{Page, size};
use super::policies::{Found, open, open_own};
use super::quotas;
use super::shapes;
use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::CreatePolicyVersion>(create_policy_version);
    registry.read::<ops::GetPolicyVersion>(get_policy_version);
    registry.read::<ops::ListPolicyVersions>(list_policy_versions);
    registry.write::<ops::DeletePolicyVersion>(delete_policy_version);
    registry.write::<ops::SetDefaultPolicyVersion>(set_default_policy_version);
}

fn create_policy_version(
    call: &mut Call<'_>,
    input: wire::CreatePolicyVersionRequest,
) -> Result<wire::CreatePolicyVersionResponse, WireError> {
    let policy = open_own(
        call,
        &input.policy_arn,
        "iam:CreatePolicyVersion",
        Keys::none(),
    )?;
    let set_default = input.set_as_default.unwrap_or(false);
    let before = policy.default_version;
    let made = atrium_iam::create_policy_version(
        &call.cx,
        &mut *call.tx,
        quotas(call.services),
        policy,
        input.policy_document,
        set_default,
    )
    .map_err(failure)?;
    let default_version = if set_default { made.number } else { before };
    let version = shapes::version(made, default_version, false);
    Ok(wire::CreatePolicyVersionResponse {
        policy_version: Some(version),
    })
}

/// The only version of an AWS managed policy.
fn aws_version(policy: &AwsManagedPolicy) -> PolicyVersion {
    PolicyVersion {
        number: policy.version,
        document: policy.document.to_owned(),
        created: policy.created,
    }
}

fn get_policy_version(
    call: &mut Call<'_>,
    input: wire::GetPolicyVersionRequest,
) -> Result<wire::GetPolicyVersionResponse, WireError> {
    let (arn, version) = (input.policy_arn, input.version_id);
    let (found, default_version) = match open(call, &arn, "iam:GetPolicyVersion", Keys::none())? {
        Found::Own(policy) => {
            let found = atrium_iam::find_policy_version(&mut *call.tx, &policy, &version)
                .map_err(failure)?;
            (found, policy.default_version)
        }
        Found::Aws(policy) if version_number(&version) == Some(policy.version) => {
            (aws_version(policy), policy.version)
        }
        Found::Aws(_) => {
            return Err(failure(IamError::Missing(Missing::PolicyVersion {
                arn,
                version,
            })));
        }
    };
    let version = shapes::version(found, default_version, true);
    Ok(wire::GetPolicyVersionResponse {
        policy_version: Some(version),
    })
}

fn list_policy_versions(
    call: &mut Call<'_>,
    input: wire::ListPolicyVersionsRequest,
) -> Result<wire::ListPolicyVersionsResponse, WireError> {
    let found = open(
        call,
        &input.policy_arn,
        "iam:ListPolicyVersions",
        Keys::none(),
    )?;
    let size = size(input.max_items);
    let (scope, default_version, versions) = match found {
        Found::Own(policy) => {
            let below: i64 = call
                .page(&policy.id, input.marker.as_deref())?
                .unwrap_or(i64::MAX);
            let versions = call
                .tx
                .policy_versions(&policy.account, &policy.id, below, size + 1)
                .map_err(store_failure)?;
            (policy.id, policy.default_version, versions)
        }
        Found::Aws(policy) => (
            policy.id.to_owned(),
            policy.version,
            vec![aws_version(policy)],
        ),
    };
    let page = Page::cut(call, &scope, versions, size, |version| version.number)
        .map(|version| shapes::version(version, default_version, false));
    Ok(wire::ListPolicyVersionsResponse {
        is_truncated: page.truncated(),
        versions: Some(page.items),
        marker: page.marker,
    })
}

fn delete_policy_version(
    call: &mut Call<'_>,
    input: wire::DeletePolicyVersionRequest,
) -> Result<Unit, WireError> {
    let policy = open_own(
        call,
        &input.policy_arn,
        "iam:DeletePolicyVersion",
        Keys::none(),
    )?;
    atrium_iam::delete_policy_version(&call.cx, &mut *call.tx, policy, &input.version_id)
        .map_err(failure)?;
    Ok(Unit)
}

fn set_default_policy_version(
    call: &mut Call<'_>,
    input: wire::SetDefaultPolicyVersionRequest,
) -> Result<Unit, WireError> {
    let action = "iam:SetDefaultPolicyVersion";
    let policy = open_own(call, &input.policy_arn, action, Keys::none())?;
    atrium_iam::set_default_policy_version(&call.cx, &mut *call.tx, policy, &input.version_id)
        .map_err(failure)?;
    Ok(Unit)
}
