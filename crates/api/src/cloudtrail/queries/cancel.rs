//! CancelQuery.

use atrium_model::lake::store_arn;
use atrium_trail::queries::cancel_query;
use atrium_wire::WireError;
use atrium_wire::cloudtrail::{self as wire, ops};

use super::failure::failure;
use super::find::{foreign_owner, query};
use crate::cloudtrail::find::works_on_store;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::CancelQuery>(cancel);
}

fn cancel(
    call: &mut Call<'_>,
    input: wire::CancelQueryRequest,
) -> Result<wire::CancelQueryResponse, WireError> {
    let owner = input.event_data_store_owner_account_id.as_deref();
    let query = query(call, &input.query_id, owner)?;
    for (account, store) in &query.stores {
        works_on_store(call, account, store_arn(account, &query.region, store));
    }
    let query = cancel_query(&mut *call.tx, query).map_err(failure)?;
    let owner = foreign_owner(call, &query);
    Ok(wire::CancelQueryResponse {
        query_id: query.id,
        query_status: query.status.as_str().to_owned(),
        event_data_store_owner_account_id: owner,
    })
}
