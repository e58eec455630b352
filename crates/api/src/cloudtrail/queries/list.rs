//! ListQueries.

use atrium_model::Timestamp;
use atrium_store::QueryEntry;
use atrium_trail::queries::{QueryFilter, list_queries};
use atrium_trail::stores::StoreRuleError;
use atrium_wire::WireError;
use atrium_wire::cloudtrail::{self as wire, ops};

use super::failure::failure;
use crate::cloudtrail::{convert, stores};
use crate::{Call, Registry};

/// The size of a page if nothing is said. AWS doesn't say.
const PAGE: usize = 100;

pub(super) fn register(registry: &mut Registry) {
    registry.read::<ops::ListQueries>(list);
}

fn list(
    call: &mut Call<'_>,
    input: wire::ListQueriesRequest,
) -> Result<wire::ListQueriesResponse, WireError> {
    let store = stores::to_read(call, &input.event_data_store)?;
    if store.is_deleted() {
        return Err(stores::failure(StoreRuleError::Inactive(store.arn())));
    }
    let status = input.query_status;
    let time = |time: jiff::Timestamp| Timestamp::from_millis(time.as_millisecond());
    let (start, end) = (input.start_time.map(time), input.end_time.map(time));
    let millis = |time: Option<Timestamp>| time.map(Timestamp::as_millis);
    let scope = format!(
        "{}/{:?}/{:?}/{status:?}",
        store.id,
        millis(start),
        millis(end)
    );
    let filter = QueryFilter {
        start,
        end,
        // The model allows no others.
        status: status.as_deref().and_then(|status| status.parse().ok()),
        after: call.page(&scope, input.next_token.as_deref())?,
    };
    let limit = input
        .max_results
        .and_then(|most| usize::try_from(most).ok())
        .unwrap_or(PAGE);
    let found = list_queries(&call.cx, &mut *call.tx, &store.id, filter, limit);
    let (queries, next) = found.map_err(failure)?;
    Ok(wire::ListQueriesResponse {
        queries: Some(queries.into_iter().map(entry).collect()),
        next_token: next.map(|after| call.next_token(&scope, &after)),
    })
}

fn entry(query: QueryEntry) -> wire::Query {
    wire::Query {
        query_id: Some(query.id),
        query_status: Some(query.status.as_str().to_owned()),
        creation_time: convert::time(query.created),
    }
}
