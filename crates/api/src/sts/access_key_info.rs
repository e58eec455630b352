//! GetAccessKeyInfo.

use atrium_iam::account_of_access_key;
use atrium_wire::WireError;
use atrium_wire::sts::{self as wire, ops};

use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.read::<ops::GetAccessKeyInfo>(get_access_key_info);
}

/// Access key ids hold their account, so keys need not exist for an answer; as with AWS, it doesn't tell whether they
/// do.
fn get_access_key_info(
    call: &mut Call<'_>,
    input: wire::GetAccessKeyInfoRequest,
) -> Result<wire::GetAccessKeyInfoResponse, WireError> {
    call.authorize("sts:GetAccessKeyInfo", "*", &[])?;
    let account = match account_of_access_key(&input.access_key_id) {
        Some(account) => call
            .tx
            .account(&account)
            .map_err(store_failure)?
            .map(|found| found.id),
        None => None,
    };
    match account {
        Some(account) => Ok(wire::GetAccessKeyInfoResponse {
            account: Some(account.to_string()),
        }),
        None => Err(WireError::validation("Access key id is not valid.")),
    }
}
