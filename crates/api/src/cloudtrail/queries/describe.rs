//! DescribeQuery.

use atrium_wire::WireError;
use atrium_wire::cloudtrail::{self as wire, ops};

use super::failure::not_offered;
use super::find::{foreign_owner, query};
use crate::cloudtrail::convert;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.read::<ops::DescribeQuery>(describe);
}

fn describe(
    call: &mut Call<'_>,
    input: wire::DescribeQueryRequest,
) -> Result<wire::DescribeQueryResponse, WireError> {
    let Some(id) = input.query_id else {
        call.authorize("cloudtrail:DescribeQuery", "*", &[])?;
        return Err(match input.query_alias {
            Some(_) => not_offered("QueryAlias"),
            None => WireError::new("InvalidParameterException", "Specify QueryId."),
        });
    };
    let owner = input.event_data_store_owner_account_id.as_deref();
    let query = query(call, &id, owner)?;
    if input.query_alias.is_some() || input.refresh_id.is_some() {
        return Err(not_offered("QueryAlias"));
    }
    let owner = foreign_owner(call, &query);
    let costs = query.costs;
    Ok(wire::DescribeQueryResponse {
        query_id: Some(query.id),
        query_string: Some(query.statement),
        query_status: Some(query.status.as_str().to_owned()),
        query_statistics: Some(wire::QueryStatisticsForDescribeQuery {
            events_matched: Some(costs.rows),
            events_scanned: Some(costs.scanned),
            bytes_scanned: Some(costs.bytes),
            // The model has 32 bits for it: 24 days.
            execution_time_in_millis: Some(costs.milliseconds.min(i32::MAX.into())),
            creation_time: convert::time(query.created),
        }),
        error_message: query.error,
        delivery_s3_uri: query.delivery,
        delivery_status: query
            .delivery_status
            .map(|status| status.as_str().to_owned()),
        prompt: None,
        event_data_store_owner_account_id: owner,
    })
}
