//! GetCallerIdentity. It needs no permission, and nothing can take it away.

use atrium_wire::WireError;
use atrium_wire::sts::{self as wire, ops};

use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.read::<ops::GetCallerIdentity>(get_caller_identity);
}

fn get_caller_identity(
    call: &mut Call<'_>,
    _: wire::GetCallerIdentityRequest,
) -> Result<wire::GetCallerIdentityResponse, WireError> {
    let caller = call.cx.caller;
    Ok(wire::GetCallerIdentityResponse {
        user_id: Some(caller.user_id()),
        account: Some(caller.account.to_string()),
        arn: Some(caller.arn()),
    })
}
