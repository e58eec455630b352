//! Logout: ends every token of the bearer's sign-in.

use atrium_wire::sso::{self as wire, ops};
use atrium_wire::{Unit, WireError};

use super::bearer::{ShownToken, admit, bearer};
use crate::arrival::{Arrival, Visitor};
use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write_unsigned::<ops::Logout, _, _>(admitted, logout);
}

async fn admitted(
    arrival: Arrival,
    input: wire::LogoutRequest,
) -> Result<(Visitor, ShownToken), WireError> {
    admit(arrival, input.access_token).await
}

fn logout(
    call: &mut Call<'_>,
    _: wire::LogoutRequest,
    token: &ShownToken,
) -> Result<Unit, WireError> {
    let bearer = bearer(call, token)?;
    atrium_signin::sign_out(&mut *call.tx, &bearer).map_err(store_failure)?;
    Ok(Unit)
}
