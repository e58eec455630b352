use atrium_store::{ApplicationPart, ApplicationPartKind};
use atrium_wire::sso_admin::{self as wire, ops};
use atrium_wire::{Shape as _, Unit, WireError};

use super::application_access::{self as access, refused};
use super::application_access_scopes::{not_found, not_kept};
use crate::{Call, Registry};

const KIND: ApplicationPartKind = ApplicationPartKind::Grant;

/// There are four grant types, so a list has one page.
const PAGE: i64 = 10;

pub(crate) fn register(registry: &mut Registry) {
    registry.write::<ops::PutApplicationGrant>(put);
    registry.read::<ops::GetApplicationGrant>(get);
    registry.read::<ops::ListApplicationGrants>(list);
    registry.write::<ops::DeleteApplicationGrant>(delete);
}

fn put(call: &mut Call<'_>, input: wire::PutApplicationGrantRequest) -> Result<Unit, WireError> {
    const ACTION: &str = "sso:PutApplicationGrant";
    let (reach, arn) = access::application(call, ACTION, &input.application_arn)?;
    if !fits(&input.grant_type, &input.grant) {
        return Err(WireError::validation(
            "The Grant does not match the GrantType.",
        ));
    }
    let part = ApplicationPart {
        kind: KIND,
        name: input.grant_type,
        content: input.grant.into_value().to_string(),
    };
    atrium_application::put_part(&mut *call.tx, reach.approach(), &arn, &part)
        .map_err(|error| not_kept(call, ACTION, &arn, error))?;
    Ok(Unit)
}

/// Whether the union holds the one member that belongs to the type.
fn fits(kind: &str, grant: &wire::Grant) -> bool {
    let wire::Grant {
        authorization_code,
        jwt_bearer,
        refresh_token,
        token_exchange,
    } = grant;
    let members = [
        ("authorization_code", authorization_code.is_some()),
        (
            "urn:ietf:params:oauth:grant-type:jwt-bearer",
            jwt_bearer.is_some(),
        ),
        ("refresh_token", refresh_token.is_some()),
        (
            "urn:ietf:params:oauth:grant-type:token-exchange",
            token_exchange.is_some(),
        ),
    ];
    members
        .iter()
        .all(|(name, given)| *given == (*name == kind))
}

fn get(
    call: &mut Call<'_>,
    input: wire::GetApplicationGrantRequest,
) -> Result<wire::GetApplicationGrantResponse, WireError> {
    const ACTION: &str = "sso:GetApplicationGrant";
    let (reach, arn) = access::application(call, ACTION, &input.application_arn)?;
    let part = atrium_application::part(
        &mut *call.tx,
        reach.approach(),
        &arn,
        KIND,
        &input.grant_type,
    )
    .map_err(|error| not_found(call, ACTION, &arn, error))?;
    Ok(wire::GetApplicationGrantResponse {
        grant: grant(&part)?,
    })
}

fn list(
    call: &mut Call<'_>,
    input: wire::ListApplicationGrantsRequest,
) -> Result<wire::ListApplicationGrantsResponse, WireError> {
    const ACTION: &str = "sso:ListApplicationGrants";
    let (reach, arn) = access::application(call, ACTION, &input.application_arn)?;
    let after: Option<String> = call.page(&arn.to_string(), input.next_token.as_deref())?;
    let after = after.as_deref();
    let parts =
        atrium_application::list_parts(&mut *call.tx, reach.approach(), &arn, KIND, after, PAGE)
            .map_err(|error| refused(call, ACTION, &arn, error))?;
    let grants = parts
        .into_iter()
        .map(|part| {
            Ok(wire::GrantItem {
                grant: grant(&part)?,
                grant_type: part.name,
            })
        })
        .collect::<Result<_, WireError>>()?;
    Ok(wire::ListApplicationGrantsResponse {
        grants,
        next_token: None,
    })
}

fn delete(
    call: &mut Call<'_>,
    input: wire::DeleteApplicationGrantRequest,
) -> Result<Unit, WireError> {
    const ACTION: &str = "sso:DeleteApplicationGrant";
    let (reach, arn) = access::application(call, ACTION, &input.application_arn)?;
    atrium_application::delete_part(
        &mut *call.tx,
        reach.approach(),
        &arn,
        KIND,
        &input.grant_type,
    )
    .map_err(|error| refused(call, ACTION, &arn, error))?;
    Ok(Unit)
}

fn grant(part: &ApplicationPart) -> Result<wire::Grant, WireError> {
    let value = serde_json::from_str(&part.content).map_err(|_| WireError::internal())?;
    Ok(wire::Grant::from_value(value)?)
}
