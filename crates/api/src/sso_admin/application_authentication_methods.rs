use atrium_policy::{Policy, PolicyKind};
use atrium_store::{ApplicationPart, ApplicationPartKind};
use atrium_wire::sso_admin::{self as wire, ops};
use atrium_wire::{Shape as _, Unit, WireError};

use super::application_access::{self as access, refused};
use super::application_access_scopes::{not_found, not_kept};
use crate::{Call, Registry};

const KIND: ApplicationPartKind = ApplicationPartKind::AuthenticationMethod;

/// There is one type of method, so a list has one page.
const PAGE: i64 = 10;

pub(crate) fn register(registry: &mut Registry) {
    registry.write::<ops::PutApplicationAuthenticationMethod>(put);
    registry.read::<ops::GetApplicationAuthenticationMethod>(get);
    registry.read::<ops::ListApplicationAuthenticationMethods>(list);
    registry.write::<ops::DeleteApplicationAuthenticationMethod>(delete);
}

fn put(
    call: &mut Call<'_>,
    input: wire::PutApplicationAuthenticationMethodRequest,
) -> Result<Unit, WireError> {
    const ACTION: &str = "sso:PutApplicationAuthenticationMethod";
    let (reach, arn) = access::application(call, ACTION, &input.application_arn)?;
    let Some(iam) = &input.authentication_method.iam else {
        return Err(WireError::validation(
            "The AuthenticationMethod does not match its type.",
        ));
    };
    // It says which principals may ask for tokens on the application's behalf.
    Policy::parse(&iam.actor_policy.to_string(), PolicyKind::Resource)
        .map_err(|error| WireError::validation(format!("Invalid ActorPolicy: {error}")))?;
    let part = ApplicationPart {
        kind: KIND,
        name: input.authentication_method_type,
        content: input.authentication_method.into_value().to_string(),
    };
    atrium_application::put_part(&mut *call.tx, reach.approach(), &arn, &part)
        .map_err(|error| not_kept(call, ACTION, &arn, error))?;
    Ok(Unit)
}

fn get(
    call: &mut Call<'_>,
    input: wire::GetApplicationAuthenticationMethodRequest,
) -> Result<wire::GetApplicationAuthenticationMethodResponse, WireError> {
    const ACTION: &str = "sso:GetApplicationAuthenticationMethod";
    let (reach, arn) = access::application(call, ACTION, &input.application_arn)?;
    let name = &input.authentication_method_type;
    let part = atrium_application::part(&mut *call.tx, reach.approach(), &arn, KIND, name)
        .map_err(|error| not_found(call, ACTION, &arn, error))?;
    Ok(wire::GetApplicationAuthenticationMethodResponse {
        authentication_method: Some(method(&part)?),
    })
}

fn list(
    call: &mut Call<'_>,
    input: wire::ListApplicationAuthenticationMethodsRequest,
) -> Result<wire::ListApplicationAuthenticationMethodsResponse, WireError> {
    const ACTION: &str = "sso:ListApplicationAuthenticationMethods";
    let (reach, arn) = access::application(call, ACTION, &input.application_arn)?;
    let after: Option<String> = call.page(&arn.to_string(), input.next_token.as_deref())?;
    let after = after.as_deref();
    let parts =
        atrium_application::list_parts(&mut *call.tx, reach.approach(), &arn, KIND, after, PAGE)
            .map_err(|error| refused(call, ACTION, &arn, error))?;
    let methods = parts
        .into_iter()
        .map(|part| {
            Ok(wire::AuthenticationMethodItem {
                authentication_method: Some(method(&part)?),
                authentication_method_type: Some(part.name),
            })
        })
        .collect::<Result<_, WireError>>()?;
    Ok(wire::ListApplicationAuthenticationMethodsResponse {
        authentication_methods: Some(methods),
        next_token: None,
    })
}

fn delete(
    call: &mut Call<'_>,
    input: wire::DeleteApplicationAuthenticationMethodRequest,
) -> Result<Unit, WireError> {
    const ACTION: &str = "sso:DeleteApplicationAuthenticationMethod";
    let (reach, arn) = access::application(call, ACTION, &input.application_arn)?;
    let name = &input.authentication_method_type;
    atrium_application::delete_part(&mut *call.tx, reach.approach(), &arn, KIND, name)
        .map_err(|error| refused(call, ACTION, &arn, error))?;
    Ok(Unit)
}

fn method(part: &ApplicationPart) -> Result<wire::AuthenticationMethod, WireError> {
    let value = serde_json::from_str(&part.content).map_err(|_| WireError::internal())?;
    Ok(wire::AuthenticationMethod::from_value(value)?)
}
