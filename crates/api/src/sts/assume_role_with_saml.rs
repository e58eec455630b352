//! AssumeRoleWithSAML.

use atrium_iam::{AssumeRole, FederationError, SamlUser, read_saml_user};
use atrium_model::iam::SamlProvider;
use atrium_model::{ProviderKind, Region};
use atrium_saml::{Assertion, Expected, ResponseError, verify};
use atrium_wire::WireError;
use atrium_wire::sts::{self as wire, ops};
use serde_json::json;

use super::federated::{
    account_of_role, assume, invalid_arn, invalid_token, is_active, refused, visitor,
};
use super::shapes;
use crate::arrival::{Arrival, Visitor};
use crate::call::store_failure;
use crate::iam::ProviderArn;
use crate::{Call, Registry, Settings};

const ACTION: &str = "sts:AssumeRoleWithSAML";
/// The audience by which providers knew AWS first.
const WEB_SERVICES: &str = "urn:amazon:webservices";

pub(super) fn register(registry: &mut Registry) {
    // It changes nothing, but no credentials leave without a record that is on disk.
    registry.write_unsigned::<ops::AssumeRoleWithSAML, _, _>(admit, assume_role_with_saml);
}

/// A user with the provider that vouches for them.
struct Admitted {
    provider: SamlProvider,
    user: SamlUser,
}

/// Finds the provider and checks that the response is its word, before there is a transaction.
async fn admit(
    arrival: Arrival,
    input: wire::AssumeRoleWithSAMLRequest,
) -> Result<(Visitor, Admitted), WireError> {
    let named = ProviderArn::parse(&input.principal_arn)
        .filter(|arn| arn.kind == ProviderKind::Saml)
        .ok_or_else(invalid_arn)?;
    if account_of_role(&input.role_arn)? != named.account {
        return Err(refused(ACTION));
    }
    let (account, name) = (named.account.clone(), named.name);
    let provider = arrival
        .services
        .store
        .read(move |tx| match is_active(tx, &account)? {
            true => tx.saml_provider(&account, &name),
            false => Ok(None),
        })
        .await
        .map_err(store_failure)?
        .ok_or_else(|| invalid_token("Specified provider doesn't exist."))?;
    if provider.valid_until <= arrival.now {
        return Err(invalid_token(
            "The metadata of the specified provider has expired.",
        ));
    }
    let assertion = check(&arrival, &provider, input.saml_assertion).await?;
    let user = read_saml_user(&provider, assertion).map_err(unusable)?;
    let visitor = visitor(named.account, &user.user);
    Ok((visitor, Admitted { provider, user }))
}

/// The assertion in a response, once it is known to be good. That takes a while, if someone wants it to: other calls don't
/// wait for it.
async fn check(
    arrival: &Arrival,
    provider: &SamlProvider,
    response: String,
) -> Result<Assertion, WireError> {
    let (services, provider, now) = (arrival.services.clone(), provider.clone(), arrival.now);
    let checked = tokio::task::spawn_blocking(move || {
        let settings = &services.settings;
        let expected = Expected {
            entity_id: &provider.issuer,
            certificates: &provider.certificates,
            is_recipient: &|url| is_sign_in(settings, url),
            is_audience: &|audience| audience == WEB_SERVICES || is_sign_in(settings, audience),
            now,
        };
        verify(&response, &expected)
    });
    match checked.await {
        Ok(checked) => checked.map_err(unbelieved),
        Err(error) => {
            tracing::error!(error = %error, "checking a SAML response ended early");
            Err(WireError::internal())
        }
    }
}

/// Whether a URL is where AWS takes responses, in the world or in a Region, or where the operator says that we do.
fn is_sign_in(settings: &Settings, url: &str) -> bool {
    let host = url
        .strip_prefix("https://")
        .and_then(|rest| rest.strip_suffix("signin.aws.amazon.com/saml"));
    let of_aws = host.is_some_and(|region| {
        region.is_empty()
            || region
                .strip_suffix('.')
                .is_some_and(|region| region.parse::<Region>().is_ok())
    });
    of_aws || settings.saml_recipients.iter().any(|known| known == url)
}

fn assume_role_with_saml(
    call: &mut Call<'_>,
    input: wire::AssumeRoleWithSAMLRequest,
    admitted: &Admitted,
) -> Result<wire::AssumeRoleWithSAMLResponse, WireError> {
    let Admitted { provider, user } = admitted;
    call.notes.parameters = vec![
        ("sAMLAssertion", None),
        ("sAMLAssertionID", Some(json!(user.assertion_id))),
        ("roleSessionName", Some(json!(user.session_name))),
    ];
    // It may have been changed, or gone, since the response was checked.
    let known = call
        .tx
        .saml_provider(&provider.account, &provider.name)
        .map_err(store_failure)?;
    if known.is_none_or(|known| {
        known.id != provider.id
            || known.issuer != provider.issuer
            || known.certificates != provider.certificates
    }) {
        return Err(invalid_token("Specified provider doesn't exist."));
    }
    if !user.may_choose(&input.role_arn) {
        return Err(invalid_token(
            "SAML Assertion doesn't contain the requested Role and Metadata in the attributes",
        ));
    }
    let ask = AssumeRole {
        session_name: user.session_name.clone(),
        duration_seconds: input.duration_seconds.or(user.duration_seconds),
        policies: shapes::policies(input.policy, input.policy_arns),
        tags: user.wanted.tags.clone(),
        transitive_tag_keys: user.wanted.transitive_tag_keys.clone(),
        source_identity: user.wanted.source_identity.clone(),
        federation: Some(user.federation()),
        ends: user.session_ends,
    };
    let keys = user.trust_keys(provider);
    let assumed = assume(call, ACTION, &input.role_arn, &user.user, ask, &keys)?;
    let issued = assumed.issued;
    Ok(wire::AssumeRoleWithSAMLResponse {
        assumed_role_user: Some(wire::AssumedRoleUser {
            assumed_role_id: issued.caller.user_id(),
            arn: issued.caller.arn(),
        }),
        credentials: Some(shapes::credentials(issued)),
        packed_policy_size: assumed.packed_size,
        subject: Some(user.subject.clone()),
        subject_type: Some(user.subject_type.clone()),
        issuer: Some(user.issuer.clone()),
        audience: Some(user.audience.clone()),
        name_qualifier: Some(user.name_qualifier.clone()),
        source_identity: user.wanted.source_identity.clone(),
        ..wire::AssumeRoleWithSAMLResponse::default()
    })
}

/// The answer to a response that is not believed.
fn unbelieved(error: ResponseError) -> WireError {
    match error {
        ResponseError::Unreadable => invalid_token("Invalid base64 SAMLResponse"),
        ResponseError::Malformed(what) => invalid_token(format!("Invalid SAML response: {what}")),
        ResponseError::Rejected => WireError::new(
            "IDPRejectedClaim",
            "The identity provider reported that authentication failed.",
        ),
        ResponseError::Signature => invalid_token("Response signature invalid"),
        ResponseError::Issuer => invalid_token("Issuer not present in specified provider"),
        ResponseError::Audience => {
            invalid_token("Response does not contain the required audience.")
        }
        ResponseError::Recipient => {
            invalid_token("Response does not contain the required recipient.")
        }
        ResponseError::NotYet => invalid_token("Response is not valid yet"),
        ResponseError::Expired => WireError::new("ExpiredTokenException", "Response has expired"),
        ResponseError::Stale => WireError::new(
            "ExpiredTokenException",
            "Token must be redeemed within 5 minutes of issuance",
        ),
    }
}

/// The answer to an assertion that makes no session.
fn unusable(error: FederationError) -> WireError {
    const NAME: &str = "must match [a-zA-Z_0-9+=,.@-]{2,64}";
    match error {
        FederationError::NoSessionName => {
            invalid_token("RoleSessionName is required in AuthnResponse")
        }
        FederationError::SessionName => {
            invalid_token(format!("RoleSessionName in AuthnResponse {NAME}"))
        }
        FederationError::SourceIdentity => invalid_token(format!(
            "Source Identity {NAME} and not begin with \"aws:\""
        )),
        other @ (FederationError::SessionDuration
        | FederationError::Tag(_)
        | FederationError::TooManyTags(_)
        | FederationError::Claim(_)
        | FederationError::Audience) => invalid_token(format!("Invalid SAML response: {other}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn responses_are_delivered_to_aws_or_where_the_operator_says() {
        let settings = Settings {
            saml_recipients: vec!["https://sso.example.com/saml".to_owned()],
            ..Settings::default()
        };
        let cases = [
            ("https://signin.aws.amazon.com/saml", true),
            ("https://eu-west-1.signin.aws.amazon.com/saml", true),
            ("https://sso.example.com/saml", true),
            ("https://nowhere-1.signin.aws.amazon.com/saml", false),
            ("https://evilsignin.aws.amazon.com/saml", false),
            ("https://evil.example/signin.aws.amazon.com/saml", false),
            ("http://signin.aws.amazon.com/saml", false),
            ("https://signin.aws.amazon.com/saml/", false),
            ("https://sso.example.com/saml2", false),
            ("", false),
        ];
        for (url, want) in cases {
            assert_eq!(is_sign_in(&settings, url), want, "{url}");
        }
    }
}
