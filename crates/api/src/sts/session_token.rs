//! GetSessionToken. Users need no permission for it; sessions can't have it.

use atrium_wire::WireError;
use atrium_wire::sts::{self as wire, ops};

use super::assume_role::no_such_device;
use super::shapes;
use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::GetSessionToken>(get_session_token);
}

fn get_session_token(
    call: &mut Call<'_>,
    input: wire::GetSessionTokenRequest,
) -> Result<wire::GetSessionTokenResponse, WireError> {
    if call.cx.caller.session.is_some() {
        let text = "Cannot call GetSessionToken with session credentials";
        return Err(WireError::access_denied(text));
    }
    if input.serial_number.is_some() || input.token_code.is_some() {
        return Err(no_such_device());
    }
    let grant = atrium_iam::session_token_session(&call.cx, &mut *call.tx, input.duration_seconds)
        .map_err(store_failure)?;
    let issued = atrium_iam::issue(&call.cx, &call.services.vault, grant);
    Ok(wire::GetSessionTokenResponse {
        credentials: Some(shapes::credentials(issued)),
        ..wire::GetSessionTokenResponse::default()
    })
}
