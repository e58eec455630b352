use atrium_model::OpContext;
use atrium_model::lake::{
    DeliveryStatus, EventDataStore, Query, QueryCosts, QueryPeople, QueryStatus,
};
use atrium_store::Tx;

use super::{QueryRuleError, delivery_place};
use crate::stores::{Quotas, StoreRuleError};

/// What StartQuery is asked for.
#[derive(Clone, Debug)]
pub struct NewQuery {
    /// `QueryStatement`.
    pub statement: String,
    /// The event data stores that it names, all of which the caller may query.
    pub stores: Vec<EventDataStore>,
    /// The people that it reads, all of whom the caller may list.
    pub people: Option<QueryPeople>,
    /// `DeliveryS3Uri`.
    pub delivery: Option<String>,
}

/// Keeps a query that a server shall answer.
pub fn start_query(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    quotas: &Quotas,
    new: NewQuery,
) -> Result<Query, QueryRuleError> {
    let account = &cx.caller.account;
    if let Some(store) = new.stores.iter().find(|store| store.is_deleted()) {
        return Err(StoreRuleError::Inactive(store.arn()).into());
    }
    if let Some(uri) = &new.delivery {
        delivery_place(uri)?.check(tx, account)?;
    }
    if tx.count_active_queries(account)? >= quotas.queries {
        return Err(QueryRuleError::TooMany(quotas.queries));
    }
    let query = Query {
        account: account.clone(),
        id: cx.new_uuid(),
        region: cx.region.clone(),
        statement: new.statement,
        stores: new
            .stores
            .into_iter()
            .map(|store| (store.account, store.id))
            .collect(),
        people: new.people,
        status: QueryStatus::Queued,
        created: cx.now(),
        runs: 0,
        results: Vec::new(),
        costs: QueryCosts::default(),
        error: None,
        delivery_status: new.delivery.as_ref().map(|_| DeliveryStatus::Pending),
        delivery: new.delivery,
    };
    tx.insert_query(&query)?;
    Ok(query)
}
