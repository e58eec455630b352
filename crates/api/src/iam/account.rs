//! The account as a whole: GetAccountSummary and its alias.

use std::collections::BTreeMap;

use atrium_wire::iam::{self as wire, ops};
use atrium_wire::{Unit, WireError};

use super::authorize::{Keys, allow};
use super::failure::failure;
use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.read::<ops::GetAccountSummary>(get_account_summary);
    registry.read::<ops::ListAccountAliases>(list_account_aliases);
    registry.write::<ops::CreateAccountAlias>(create_account_alias);
    registry.write::<ops::DeleteAccountAlias>(delete_account_alias);
}

fn get_account_summary(
    call: &mut Call<'_>,
    _: Unit,
) -> Result<wire::GetAccountSummaryResponse, WireError> {
    allow(call, "iam:GetAccountSummary", "*", &Keys::none())?;
    let account = call.account().clone();
    let counts = call.tx.iam_counts(&account).map_err(store_failure)?;
    let root_keys = call
        .tx
        .access_keys(&account, None, "", 1)
        .map_err(store_failure)?
        .len();
    let quotas = &call.quotas().iam;
    let number = |size: usize| i64::try_from(size).unwrap_or(i64::MAX);
    let summary = [
        ("Users", counts.users),
        ("UsersQuota", quotas.users),
        ("Groups", counts.groups),
        ("GroupsQuota", quotas.groups),
        ("Roles", counts.roles),
        ("RolesQuota", quotas.roles),
        ("Policies", counts.policies),
        ("PoliciesQuota", quotas.policies),
        ("PolicyVersionsInUse", counts.policy_versions),
        ("VersionsPerPolicyQuota", quotas.policy_versions),
        ("PolicySizeQuota", number(quotas.policy_size)),
        ("UserPolicySizeQuota", number(quotas.user_inline_size)),
        ("GroupPolicySizeQuota", number(quotas.group_inline_size)),
        ("RolePolicySizeQuota", number(quotas.role_inline_size)),
        (
            "AssumeRolePolicySizeQuota",
            number(quotas.trust_policy_size),
        ),
        ("GroupsPerUserQuota", quotas.groups_per_user),
        ("AccessKeysPerUserQuota", quotas.access_keys_per_user),
        ("AttachedPoliciesPerUserQuota", quotas.attached_per_user),
        ("AttachedPoliciesPerRoleQuota", quotas.attached_per_role),
        ("AttachedPoliciesPerGroupQuota", quotas.attached_per_group),
        ("AccountAccessKeysPresent", number(root_keys)),
        ("Providers", counts.saml_providers + counts.oidc_providers),
        // What follows can't be made here yet.
        ("MFADevices", 0),
        ("MFADevicesInUse", 0),
        ("AccountMFAEnabled", 0),
        ("AccountPasswordPresent", 0),
        ("AccountSigningCertificatesPresent", 0),
        ("ServerCertificates", 0),
        ("InstanceProfiles", 0),
    ];
    let summary: BTreeMap<String, i64> = summary
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    Ok(wire::GetAccountSummaryResponse {
        summary_map: Some(summary),
    })
}

fn list_account_aliases(
    call: &mut Call<'_>,
    _: wire::ListAccountAliasesRequest,
) -> Result<wire::ListAccountAliasesResponse, WireError> {
    allow(call, "iam:ListAccountAliases", "*", &Keys::none())?;
    let account = call.account().clone();
    let alias = call.tx.account_alias(&account).map_err(store_failure)?;
    Ok(wire::ListAccountAliasesResponse {
        account_aliases: alias.into_iter().collect(),
        is_truncated: Some(false),
        marker: None,
    })
}

fn create_account_alias(
    call: &mut Call<'_>,
    input: wire::CreateAccountAliasRequest,
) -> Result<Unit, WireError> {
    allow(call, "iam:CreateAccountAlias", "*", &Keys::none())?;
    let account = call.account().clone();
    atrium_iam::create_account_alias(&mut *call.tx, &account, &input.account_alias)
        .map_err(failure)?;
    Ok(Unit)
}

fn delete_account_alias(
    call: &mut Call<'_>,
    input: wire::DeleteAccountAliasRequest,
) -> Result<Unit, WireError> {
    allow(call, "iam:DeleteAccountAlias", "*", &Keys::none())?;
    let account = call.account().clone();
    atrium_iam::delete_account_alias(&mut *call.tx, &account, &input.account_alias)
        .map_err(failure)?;
    Ok(Unit)
}
