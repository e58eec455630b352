use atrium_model::{Caller, IdentityCenterUser, Principal};
use atrium_signin::{ACCOUNT_ACCESS, Bearer};
use atrium_store::{Person, StoreError};
use atrium_wire::WireError;

use crate::Call;
use crate::arrival::{Arrival, Visitor};
use crate::call::store_failure;

/// The token that came with a call.
pub(super) struct ShownToken(String);

/// Whose call it is: that of the person who shows a good access token. The token goes on to the handler.
pub(super) async fn admit(
    arrival: Arrival,
    token: String,
) -> Result<(Visitor, ShownToken), WireError> {
    let (text, now) = (token.clone(), arrival.now);
    let found = arrival
        .services
        .store
        .read(move |tx| atrium_signin::find_bearer(tx, &text, now));
    let found = found
        .await
        .map_err(|error: StoreError| store_failure(error))?;
    let Bearer {
        token: kept,
        instance,
        user,
    } = found.ok_or_else(unknown)?;
    let person = IdentityCenterUser {
        account: instance.owner.clone(),
        identity_store: instance.identity_store,
        user: user.id,
    };
    let visitor = Visitor {
        caller: Caller {
            account: instance.owner,
            principal: Principal::Person {
                user: person,
                credential_id: kept.credential_id,
            },
            access_key_id: String::new(),
            session: None,
        },
        region: Some(instance.region),
    };
    Ok((visitor, ShownToken(token)))
}

/// The bearer as this transaction sees them: the token may have ended since the call was admitted.
pub(super) fn bearer(call: &mut Call<'_>, token: &ShownToken) -> Result<Bearer, WireError> {
    atrium_signin::find_bearer(&mut *call.tx, &token.0, call.cx.now())
        .map_err(store_failure)?
        .ok_or_else(unknown)
}

/// The bearer of a token that opens accounts.
pub(super) fn visitor(call: &mut Call<'_>, token: &ShownToken) -> Result<Bearer, WireError> {
    let bearer = bearer(call, token)?;
    let opens = |scope: &String| scope == ACCOUNT_ACCESS;
    match bearer.token.scopes.iter().any(opens) {
        true => Ok(bearer),
        false => Err(unknown()),
    }
}

/// Whose access is meant.
pub(super) fn person(bearer: &Bearer) -> Person<'_> {
    Person {
        instance: &bearer.instance.id,
        store: &bearer.instance.identity_store,
        user: &bearer.user.id,
    }
}

fn unknown() -> WireError {
    WireError::new(
        "UnauthorizedException",
        "Session token not found or invalid",
    )
}

/// What AWS says to people who ask for what they don't have; its model doesn't know the code.
pub(super) fn no_access() -> WireError {
    WireError::new("ForbiddenException", "No access").status(403)
}
