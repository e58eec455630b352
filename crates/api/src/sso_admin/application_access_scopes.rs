use atrium_application::{PartError, PutPartError};
use atrium_model::application::ApplicationArn;
use atrium_model::directory::InstanceKind;
use atrium_store::{ApplicationPart, ApplicationPartKind};
use atrium_wire::sso_admin::{self as wire, ops};
use atrium_wire::{Unit, WireError};

use super::application_access::{self as access, refused};
use crate::call::store_failure;
use crate::identitystore::cut;
use crate::{Call, Registry};

const KIND: ApplicationPartKind = ApplicationPartKind::AccessScope;

/// The most scopes on a page (sso-admin model, `Scopes`).
const PAGE: i64 = 10;

/// The scope that opens AWS accounts to an application.
const ACCOUNT_ACCESS: &str = "sso:account:access";

pub(crate) fn register(registry: &mut Registry) {
    registry.write::<ops::PutApplicationAccessScope>(put);
    registry.read::<ops::GetApplicationAccessScope>(get);
    registry.read::<ops::ListApplicationAccessScopes>(list);
    registry.write::<ops::DeleteApplicationAccessScope>(delete);
}

fn put(
    call: &mut Call<'_>,
    input: wire::PutApplicationAccessScopeRequest,
) -> Result<Unit, WireError> {
    const ACTION: &str = "sso:PutApplicationAccessScope";
    let (reach, arn) = access::application(call, ACTION, &input.application_arn)?;
    // Account access is the administrators' to give, and account instances have none (user guide, "Customer managed
    // applications").
    let organization = reach.instance.kind == InstanceKind::Organization;
    if input.scope == ACCOUNT_ACCESS && !(organization && reach.administers()) {
        return Err(WireError::validation(format!(
            "The scope {ACCOUNT_ACCESS} is not supported for this application."
        )));
    }
    let part = ApplicationPart {
        kind: KIND,
        name: input.scope,
        content: serde_json::to_string(&input.authorized_targets)
            .map_err(|_| WireError::internal())?,
    };
    let quotas = &call.quotas().application;
    atrium_application::put_access_scope(&mut *call.tx, quotas, reach.approach(), &arn, &part)
        .map_err(|error| not_kept(call, ACTION, &arn, error))?;
    Ok(Unit)
}

fn get(
    call: &mut Call<'_>,
    input: wire::GetApplicationAccessScopeRequest,
) -> Result<wire::GetApplicationAccessScopeResponse, WireError> {
    const ACTION: &str = "sso:GetApplicationAccessScope";
    let (reach, arn) = access::application(call, ACTION, &input.application_arn)?;
    let part = atrium_application::part(&mut *call.tx, reach.approach(), &arn, KIND, &input.scope)
        .map_err(|error| not_found(call, ACTION, &arn, error))?;
    let details = details(part)?;
    Ok(wire::GetApplicationAccessScopeResponse {
        scope: details.scope,
        authorized_targets: details.authorized_targets,
    })
}

fn list(
    call: &mut Call<'_>,
    input: wire::ListApplicationAccessScopesRequest,
) -> Result<wire::ListApplicationAccessScopesResponse, WireError> {
    const ACTION: &str = "sso:ListApplicationAccessScopes";
    let (reach, arn) = access::application(call, ACTION, &input.application_arn)?;
    let scope = arn.to_string();
    let after: Option<String> = call.page(&scope, input.next_token.as_deref())?;
    let limit = input.max_results.unwrap_or(PAGE).clamp(1, PAGE);
    let mut page = atrium_application::list_parts(
        &mut *call.tx,
        reach.approach(),
        &arn,
        KIND,
        after.as_deref(),
        limit + 1,
    )
    .map_err(|error| refused(call, ACTION, &arn, error))?;
    let next_token =
        cut(&mut page, limit).map(|last: &ApplicationPart| call.next_token(&scope, &last.name));
    Ok(wire::ListApplicationAccessScopesResponse {
        scopes: page.into_iter().map(details).collect::<Result<_, _>>()?,
        next_token,
    })
}

fn delete(
    call: &mut Call<'_>,
    input: wire::DeleteApplicationAccessScopeRequest,
) -> Result<Unit, WireError> {
    const ACTION: &str = "sso:DeleteApplicationAccessScope";
    let (reach, arn) = access::application(call, ACTION, &input.application_arn)?;
    atrium_application::delete_part(&mut *call.tx, reach.approach(), &arn, KIND, &input.scope)
        .map_err(|error| refused(call, ACTION, &arn, error))?;
    Ok(Unit)
}

fn details(part: ApplicationPart) -> Result<wire::ScopeDetails, WireError> {
    Ok(wire::ScopeDetails {
        scope: part.name,
        authorized_targets: serde_json::from_str(&part.content)
            .map_err(|_| WireError::internal())?,
    })
}

/// The answer when a scope, grant or method could not be kept.
pub(super) fn not_kept(
    call: &Call<'_>,
    action: &str,
    arn: &ApplicationArn,
    error: PutPartError,
) -> WireError {
    match error {
        PutPartError::Application(error) => refused(call, action, arn, error),
        PutPartError::QuotaExceeded(most) => WireError::new(
            "ServiceQuotaExceededException",
            format!("The application has reached the quota of {most} access scopes."),
        ),
        PutPartError::Store(error) => store_failure(error),
    }
}

/// The answer when a scope, grant or method isn't there.
pub(super) fn not_found(
    call: &Call<'_>,
    action: &str,
    arn: &ApplicationArn,
    error: PartError,
) -> WireError {
    match error {
        PartError::Application(error) => refused(call, action, arn, error),
        PartError::NotFound => WireError::not_found(
            "The application has no such scope, grant or authentication method.",
        ),
        PartError::Store(error) => store_failure(error),
    }
}
