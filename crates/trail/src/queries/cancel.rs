use atrium_model::lake::{DeliveryStatus, Query, QueryStatus};
use atrium_store::{StoreError, Tx};

use super::QueryRuleError;

/// Cancels a query. Whoever is answering it finds out.
pub fn cancel_query(tx: &mut dyn Tx, mut query: Query) -> Result<Query, QueryRuleError> {
    if !query.status.is_active() {
        return Err(QueryRuleError::Inactive(query.id));
    }
    let from = (query.status, query.runs);
    query.status = QueryStatus::Cancelled;
    query.delivery_status = query.delivery_status.map(|_| DeliveryStatus::Cancelled);
    match tx.end_query(&query, from)? {
        true => Ok(query),
        false => Err(StoreError::Conflict.into()),
    }
}
