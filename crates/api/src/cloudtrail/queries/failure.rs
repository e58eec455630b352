//! CloudTrail's codes and texts for what can go wrong with queries.

use atrium_trail::queries::QueryRuleError;
use atrium_wire::WireError;

use crate::call::store_failure;
use crate::cloudtrail::stores;

/// The answer to an error of the queries' rules.
pub(super) fn failure(error: QueryRuleError) -> WireError {
    let (code, message) = match error {
        QueryRuleError::Statement(why) => ("InvalidQueryStatementException", why),
        QueryRuleError::NotFound(id) => (
            "QueryIdNotFoundException",
            format!("The query {id} does not exist."),
        ),
        QueryRuleError::Inactive(id) => (
            "InactiveQueryException",
            format!("The query {id} is not active."),
        ),
        QueryRuleError::TooMany(most) => (
            "MaxConcurrentQueriesException",
            format!("You are already running the maximum number of concurrent queries, {most}."),
        ),
        QueryRuleError::DateRange => (
            "InvalidDateRangeException",
            "The time range is not valid: the start time occurs after the end time.".to_owned(),
        ),
        QueryRuleError::EventDataStore(error) => return stores::failure(error),
        QueryRuleError::Delivery(error) => return crate::cloudtrail::failure::failure(error),
        QueryRuleError::Store(error) => return store_failure(error),
    };
    WireError::new(code, message)
}

/// Parameters that belong to what Atrium does not have.
pub(super) fn not_offered(what: &str) -> WireError {
    WireError::new(
        "UnsupportedOperationException",
        format!("{what} belongs to dashboards and generated queries, which are not offered here."),
    )
}
