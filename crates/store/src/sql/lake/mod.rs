mod channel;
mod import;
mod query;
mod record;

use atrium_model::lake::{EventDataStore, StoreVersion};
use atrium_model::{AccountId, Region, Timestamp};

use crate::StoreError;
use crate::connection::Row;
use crate::ports::LakeTx;
use crate::sql::json;
use crate::tx::{SqlTx, values};

fn store(row: &Row<'_>) -> Result<EventDataStore, StoreError> {
    Ok(EventDataStore {
        account: row.parsed(0)?,
        id: row.text(1)?,
        region: row.parsed(2)?,
        name: row.text(3)?,
        settings: row.json(4)?,
        status: row.parsed(5)?,
        tags: row.json(6)?,
        created: row.time(7)?,
        updated: row.time(8)?,
        ends: row.opt_time(9)?,
    })
}

fn version(row: &Row<'_>) -> Result<StoreVersion, StoreError> {
    Ok(StoreVersion {
        account: row.parsed(0)?,
        store: row.text(1)?,
        since: row.time(2)?,
        plan: row.json(3)?,
    })
}

impl LakeTx for SqlTx<'_> {
    fn insert_event_data_store(&mut self, store: &EventDataStore) -> Result<(), StoreError> {
        self.insert(
            "event data store name",
            "INSERT INTO lake_store (account, id, region, name, settings, status, tags, created, updated, ends)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
            values![
                store.account.as_str(),
                &store.id,
                store.region.as_str(),
                &store.name,
                &json(&store.settings)?,
                store.status.as_str(),
                &json(&store.tags)?,
                store.created,
                store.updated,
                store.ends
            ],
        )
    }

    fn event_data_store(
        &mut self,
        account: &AccountId,
        id: &str,
    ) -> Result<Option<EventDataStore>, StoreError> {
        self.row(
            "SELECT account, id, region, name, settings, status, tags, created, updated, ends
             FROM lake_store WHERE account = $1 AND id = $2",
            values![account.as_str(), id],
            store,
        )
    }

    fn update_event_data_store(&mut self, store: &EventDataStore) -> Result<bool, StoreError> {
        let (account, id, region) = (&store.account, &store.id, &store.region);
        let others = self.number(
            "SELECT COUNT(*) FROM lake_store WHERE account = $1 AND region = $2 AND name = $3 AND id <> $4",
            values![account.as_str(), region.as_str(), &store.name, id],
        )?;
        if others > 0 {
            return Err(StoreError::Duplicate("event data store name"));
        }
        let changed = self.execute(
            "UPDATE lake_store SET name = $3, settings = $4, status = $5, tags = $6, updated = $7, ends = $8
             WHERE account = $1 AND id = $2",
            values![
                account.as_str(),
                id,
                &store.name,
                &json(&store.settings)?,
                store.status.as_str(),
                &json(&store.tags)?,
                store.updated,
                store.ends
            ],
        )?;
        Ok(changed > 0)
    }

    fn delete_event_data_store(&mut self, account: &AccountId, id: &str) -> Result<(), StoreError> {
        for statement in [
            "DELETE FROM lake_version WHERE account = $1 AND store = $2",
            "DELETE FROM lake_pending WHERE account = $1 AND store = $2",
            "DELETE FROM lake_backlog WHERE account = $1 AND store = $2",
            "DELETE FROM lake_import_failure WHERE (account, import) IN
             (SELECT account, id FROM lake_import WHERE owner = $1 AND store = $2)",
            "DELETE FROM lake_import WHERE owner = $1 AND store = $2",
            "DELETE FROM lake_channel_store WHERE account = $1 AND store = $2",
            "DELETE FROM lake_store WHERE account = $1 AND id = $2",
        ] {
            self.execute(statement, values![account.as_str(), id])?;
        }
        Ok(())
    }

    fn event_data_stores(
        &mut self,
        account: &AccountId,
        region: &Region,
        after: &str,
        limit: i64,
    ) -> Result<Vec<EventDataStore>, StoreError> {
        self.rows(
            "SELECT account, id, region, name, settings, status, tags, created, updated, ends
             FROM lake_store WHERE account = $1 AND id > $3 AND region = $2 ORDER BY id LIMIT $4",
            values![account.as_str(), region.as_str(), after, limit],
            store,
        )
    }

    fn count_event_data_stores(
        &mut self,
        account: &AccountId,
        region: &Region,
    ) -> Result<i64, StoreError> {
        self.number(
            "SELECT COUNT(*) FROM lake_store WHERE account = $1 AND region = $2 AND ends IS NULL",
            values![account.as_str(), region.as_str()],
        )
    }

    fn all_event_data_stores(
        &mut self,
        after: (&str, &str),
        limit: i64,
    ) -> Result<Vec<EventDataStore>, StoreError> {
        self.rows(
            "SELECT account, id, region, name, settings, status, tags, created, updated, ends
             FROM lake_store WHERE (account, id) > ($1, $2) ORDER BY account, id LIMIT $3",
            values![after.0, after.1, limit],
            store,
        )
    }

    fn put_store_version(&mut self, version: &StoreVersion) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO lake_version (account, store, since, plan) VALUES ($1, $2, $3, $4)
             ON CONFLICT (account, store, since) DO UPDATE SET plan = excluded.plan",
            values![
                version.account.as_str(),
                &version.store,
                version.since,
                &json(&version.plan)?
            ],
        )?;
        Ok(())
    }

    fn newest_store_version(
        &mut self,
        account: &AccountId,
        store: &str,
    ) -> Result<Option<Timestamp>, StoreError> {
        self.row(
            "SELECT since FROM lake_version WHERE account = $1 AND store = $2 ORDER BY since DESC LIMIT 1",
            values![account.as_str(), store],
            |row| row.time(0),
        )
    }

    fn store_versions(
        &mut self,
        after: (&str, &str, Timestamp),
        limit: i64,
    ) -> Result<Vec<StoreVersion>, StoreError> {
        self.rows(
            "SELECT account, store, since, plan FROM lake_version WHERE (account, store, since) > ($1, $2, $3)
             ORDER BY account, store, since LIMIT $4",
            values![after.0, after.1, after.2, limit],
            version,
        )
    }

    fn delete_store_version(&mut self, version: &StoreVersion) -> Result<(), StoreError> {
        self.execute(
            "DELETE FROM lake_version WHERE account = $1 AND store = $2 AND since = $3",
            values![version.account.as_str(), &version.store, version.since],
        )?;
        Ok(())
    }
}
