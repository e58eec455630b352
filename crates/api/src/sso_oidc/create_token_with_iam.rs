//! CreateTokenWithIAM: tokens for applications whose own IAM principals ask for them.

use atrium_directory::{AccessError, access_to_instance};
use atrium_issuer::{Claims, IssuerError};
use atrium_model::application::{Application, ApplicationArn};
use atrium_model::directory::Instance;
use atrium_policy::{Policy, PolicyKind, PolicySet, evaluate_trust};
use atrium_signin::{
    Assertion, Exchange, Grant, IDENTITY_CONTEXT, Issued, JWT_BEARER, REFRESH_TOKEN, TOKEN_EXCHANGE,
};
use atrium_store::{ApplicationPartKind, StoreError};
use atrium_trail::Resource;
use atrium_wire::WireError;
use atrium_wire::sso_oidc::{self as wire, ops};
use serde_json::{Value, json};

use super::failure::{invalid_request, of_exchange, of_issuer};
use crate::arrival::Arrival;
use crate::call::store_failure;
use crate::identitystore::denied;
use crate::{Call, Registry};

const ACTION: &str = "sso-oauth:CreateTokenWithIAM";
const ACCESS_TOKEN_TYPE: &str = "urn:ietf:params:oauth:token-type:access_token";
const REFRESH_TOKEN_TYPE: &str = "urn:ietf:params:oauth:token-type:refresh_token";

pub(super) fn register(registry: &mut Registry) {
    registry.write_prepared::<ops::CreateTokenWithIAM, _, _>(prepare, create_token);
}

/// What the issuer of the assertion, if there is one that may be asked, says of it.
type Checked = Option<(String, Result<Claims, IssuerError>)>;

/// Fetches the keys of the assertion's issuer, if the application trusts it.
async fn prepare(
    arrival: Arrival,
    input: wire::CreateTokenWithIAMRequest,
) -> Result<Checked, WireError> {
    let (JWT_BEARER, Some(assertion)) = (input.grant_type.as_str(), input.assertion) else {
        return Ok(None);
    };
    let Ok(arn) = input.client_id.parse::<ApplicationArn>() else {
        return Ok(None);
    };
    let url = match Claims::peek(&assertion) {
        Ok(claims) => claims.issuer().unwrap_or_default().to_owned(),
        Err(error) => return Ok(Some((String::new(), Err(error)))),
    };
    let issuer = url.clone();
    let trusted = arrival.services.store.read(move |tx| {
        let application = tx.application(&arn.instance, &arn.id)?;
        match application.filter(|application| application.account == arn.account) {
            Some(application) => atrium_signin::issuer_is_trusted(tx, &application, &issuer),
            None => Ok::<_, StoreError>(false),
        }
    });
    if !trusted.await.map_err(store_failure)? {
        return Ok(None);
    }
    let checked = arrival
        .services
        .issuers
        .verify(&url, &assertion, arrival.now)
        .await;
    Ok(Some((url, checked)))
}

fn create_token(
    call: &mut Call<'_>,
    input: wire::CreateTokenWithIAMRequest,
    checked: &Checked,
) -> Result<wire::CreateTokenWithIAMResponse, WireError> {
    let (instance, application) = client(call, &input.client_id)?;
    call.notes.resources.push(Resource {
        account: None,
        kind: "AWS::SSO::Application".to_owned(),
        arn: application.arn(),
    });
    call.notes.owner = Some(application.account.clone());
    let kind = input.requested_token_type.as_deref();
    if kind.is_some_and(|kind| kind != ACCESS_TOKEN_TYPE && kind != REFRESH_TOKEN_TYPE) {
        return Err(invalid_request("The requestedTokenType is not supported."));
    }
    let claim;
    let grant = match input.grant_type.as_str() {
        JWT_BEARER => {
            let (url, claims) = assertion(&input, checked)?;
            claim = move |path: &str| text(claims?.at(path)?);
            Grant::Assertion(Assertion {
                issuer_url: url,
                audiences: claims.map(Claims::audiences).unwrap_or_default(),
                claim: &claim,
            })
        }
        REFRESH_TOKEN => Grant::RefreshToken(needed("refreshToken", &input.refresh_token)?),
        TOKEN_EXCHANGE => {
            if input.subject_token_type.as_deref() != Some(ACCESS_TOKEN_TYPE) {
                return Err(invalid_request("The subjectTokenType is not supported."));
            }
            Grant::SubjectToken(needed("subjectToken", &input.subject_token)?)
        }
        // Codes are given to people at a browser, who can't sign in yet.
        _ => {
            return Err(WireError::new(
                "UnsupportedGrantTypeException",
                "The grant type is not supported.",
            ));
        }
    };
    let ask = Exchange {
        application: &application,
        instance: &instance,
        grant,
        scopes: input.scope.as_deref(),
    };
    let issued = atrium_signin::exchange(&call.cx, &mut *call.tx, &ask).map_err(of_exchange)?;
    call.notes.additional = Some(json!({
        "identitystore:UserId": issued.user.id.as_str(),
        "identitystore:IdentityStoreArn": instance.identity_store_arn(),
        "identitycenter:CredentialId": issued.token.credential_id,
    }));
    Ok(answer(call, &instance, issued))
}

/// The assertion's issuer and claims. An issuer that was not asked is one that the application does not trust, which
/// the exchange tells.
fn assertion<'a>(
    input: &wire::CreateTokenWithIAMRequest,
    checked: &'a Checked,
) -> Result<(&'a str, Option<&'a Claims>), WireError> {
    needed("assertion", &input.assertion)?;
    match checked {
        Some((url, Ok(claims))) => Ok((url, Some(claims))),
        Some((_, Err(error))) => Err(of_issuer(error)),
        None => Ok(("", None)),
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn needed<'a>(name: &str, value: &'a Option<String>) -> Result<&'a str, WireError> {
    value
        .as_deref()
        .filter(|value| !value.is_empty())
        .ok_or_else(|| invalid_request(format!("Missing parameter: {name}")))
}

/// The application that calls by its ARN, once its actor policy lets the caller speak for it.
///
/// Another's application, and one that is not there, is refused like one that the caller's policies don't allow.
fn client(call: &mut Call<'_>, arn: &str) -> Result<(Instance, Application), WireError> {
    let parsed = arn.parse::<ApplicationArn>().ok();
    let found = match &parsed {
        Some(parsed) => find(call, parsed)?,
        None => None,
    };
    let Some((instance, application)) = found else {
        let error = ("InvalidClientException", "The application does not exist.");
        return Err(refused(call, arn, parsed.as_ref(), error));
    };
    let method = call.tx.application_part(
        &instance.id,
        &application.id,
        ApplicationPartKind::AuthenticationMethod,
        "IAM",
    );
    let policy = method.map_err(store_failure)?.and_then(|part| {
        let content: Value = serde_json::from_str(&part.content).ok()?;
        let document = content.get("Iam")?.get("ActorPolicy")?.to_string();
        Policy::parse(&document, PolicyKind::Resource).ok()
    });
    let Some(policy) = policy else {
        let message = "The application has no IAM authentication method.";
        let error = ("UnauthorizedClientException", message);
        return Err(refused(call, arn, parsed.as_ref(), error));
    };
    let account = application.account.to_string();
    let levels = call.authority.levels();
    let set = PolicySet {
        resource_account: Some(&account),
        ..call.authority.policies(&levels)
    };
    let keys: [(&str, &[&str]); 1] = [("sso:ApplicationAccount", &[&account])];
    let request = (call.authority).request(&call.cx, call.facts, ACTION, arn, &keys);
    match evaluate_trust(&request, &policy, &set).is_allowed() {
        true => Ok((instance, application)),
        false => Err(denied(call, ACTION, arn)),
    }
}

/// The answer when there is no application to speak for. What another account has stays hidden.
fn refused(
    call: &mut Call<'_>,
    arn: &str,
    parsed: Option<&ApplicationArn>,
    (code, message): (&'static str, &'static str),
) -> WireError {
    if let Err(error) = call.authorize(ACTION, arn, &[]) {
        return error;
    }
    match parsed {
        Some(parsed) if parsed.account != *call.account() => denied(call, ACTION, arn),
        _ => WireError::new(code, message),
    }
}

fn find(
    call: &mut Call<'_>,
    arn: &ApplicationArn,
) -> Result<Option<(Instance, Application)>, WireError> {
    let instance = match access_to_instance(&call.cx, &mut *call.tx, &arn.instance) {
        Ok((instance, _)) => instance,
        Err(AccessError::NotFound | AccessError::Foreign) => return Ok(None),
        Err(AccessError::Store(error)) => return Err(store_failure(error)),
    };
    let application = call.tx.application(&arn.instance, &arn.id);
    let application = application.map_err(store_failure)?;
    let own = application.filter(|application| application.account == arn.account);
    Ok(own.map(|application| (instance, application)))
}

/// There is no `idToken`: nothing here signs tokens that others could check.
fn answer(
    call: &Call<'_>,
    instance: &Instance,
    issued: Issued,
) -> wire::CreateTokenWithIAMResponse {
    let acts = issued
        .token
        .scopes
        .iter()
        .any(|scope| scope == IDENTITY_CONTEXT);
    let context = acts.then(|| {
        atrium_signin::identity_context(&call.cx, &call.services.vault, instance, &issued)
    });
    wire::CreateTokenWithIAMResponse {
        expires_in: Some(issued.seconds()),
        scope: Some(issued.token.scopes),
        access_token: Some(issued.access_token),
        refresh_token: issued.refresh_token,
        token_type: Some("Bearer".to_owned()),
        issued_token_type: Some(ACCESS_TOKEN_TYPE.to_owned()),
        aws_additional_details: context.map(|context| wire::AwsAdditionalDetails {
            identity_context: Some(context),
        }),
        id_token: None,
    }
}
