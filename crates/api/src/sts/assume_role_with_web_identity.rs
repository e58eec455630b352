//! AssumeRoleWithWebIdentity.

use atrium_iam::{AssumeRole, FederationError, WebUser, read_web_user};
use atrium_issuer::{Claims, IssuerError};
use atrium_model::iam::OidcProvider;
use atrium_wire::WireError;
use atrium_wire::sts::{self as wire, ops};

use super::federated::{account_of_role, assume, invalid_token, is_active, visitor};
use super::shapes;
use crate::arrival::{Arrival, Visitor};
use crate::call::store_failure;
use crate::{Call, Registry};

const ACTION: &str = "sts:AssumeRoleWithWebIdentity";

pub(super) fn register(registry: &mut Registry) {
    // It changes nothing, but no credentials leave without a record that is on disk.
    registry.write_unsigned::<ops::AssumeRoleWithWebIdentity, _, _>(
        admit,
        assume_role_with_web_identity,
    );
}

/// A user with the provider that vouches for them.
struct Admitted {
    provider: OidcProvider,
    user: WebUser,
}

/// Finds the provider that the token names in the role's account, and checks the token with the keys that its issuer
/// publishes. Only issuers that someone registered are asked.
async fn admit(
    arrival: Arrival,
    input: wire::AssumeRoleWithWebIdentityRequest,
) -> Result<(Visitor, Admitted), WireError> {
    let account = account_of_role(&input.role_arn)?;
    if input.provider_id.is_some() {
        // It stands for the OAuth 2.0 access tokens of two providers.
        return Err(invalid_token(
            "Tokens of Login with Amazon and Facebook are not accepted: leave ProviderId out, and pass an OpenID Connect token",
        ));
    }
    let token = input.web_identity_token;
    let claimed = Claims::peek(&token).map_err(|_| not_a_token())?;
    let issuer = claimed
        .issuer()
        .ok_or_else(|| invalid_token("Missing a required claim: iss"))?
        .to_owned();
    let name = issuer
        .split_once("://")
        .map_or(issuer.clone(), |(_, name)| name.to_owned());
    let owner = account.clone();
    let provider = arrival
        .services
        .store
        .read(move |tx| match is_active(tx, &owner)? {
            true => tx.oidc_provider(&owner, &name),
            false => Ok(None),
        })
        .await
        .map_err(store_failure)?
        .filter(|provider| provider.url == issuer)
        .ok_or_else(|| {
            let issuer: String = issuer.chars().take(255).collect();
            invalid_token(format!(
                "No OpenIDConnect provider found in your account for {issuer}"
            ))
        })?;
    let claims = arrival
        .services
        .issuers
        .verify(&provider.url, &token, arrival.now)
        .await
        .map_err(|error| unbelieved(&error, &claimed, &arrival))?;
    let user = read_web_user(&provider, claims.as_map()).map_err(unusable)?;
    let visitor = visitor(account, &user.user);
    Ok((visitor, Admitted { provider, user }))
}

fn assume_role_with_web_identity(
    call: &mut Call<'_>,
    input: wire::AssumeRoleWithWebIdentityRequest,
    admitted: &Admitted,
) -> Result<wire::AssumeRoleWithWebIdentityResponse, WireError> {
    let Admitted { provider, user } = admitted;
    call.notes.parameters = vec![("webIdentityToken", None)];
    // It may have been changed, or gone, since the token was checked.
    let known = call
        .tx
        .oidc_provider(&provider.account, provider.name())
        .map_err(store_failure)?;
    if known
        .is_none_or(|known| known.url != provider.url || !known.client_ids.contains(&user.audience))
    {
        return Err(invalid_token("Incorrect token audience"));
    }
    let ask = AssumeRole {
        session_name: input.role_session_name,
        duration_seconds: input.duration_seconds,
        policies: shapes::policies(input.policy, input.policy_arns),
        tags: user.wanted.tags.clone(),
        transitive_tag_keys: user.wanted.transitive_tag_keys.clone(),
        source_identity: user.wanted.source_identity.clone(),
        federation: Some(user.federation()),
        ends: None,
    };
    let keys = &user.trust_keys;
    let assumed = assume(call, ACTION, &input.role_arn, &user.user, ask, keys)?;
    let issued = assumed.issued;
    Ok(wire::AssumeRoleWithWebIdentityResponse {
        assumed_role_user: Some(wire::AssumedRoleUser {
            assumed_role_id: issued.caller.user_id(),
            arn: issued.caller.arn(),
        }),
        credentials: Some(shapes::credentials(issued)),
        packed_policy_size: assumed.packed_size,
        subject_from_web_identity_token: Some(user.subject.clone()),
        provider: Some(user.user.provider_arn.clone()),
        audience: Some(user.audience.clone()),
        source_identity: user.wanted.source_identity.clone(),
        ..wire::AssumeRoleWithWebIdentityResponse::default()
    })
}

fn not_a_token() -> WireError {
    invalid_token(
        "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
    )
}

/// The answer to a token that is not believed.
fn unbelieved(error: &IssuerError, claimed: &Claims, arrival: &Arrival) -> WireError {
    match error {
        IssuerError::Malformed => not_a_token(),
        IssuerError::Algorithm => invalid_token("The token's signature algorithm is not accepted"),
        IssuerError::OtherIssuer => invalid_token("The token has another issuer"),
        IssuerError::NotYet => invalid_token("The token is not valid yet"),
        IssuerError::Signature => invalid_token("The token's signature is not valid"),
        IssuerError::Expired => {
            let now = arrival.now.as_seconds();
            let ended = claimed.time("exp").map_or(0, |time| time.as_seconds());
            WireError::new(
                "ExpiredTokenException",
                format!(
                    "Token expired: current date/time {now} must be before the expiration date/time {ended}"
                ),
            )
        }
        IssuerError::UnknownKey | IssuerError::Url(_) | IssuerError::Answer(_) => invalid_token(
            "Couldn't retrieve verification key from your identity provider,  please reference \
             AssumeRoleWithWebIdentity documentation for requirements",
        ),
        IssuerError::Unreachable(_) => WireError::new(
            "IDPCommunicationError",
            "The identity provider could not be reached. Try again later.",
        ),
    }
}

/// The answer to a token that makes no session.
fn unusable(error: FederationError) -> WireError {
    match error {
        FederationError::Claim(name @ ("sub" | "aud")) => {
            invalid_token(format!("Missing a required claim: {name}"))
        }
        FederationError::Audience => invalid_token("Incorrect token audience"),
        other @ (FederationError::Claim(_)
        | FederationError::NoSessionName
        | FederationError::SessionName
        | FederationError::SessionDuration
        | FederationError::SourceIdentity
        | FederationError::Tag(_)
        | FederationError::TooManyTags(_)) => {
            invalid_token(format!("The token can't be used: {other}"))
        }
    }
}
