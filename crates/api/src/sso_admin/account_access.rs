//! From the ARNs in a request to the organization's instance and its permission sets, and what the caller may do there.

use atrium_access::{Approach, FindError, Refused, role_pattern};
use atrium_directory::InstanceAccess;
use atrium_model::AccountId;
use atrium_model::access::{PermissionSet, PermissionSetArn};
use atrium_model::application::AssignedPrincipal;
use atrium_model::directory::Instance;
use atrium_wire::WireError;

use super::instances::{only_organization, open_with_tags};
use super::tags::{authorize_tagged, tags_of};
use crate::Call;
use crate::call::store_failure;
use crate::identitystore::denied;

/// The most entries on a page (sso-admin model, `MaxResults`), and their number if nothing is asked for.
const PAGE: i64 = 100;

/// How many entries the caller wants at most.
pub(super) fn page_size(max_results: Option<i64>) -> i64 {
    max_results.unwrap_or(PAGE).clamp(1, PAGE)
}

/// The organization's instance, for a caller who administers it.
pub(super) struct Reach {
    pub(super) instance: Instance,
    delegated: bool,
}

impl Reach {
    pub(super) fn approach(&self) -> Approach<'_> {
        Approach {
            instance: &self.instance,
            delegated: self.delegated,
        }
    }
}

/// Authorizes `action` on an instance and finds it. Account instances have no permission sets, and an organization's has
/// them once they are enabled.
pub(super) fn instance(
    call: &mut Call<'_>,
    action: &str,
    arn: &str,
    request_tags: &[(String, String)],
) -> Result<Reach, WireError> {
    let (instance, access) =
        open_with_tags(call, arn, action, request_tags, InstanceAccess::administers)?;
    only_organization(&instance)?;
    if !instance.permission_sets_enabled {
        return Err(WireError::validation(
            "Permission sets are not enabled for this instance of IAM Identity Center.",
        ));
    }
    Ok(Reach {
        instance,
        delegated: access == InstanceAccess::DelegatedAdministrator,
    })
}

/// Authorizes `action` on an instance and on one of its permission sets.
pub(super) fn permission_set(
    call: &mut Call<'_>,
    action: &str,
    instance_arn: &str,
    arn: &str,
) -> Result<(Reach, PermissionSetArn), WireError> {
    let reach = instance(call, action, instance_arn, &[])?;
    let tags = tags_of(call, &reach.instance.id, arn)?;
    authorize_tagged(call, action, arn, &[], &tags)?;
    let parsed = arn.parse().map_err(|_| not_found(arn))?;
    Ok((reach, parsed))
}

/// Authorizes `action` on an account, which only policies know as a resource of Identity Center.
pub(super) fn account(call: &mut Call<'_>, action: &str, id: &str) -> Result<AccountId, WireError> {
    call.authorize(action, &format!("arn:aws:sso:::account/{id}"), &[])?;
    id.parse()
        .map_err(|error| WireError::validation(format!("{error}")))
}

/// The user or group in a request.
pub(super) fn principal(kind: &str, id: &str) -> Result<AssignedPrincipal, WireError> {
    AssignedPrincipal::new(kind, id).map_err(|error| WireError::validation(format!("{error}")))
}

/// What IAM says if the caller may not make or change a permission set's role in the management account: there the
/// service does it in the caller's name (user guide, "Delegated administration", and `IAMFullAccess`).
pub(super) fn refusal(
    call: &mut Call<'_>,
    reach: &Reach,
    set: &PermissionSet,
) -> Result<Option<String>, WireError> {
    let (instance, policies) = (&reach.instance, &set.policies);
    let has = call
        .tx
        .provisioned(&instance.id, &instance.owner, &set.id)
        .map_err(store_failure)?;
    let attaches = !policies.aws_managed.is_empty() || !policies.customer_managed.is_empty();
    let actions = [
        ("iam:CreateRole", has.is_none()),
        ("iam:AttachRolePolicy", attaches),
        ("iam:PutRolePolicy", policies.inline.is_some()),
    ];
    let role = role_pattern(instance, &instance.owner, set);
    for (action, _) in actions.iter().filter(|(_, needed)| *needed) {
        match call.authorize(action, &role, &[]) {
            Ok(()) => {}
            Err(error) if error.code == "AccessDeniedException" => return Ok(Some(error.message)),
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// The answer when a permission set is not there.
pub(super) fn find_failure(arn: &PermissionSetArn, error: FindError) -> WireError {
    match error {
        FindError::NotFound => not_found(&arn.to_string()),
        FindError::Store(error) => store_failure(error),
    }
}

/// The answer to a delegated administrator who meddles with what the management account has.
pub(super) fn refused(
    call: &Call<'_>,
    action: &str,
    arn: &PermissionSetArn,
    error: Refused,
) -> WireError {
    match error {
        Refused::Management => denied(call, action, &arn.to_string()),
        Refused::Store(error) => store_failure(error),
    }
}

fn not_found(arn: &str) -> WireError {
    let id = arn.splitn(3, '/').last().unwrap_or_default();
    WireError::not_found(format!("Could not find PermissionSet with id {id}"))
}

/// The answer when there is as much as there may be; `what` names it, with the number.
pub(super) fn quota(what: impl std::fmt::Display) -> WireError {
    WireError::new(
        "ServiceQuotaExceededException",
        format!(
            "You have exceeded AWS SSO limits. Cannot create {what}. \
             Please refer to https://docs.aws.amazon.com/singlesignon/latest/userguide/limits.html"
        ),
    )
}
