//! GetQueryResults.

use std::collections::BTreeMap;

use atrium_model::lake::{QueryStatus, ResultPart};
use atrium_wire::WireError;
use atrium_wire::cloudtrail::{self as wire, ops};
use serde_json::{Map, Value};

use super::find::query;
use super::people;
use crate::arrival::{Arrival, Signed};
use crate::call::{open_page_token, store_failure};
use crate::{Call, Registry};

/// The size of a page if nothing is said. AWS doesn't say.
const PAGE: i64 = 1_000;

/// A row: each column's name with its value.
type Row = Vec<(String, String)>;

/// Rows of the answer, from the object store.
#[derive(Default)]
struct Page {
    rows: Vec<Row>,
    /// How many rows come before the next page; none if this is the last one.
    next: Option<i64>,
    /// How the query was when its rows were read: one that ends afterwards has more.
    seen: Option<QueryStatus>,
}

pub(super) fn register(registry: &mut Registry) {
    registry.read_prepared::<ops::GetQueryResults, _, _>(fetch, results);
}

/// Reads the page that is asked for. Whether the caller may see it is decided afterwards; it is of their account.
async fn fetch(arrival: Arrival, input: wire::GetQueryResultsRequest) -> Result<Page, WireError> {
    let signed = arrival.signed.as_ref().ok_or_else(WireError::internal)?;
    let begin = first_row(&arrival, signed, &input)?;
    let services = &arrival.services;
    let (account, id) = (signed.account.clone(), input.query_id);
    let found = services.store.read(move |tx| tx.query(&account, &id));
    let found = found.await.map_err(store_failure)?;
    let (Some(query), Some(objects)) = (found, &services.segments) else {
        return Ok(Page::default());
    };
    let seen = Some(query.status);
    let Some((part, skipped)) = part_of(&query.results, begin) else {
        return Ok(Page {
            seen,
            ..Page::default()
        });
    };
    let bytes = objects.get(&part.segment).await.map_err(|error| {
        tracing::error!(query.id = %query.id, error = %error, "an answer's rows could not be read");
        WireError::internal()
    })?;
    let text = String::from_utf8(bytes.to_vec()).map_err(|_| WireError::internal())?;
    let most = input.max_query_results.unwrap_or(PAGE);
    let skip = usize::try_from(skipped).unwrap_or(usize::MAX);
    let take = usize::try_from(most).unwrap_or(0);
    let rows = text.lines().skip(skip).take(take).map(row_of);
    let rows: Vec<Row> = rows
        .collect::<Option<_>>()
        .ok_or_else(WireError::internal)?;
    let end = begin + i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let all: i64 = query.results.iter().map(|part| part.rows).sum();
    Ok(Page {
        rows,
        next: (end < all).then_some(end),
        seen,
    })
}

/// How many rows come before the page that is asked for.
fn first_row(
    arrival: &Arrival,
    signed: &Signed,
    input: &wire::GetQueryResultsRequest,
) -> Result<i64, WireError> {
    let token = input.next_token.as_deref();
    Ok(open_page_token(arrival, signed, &input.query_id, token)?.unwrap_or(0))
}

/// The part that holds a row, and how many rows of the part come before it.
fn part_of(parts: &[ResultPart], row: i64) -> Option<(&ResultPart, i64)> {
    let mut before = 0;
    for part in parts {
        if row < before + part.rows {
            return Some((part, row - before));
        }
        before += part.rows;
    }
    None
}

/// A row as it is kept: `[{"column":"value"},…]`. What is NULL comes as an empty text, as all values are texts.
pub(crate) fn row_of(line: &str) -> Option<Row> {
    let cells: Vec<Map<String, Value>> = serde_json::from_str(line).ok()?;
    let cells = cells.into_iter().map(|cell| {
        let (name, value) = cell.into_iter().next()?;
        match value {
            Value::String(text) => Some((name, text)),
            Value::Null => Some((name, String::new())),
            _ => None,
        }
    });
    cells.collect()
}

fn results(
    call: &mut Call<'_>,
    input: wire::GetQueryResultsRequest,
    page: &Page,
) -> Result<wire::GetQueryResultsResponse, WireError> {
    let owner = input.event_data_store_owner_account_id.as_deref();
    let query = query(call, &input.query_id, owner)?;
    people::authorize(call, &query)?;
    let status = match page.seen {
        Some(seen) if seen.is_active() => seen,
        _ => query.status,
    };
    let is_there = matches!(status, QueryStatus::Finished | QueryStatus::TimedOut);
    let rows: Vec<Vec<BTreeMap<String, String>>> = page
        .rows
        .iter()
        .map(|row| row.iter().cloned().map(|cell| [cell].into()).collect())
        .collect();
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    Ok(wire::GetQueryResultsResponse {
        query_status: Some(status.as_str().to_owned()),
        query_statistics: Some(wire::QueryStatistics {
            results_count: Some(count),
            total_results_count: Some(query.results.iter().map(|part| part.rows).sum()),
            bytes_scanned: Some(query.costs.bytes),
        }),
        query_result_rows: is_there.then_some(rows),
        next_token: page
            .next
            .filter(|_| is_there)
            .map(|next| call.next_token(&query.id, &next)),
        error_message: query.error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_found_in_its_part() {
        let part = |segment: &str, rows| ResultPart {
            segment: segment.to_owned(),
            size: 1,
            rows,
        };
        let parts = [part("a", 2), part("b", 1), part("c", 3)];
        let cases = [
            (0, Some(("a", 0))),
            (1, Some(("a", 1))),
            (2, Some(("b", 0))),
            (3, Some(("c", 0))),
            (5, Some(("c", 2))),
            (6, None),
        ];
        for (row, want) in cases {
            let found = part_of(&parts, row).map(|(part, at)| (part.segment.as_str(), at));
            assert_eq!(found, want, "{row}");
        }
        assert!(part_of(&[], 0).is_none());
    }

    #[test]
    fn rows_are_read_as_they_were_kept() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let cases = [
            (
                r#"[{"eventName":"CreateUser"},{"errorCode":null},{"eventName":""}]"#,
                Some(vec![
                    pair("eventName", "CreateUser"),
                    pair("errorCode", ""),
                    pair("eventName", ""),
                ]),
            ),
            ("[]", Some(vec![])),
            (r#"[{}]"#, None),
            (r#"[{"a":1}]"#, None),
            ("{}", None),
            ("", None),
        ];
        for (line, want) in cases {
            assert_eq!(row_of(line), want, "{line}");
        }
    }
}
