//! GetFederationToken.

use atrium_iam::{NewFederation, packed_size};
use atrium_wire::WireError;
use atrium_wire::sts::{self as wire, ops};

use super::failure::failure;
use super::shapes;
use crate::iam::Keys;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::GetFederationToken>(get_federation_token);
}

fn get_federation_token(
    call: &mut Call<'_>,
    input: wire::GetFederationTokenRequest,
) -> Result<wire::GetFederationTokenResponse, WireError> {
    if call.cx.caller.session.is_some() {
        let text = "Cannot call GetFederationToken with session credentials";
        return Err(WireError::access_denied(text));
    }
    let new = NewFederation {
        name: input.name,
        duration_seconds: input.duration_seconds,
        policies: shapes::policies(input.policy, input.policy_arns),
        tags: shapes::tags(input.tags),
    };
    let arn = format!(
        "arn:aws:sts::{}:federated-user/{}",
        call.account(),
        new.name
    );
    let keys = Keys::none().request_tags(&new.tags);
    keys.lend(|keys| call.authorize("sts:GetFederationToken", &arn, keys))?;
    if !new.tags.is_empty() {
        keys.lend(|keys| call.authorize("sts:TagSession", &arn, keys))?;
    }
    let packed_policy_size = packed_size(&new.policies, &new.tags);
    let grant =
        atrium_iam::federated_user_session(&call.cx, &mut *call.tx, new).map_err(failure)?;
    let issued = atrium_iam::issue(&call.cx, &call.services.vault, grant);
    Ok(wire::GetFederationTokenResponse {
        federated_user: Some(wire::FederatedUser {
            federated_user_id: issued.caller.user_id(),
            arn: issued.caller.arn(),
        }),
        credentials: Some(shapes::credentials(issued)),
        packed_policy_size,
        ..wire::GetFederationTokenResponse::default()
    })
}
