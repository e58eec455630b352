//! StartQuery.

use atrium_trail::queries::{NewQuery, start_query, stores_of};
use atrium_trail::stores::StoreName;
use atrium_wire::WireError;
use atrium_wire::cloudtrail::{self as wire, ops};

use super::failure::{failure, not_offered};
use super::find::foreign_owner;
use super::people;
use crate::cloudtrail::stores;
use crate::{Call, Registry};

/// What a caller must be allowed to do with each store that a statement names: an answer may be delivered without
/// anybody asking for its rows.
const ACTIONS: [&str; 2] = ["cloudtrail:StartQuery", "cloudtrail:GetQueryResults"];

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::StartQuery>(start);
}

fn start(
    call: &mut Call<'_>,
    input: wire::StartQueryRequest,
) -> Result<wire::StartQueryResponse, WireError> {
    let Some(statement) = input.query_statement else {
        call.authorize(ACTIONS[0], "*", &[])?;
        return Err(match input.query_alias {
            Some(_) => not_offered("QueryAlias"),
            None => WireError::new("InvalidParameterException", "Specify QueryStatement."),
        });
    };
    let named = match stores_of(&statement) {
        Ok(named) => named,
        Err(error) => {
            call.authorize(ACTIONS[0], "*", &[])?;
            return Err(failure(error));
        }
    };
    let mut found = Vec::with_capacity(named.len());
    for id in named {
        let name = name(
            call,
            &id,
            input.event_data_store_owner_account_id.as_deref(),
        )?;
        for action in ACTIONS {
            let store = stores::permitted(call, &name, action, &[])?;
            if action == ACTIONS[0] {
                found.push(store);
            }
        }
    }
    let people = people::permitted(call, &statement)?;
    if input.query_alias.is_some() || input.query_parameters.is_some() {
        return Err(not_offered("QueryAlias"));
    }
    let lake = &call.services.settings.lake;
    if !lake.is_there() {
        return Err(WireError::new(
            "UnsupportedOperationException",
            "This server can't answer queries: its program atrium-lake is missing. Install it beside atrium, or name it \
             with --lake-program.",
        ));
    }
    let new = NewQuery {
        statement,
        stores: found,
        people,
        delivery: input.delivery_s3_uri.filter(|uri| !uri.is_empty()),
    };
    let quotas = &call.quotas().lake;
    let query = start_query(&call.cx, &mut *call.tx, quotas, new).map_err(failure)?;
    let owner = foreign_owner(call, &query);
    Ok(wire::StartQueryResponse {
        query_id: Some(query.id),
        event_data_store_owner_account_id: owner,
    })
}

/// The store with an id, of the account that the request names, if it names one.
fn name(call: &Call<'_>, id: &str, owner: Option<&str>) -> Result<StoreName, WireError> {
    let name = StoreName::of_id(&call.cx, id);
    let Some(owner) = owner else {
        return Ok(name);
    };
    let account = owner.parse().map_err(|_| {
        WireError::new(
            "InvalidParameterException",
            "EventDataStoreOwnerAccountId is not the id of an account.",
        )
    })?;
    Ok(StoreName {
        account,
        is_arn: true,
        ..name
    })
}
