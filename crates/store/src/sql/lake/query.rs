use atrium_model::lake::{Query, QueryStatus};
use atrium_model::{AccountId, Timestamp};

use crate::StoreError;
use crate::connection::Row;
use crate::ports::{QueryEntry, QueryList, QueryTx};
use crate::sql::json;
use crate::tx::{SqlTx, values};

fn query(row: &Row<'_>) -> Result<Query, StoreError> {
    Ok(Query {
        account: row.parsed(0)?,
        id: row.text(1)?,
        region: row.parsed(2)?,
        statement: row.text(3)?,
        stores: row.json(4)?,
        status: row.parsed(5)?,
        created: row.time(6)?,
        runs: row.int(7)?,
        results: row.json(8)?,
        costs: row.json(9)?,
        error: row.opt_text(10)?,
        delivery: row.opt_text(11)?,
        delivery_status: row.opt_parsed(12)?,
        people: row.opt_json(13)?,
    })
}

/// A query of queries, with its conditions.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT q.account, q.id, q.region, q.statement, q.stores, q.status, q.created, q.runs, q.results, q.costs,
             q.error, q.delivery, q.delivery_status, q.people FROM lake_query q ",
            $rest
        )
    };
}

impl QueryTx for SqlTx<'_> {
    fn insert_query(&mut self, query: &Query) -> Result<(), StoreError> {
        self.insert(
            "query",
            "INSERT INTO lake_query (account, id, region, statement, stores, status, created, due, runs, results, costs,
             error, delivery, delivery_status, people)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10, $11, $12, $13, $14)
             ON CONFLICT DO NOTHING",
            values![
                query.account.as_str(),
                &query.id,
                query.region.as_str(),
                &query.statement,
                &json(&query.stores)?,
                query.status.as_str(),
                query.created,
                query.runs,
                &json(&query.results)?,
                &json(&query.costs)?,
                query.error.as_ref(),
                query.delivery.as_ref(),
                query.delivery_status.map(|status| status.as_str()),
                query.people.as_ref().map(json).transpose()?.as_ref()
            ],
        )?;
        for (_, store) in &query.stores {
            self.execute(
                "INSERT INTO lake_query_store (account, store, created, query) VALUES ($1, $2, $3, $4)
                 ON CONFLICT DO NOTHING",
                values![query.account.as_str(), store, query.created, &query.id],
            )?;
        }
        Ok(())
    }

    fn query(&mut self, account: &AccountId, id: &str) -> Result<Option<Query>, StoreError> {
        self.row(
            select!("WHERE q.account = $1 AND q.id = $2"),
            values![account.as_str(), id],
            query,
        )
    }

    fn count_active_queries(&mut self, account: &AccountId) -> Result<i64, StoreError> {
        self.number(
            "SELECT COUNT(*) FROM lake_query WHERE account = $1 AND due IS NOT NULL",
            values![account.as_str()],
        )
    }

    fn queries(&mut self, list: &QueryList) -> Result<Vec<QueryEntry>, StoreError> {
        let far = (Timestamp::from_millis(i64::MAX), String::new());
        let (time, id) = list.after.as_ref().unwrap_or(&far);
        self.rows(
            "SELECT q.id, q.status, q.created FROM lake_query q
             JOIN lake_query_store s ON s.account = q.account AND s.query = q.id
             WHERE s.account = $1 AND s.store = $2 AND s.created >= $3 AND s.created <= $4
             AND (s.created, s.query) < ($5, $6) AND (CAST($7 AS TEXT) IS NULL OR q.status = $7)
             ORDER BY s.created DESC, s.query DESC LIMIT $8",
            values![
                list.account.as_str(),
                &list.store,
                list.from,
                list.to,
                *time,
                id,
                list.status.map(QueryStatus::as_str),
                list.limit
            ],
            |row| {
                Ok(QueryEntry {
                    id: row.text(0)?,
                    status: row.parsed(1)?,
                    created: row.time(2)?,
                })
            },
        )
    }

    fn due_queries(&mut self, now: Timestamp, limit: i64) -> Result<Vec<Query>, StoreError> {
        self.rows(
            select!("WHERE q.due <= $1 ORDER BY q.due, q.account, q.id LIMIT $2"),
            values![now, limit],
            query,
        )
    }

    fn claim_query(
        &mut self,
        query: &Query,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let claimed = self.execute(
            "UPDATE lake_query SET status = 'RUNNING', runs = runs + 1, due = $5
             WHERE account = $1 AND id = $2 AND runs = $3 AND due <= $4",
            values![query.account.as_str(), &query.id, query.runs, now, until],
        )?;
        Ok(claimed > 0)
    }

    fn extend_query(
        &mut self,
        account: &AccountId,
        id: &str,
        run: i64,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let extended = self.execute(
            "UPDATE lake_query SET due = $4 WHERE account = $1 AND id = $2 AND runs = $3 AND status = 'RUNNING'",
            values![account.as_str(), id, run, until],
        )?;
        Ok(extended > 0)
    }

    fn end_query(&mut self, query: &Query, from: (QueryStatus, i64)) -> Result<bool, StoreError> {
        let ended = self.execute(
            "UPDATE lake_query SET status = $5, due = NULL, results = $6, costs = $7, error = $8, delivery_status = $9
             WHERE account = $1 AND id = $2 AND status = $3 AND runs = $4",
            values![
                query.account.as_str(),
                &query.id,
                from.0.as_str(),
                from.1,
                query.status.as_str(),
                &json(&query.results)?,
                &json(&query.costs)?,
                query.error.as_ref(),
                query.delivery_status.map(|status| status.as_str())
            ],
        )?;
        Ok(ended > 0)
    }

    fn old_queries(&mut self, before: Timestamp, limit: i64) -> Result<Vec<Query>, StoreError> {
        self.rows(
            select!("WHERE q.created < $1 ORDER BY q.created, q.account, q.id LIMIT $2"),
            values![before, limit],
            query,
        )
    }

    fn delete_query(&mut self, query: &Query) -> Result<(), StoreError> {
        for (_, store) in &query.stores {
            self.execute(
                "DELETE FROM lake_query_store WHERE account = $1 AND store = $2 AND created = $3 AND query = $4",
                values![query.account.as_str(), store, query.created, &query.id],
            )?;
        }
        self.execute(
            "DELETE FROM lake_query WHERE account = $1 AND id = $2",
            values![query.account.as_str(), &query.id],
        )?;
        Ok(())
    }
}
