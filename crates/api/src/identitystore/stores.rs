//! DescribeIdentityStore and ListIdentityStores.

use atrium_model::directory::Instance;
use atrium_wire::WireError;
use atrium_wire::identitystore::{self as wire, ops};

use super::ids::{self, Use};
use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.read::<ops::DescribeIdentityStore>(describe_identity_store);
    registry.read::<ops::ListIdentityStores>(list_identity_stores);
}

fn describe_identity_store(
    call: &mut Call<'_>,
    input: wire::DescribeIdentityStoreRequest,
) -> Result<wire::DescribeIdentityStoreResponse, WireError> {
    let action = "identitystore:DescribeIdentityStore";
    let instance = ids::open(call, &input.identity_store_id, action, Use::Read)?;
    Ok(wire::DescribeIdentityStoreResponse {
        identity_store_id: instance.identity_store.to_string(),
        identity_store_arn: instance.identity_store_arn(),
        network_configuration: None,
    })
}

/// Answers the caller's own stores, not its organization's. There is at most one, so there are no further pages.
fn list_identity_stores(
    call: &mut Call<'_>,
    input: wire::ListIdentityStoresRequest,
) -> Result<wire::ListIdentityStoresResponse, WireError> {
    call.authorize("identitystore:ListIdentityStores", "*", &[])?;
    let _: Option<String> = call.page("", input.next_token.as_deref())?;
    let owned = call
        .tx
        .instance_of_owner(&call.cx.caller.account)
        .map_err(store_failure)?;
    let here = owned.filter(|instance| instance.region == *call.cx.region);
    let shown = |instance: Instance| wire::IdentityStore {
        identity_store_id: instance.identity_store.to_string(),
        identity_store_arn: instance.identity_store_arn(),
    };
    Ok(wire::ListIdentityStoresResponse {
        identity_stores: here.into_iter().map(shown).collect(),
        next_token: None,
    })
}
