use atrium_store::StoreError;

use crate::stores::StoreRuleError;
use crate::trails::TrailError;

/// Why something can't be done with a query.
#[derive(Debug, thiserror::Error)]
pub enum QueryRuleError {
    /// The statement is none that the lake answers.
    #[error("{0}")]
    Statement(String),
    /// There is no such query, or none that the caller may see.
    #[error("there is no query `{0}`")]
    NotFound(String),
    /// The query is over.
    #[error("query `{0}` is not active")]
    Inactive(String),
    /// As many queries as may be are not over yet.
    #[error("{0} queries are running already")]
    TooMany(i64),
    /// The range ends before it begins.
    #[error("the time range ends before it begins")]
    DateRange,
    /// Something is wrong with an event data store.
    #[error(transparent)]
    EventDataStore(#[from] StoreRuleError),
    /// Something is wrong with where the answer shall go.
    #[error(transparent)]
    Delivery(#[from] TrailError),
    /// The store failed.
    #[error("could not read or change the queries")]
    Store(#[from] StoreError),
}
