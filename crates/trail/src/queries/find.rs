use std::time::Duration;

use atrium_model::lake::{Query, QueryStatus};
use atrium_model::{OpContext, Timestamp};
use atrium_store::{QueryEntry, QueryList, QueryTx};

use super::QueryRuleError;

/// How long a query and its answer can be asked for; GetQueryResults and ListQueries in the CloudTrail API reference.
pub const KEPT: Duration = Duration::from_secs(7 * 24 * 3600);

/// A query of the caller's account and Region.
pub fn find_query(
    cx: &OpContext<'_>,
    tx: &mut dyn QueryTx,
    id: &str,
) -> Result<Query, QueryRuleError> {
    let found = tx.query(&cx.caller.account, id)?;
    found
        .filter(|query| query.region == *cx.region && cx.now().since(query.created) <= KEPT)
        .ok_or_else(|| QueryRuleError::NotFound(id.to_owned()))
}

/// Which queries ListQueries is asked for.
#[derive(Clone, Debug, Default)]
pub struct QueryFilter {
    /// `StartTime`.
    pub start: Option<Timestamp>,
    /// `EndTime`.
    pub end: Option<Timestamp>,
    /// `QueryStatus`.
    pub status: Option<QueryStatus>,
    /// The last query of the page before.
    pub after: Option<(Timestamp, String)>,
}

/// Queries, and what stands for the last of them if there are more: when it was asked, and its id.
pub type QueryPage = (Vec<QueryEntry>, Option<(Timestamp, String)>);

/// A page of the caller's queries that read a store, newest first, and where the next one begins.
pub fn list_queries(
    cx: &OpContext<'_>,
    tx: &mut dyn QueryTx,
    store: &str,
    filter: QueryFilter,
    limit: usize,
) -> Result<QueryPage, QueryRuleError> {
    if let (Some(start), Some(end)) = (filter.start, filter.end)
        && start > end
    {
        return Err(QueryRuleError::DateRange);
    }
    let kept = i64::try_from(KEPT.as_millis()).unwrap_or(i64::MAX);
    let oldest = Timestamp::from_millis(cx.now().as_millis().saturating_sub(kept));
    let list = QueryList {
        account: cx.caller.account.clone(),
        store: store.to_owned(),
        from: filter.start.map_or(oldest, |start| start.max(oldest)),
        to: filter.end.unwrap_or(Timestamp::from_millis(i64::MAX)),
        status: filter.status,
        after: filter.after,
        limit: i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1),
    };
    let mut found = tx.queries(&list)?;
    let more = found.len() > limit;
    found.truncate(limit);
    let last = found.last().filter(|_| more);
    let next = last.map(|query| (query.created, query.id.clone()));
    Ok((found, next))
}
