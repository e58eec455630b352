use atrium_model::lake::{Channel, ChannelPut};
use atrium_model::{AccountId, Region, Timestamp};

use super::json;
use crate::StoreError;
use crate::connection::Row;
use crate::ports::ChannelTx;
use crate::tx::{SqlTx, values};

fn channel(row: &Row<'_>) -> Result<Channel, StoreError> {
    Ok(Channel {
        account: row.parsed(0)?,
        id: row.text(1)?,
        region: row.parsed(2)?,
        name: row.text(3)?,
        source: row.text(4)?,
        stores: row.json(5)?,
        tags: row.json(6)?,
        policy: row.opt_text(7)?,
        ingestion: row.json(8)?,
        created: row.time(9)?,
    })
}

impl SqlTx<'_> {
    fn link_channel(&mut self, channel: &Channel) -> Result<(), StoreError> {
        for store in &channel.stores {
            self.execute(
                "INSERT INTO lake_channel_store (account, store, channel) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                values![channel.account.as_str(), store, &channel.id],
            )?;
        }
        Ok(())
    }

    fn unlink_channel(&mut self, channel: &Channel) -> Result<(), StoreError> {
        for store in &channel.stores {
            self.execute(
                "DELETE FROM lake_channel_store WHERE account = $1 AND store = $2 AND channel = $3",
                values![channel.account.as_str(), store, &channel.id],
            )?;
        }
        Ok(())
    }
}

impl ChannelTx for SqlTx<'_> {
    fn insert_channel(&mut self, channel: &Channel) -> Result<(), StoreError> {
        self.insert(
            "channel name or source",
            "INSERT INTO lake_channel (account, id, region, name, source, stores, tags, policy, ingestion, created)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
            values![
                channel.account.as_str(),
                &channel.id,
                channel.region.as_str(),
                &channel.name,
                &channel.source,
                &json(&channel.stores)?,
                &json(&channel.tags)?,
                channel.policy.as_ref(),
                &json(&channel.ingestion)?,
                channel.created
            ],
        )?;
        self.link_channel(channel)
    }

    fn channel(&mut self, account: &AccountId, id: &str) -> Result<Option<Channel>, StoreError> {
        self.row(
            "SELECT account, id, region, name, source, stores, tags, policy, ingestion, created
             FROM lake_channel WHERE account = $1 AND id = $2",
            values![account.as_str(), id],
            channel,
        )
    }

    fn update_channel(&mut self, channel: &Channel) -> Result<bool, StoreError> {
        let (account, id) = (channel.account.as_str(), &channel.id);
        let Some(before) = self.channel(&channel.account, id)? else {
            return Ok(false);
        };
        let others = self.number(
            "SELECT COUNT(*) FROM lake_channel WHERE account = $1 AND region = $2 AND name = $3 AND id <> $4",
            values![account, channel.region.as_str(), &channel.name, id],
        )?;
        if others > 0 {
            return Err(StoreError::Duplicate("channel name"));
        }
        self.execute(
            "UPDATE lake_channel SET name = $3, stores = $4, tags = $5, policy = $6, ingestion = $7
             WHERE account = $1 AND id = $2",
            values![
                account,
                id,
                &channel.name,
                &json(&channel.stores)?,
                &json(&channel.tags)?,
                channel.policy.as_ref(),
                &json(&channel.ingestion)?
            ],
        )?;
        if before.stores != channel.stores {
            self.unlink_channel(&before)?;
            self.link_channel(channel)?;
        }
        Ok(true)
    }

    fn delete_channel(&mut self, channel: &Channel) -> Result<(), StoreError> {
        self.unlink_channel(channel)?;
        let (account, id) = (channel.account.as_str(), &channel.id);
        self.execute(
            "DELETE FROM lake_channel WHERE account = $1 AND id = $2",
            values![account, id],
        )?;
        Ok(())
    }

    fn channels(
        &mut self,
        account: &AccountId,
        region: &Region,
        after: &str,
        limit: i64,
    ) -> Result<Vec<Channel>, StoreError> {
        self.rows(
            "SELECT account, id, region, name, source, stores, tags, policy, ingestion, created
             FROM lake_channel WHERE account = $1 AND id > $3 AND region = $2 ORDER BY id LIMIT $4",
            values![account.as_str(), region.as_str(), after, limit],
            channel,
        )
    }

    fn count_channels(&mut self, account: &AccountId, region: &Region) -> Result<i64, StoreError> {
        self.number(
            "SELECT COUNT(*) FROM lake_channel WHERE account = $1 AND region = $2",
            values![account.as_str(), region.as_str()],
        )
    }

    fn has_channel(&mut self, account: &AccountId, store: &str) -> Result<bool, StoreError> {
        let found = self.row(
            "SELECT channel FROM lake_channel_store WHERE account = $1 AND store = $2 LIMIT 1",
            values![account.as_str(), store],
            |row| row.text(0),
        )?;
        Ok(found.is_some())
    }

    fn put_channel_event(&mut self, put: &ChannelPut) -> Result<Option<String>, StoreError> {
        let (account, channel) = (put.account.as_str(), &put.channel);
        let inserted = self.execute(
            "INSERT INTO lake_channel_put (account, channel, source_id, event_id, until) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT DO NOTHING",
            values![account, channel, &put.source_id, &put.event_id, put.until],
        )?;
        if inserted > 0 {
            return Ok(None);
        }
        self.row(
            "SELECT event_id FROM lake_channel_put WHERE account = $1 AND channel = $2 AND source_id = $3",
            values![account, channel, &put.source_id],
            |row| row.text(0),
        )
    }

    fn may_forget_channel_events(&mut self, now: Timestamp) -> Result<bool, StoreError> {
        let old = self.row(
            "SELECT channel FROM lake_channel_put WHERE until <= $1 LIMIT 1",
            values![now],
            |row| row.text(0),
        )?;
        Ok(old.is_some())
    }

    fn forget_channel_events(&mut self, now: Timestamp, limit: i64) -> Result<u64, StoreError> {
        let old = self.rows(
            "SELECT account, channel, source_id FROM lake_channel_put WHERE until <= $1 ORDER BY until LIMIT $2",
            values![now, limit],
            |row| Ok((row.text(0)?, row.text(1)?, row.text(2)?)),
        )?;
        let mut forgotten = 0;
        for (account, channel, source_id) in &old {
            forgotten += self.execute(
                "DELETE FROM lake_channel_put WHERE account = $1 AND channel = $2 AND source_id = $3",
                values![account, channel, source_id],
            )?;
        }
        Ok(forgotten)
    }
}
