use atrium_model::trail::{DigestChain, DigestKey, TrailFile, TrailVersion};
use atrium_model::{AccountId, Region, Timestamp};

use super::digest;
use crate::StoreError;
use crate::connection::Row;
use crate::ports::DeliveryTx;
use crate::sql::json;
use crate::tx::{SqlTx, values};

fn version(row: &Row<'_>) -> Result<TrailVersion, StoreError> {
    Ok(TrailVersion {
        account: row.parsed(0)?,
        trail: row.text(1)?,
        since: row.time(2)?,
        plan: row.json(3)?,
    })
}

fn file(row: &Row<'_>) -> Result<TrailFile, StoreError> {
    Ok(TrailFile {
        account: row.parsed(0)?,
        trail: row.text(1)?,
        bucket: row.text(2)?,
        name: row.text(3)?,
        recipient: row.parsed(4)?,
        region: row.parsed(5)?,
        segment: row.text(6)?,
        size: row.int(7)?,
        md5: row.text(8)?,
        hash: row.text(9)?,
        oldest: row.time(10)?,
        newest: row.time(11)?,
        cut: row.time(12)?,
        chain: row
            .opt_text(13)?
            .map(|text| serde_json::from_str(&text).map_err(StoreError::corrupt))
            .transpose()?,
        tries: row.int(14)?,
        topic: row.opt_text(15)?,
    })
}

impl DeliveryTx for SqlTx<'_> {
    fn put_trail_version(&mut self, version: &TrailVersion) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO trail_version (account, trail, since, plan) VALUES ($1, $2, $3, $4)
             ON CONFLICT (account, trail, since) DO UPDATE SET plan = excluded.plan",
            values![
                version.account.as_str(),
                &version.trail,
                version.since,
                &json(&version.plan)?
            ],
        )?;
        Ok(())
    }

    fn newest_trail_version(
        &mut self,
        account: &AccountId,
        trail: &str,
    ) -> Result<Option<Timestamp>, StoreError> {
        self.row(
            "SELECT since FROM trail_version WHERE account = $1 AND trail = $2 ORDER BY since DESC LIMIT 1",
            values![account.as_str(), trail],
            |row| row.time(0),
        )
    }

    fn trail_versions(
        &mut self,
        after: (&str, &str, Timestamp),
        limit: i64,
    ) -> Result<Vec<TrailVersion>, StoreError> {
        self.rows(
            "SELECT account, trail, since, plan FROM trail_version WHERE (account, trail, since) > ($1, $2, $3)
             ORDER BY account, trail, since LIMIT $4",
            values![after.0, after.1, after.2, limit],
            version,
        )
    }

    fn delete_trail_version(&mut self, version: &TrailVersion) -> Result<(), StoreError> {
        self.execute(
            "DELETE FROM trail_version WHERE account = $1 AND trail = $2 AND since = $3",
            values![version.account.as_str(), &version.trail, version.since],
        )?;
        Ok(())
    }

    fn insert_trail_file(&mut self, file: &TrailFile) -> Result<(), StoreError> {
        let chain = file.chain.as_ref().map(json).transpose()?;
        self.insert(
            "trail file",
            "INSERT INTO trail_file (account, trail, bucket, name, recipient, region, segment, size, md5, hash, oldest,
             newest, cut, chain, tries, due, topic) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
             $14, $15, $13, $16) ON CONFLICT DO NOTHING",
            values![
                file.account.as_str(),
                &file.trail,
                &file.bucket,
                &file.name,
                file.recipient.as_str(),
                file.region.as_str(),
                &file.segment,
                file.size,
                &file.md5,
                &file.hash,
                file.oldest,
                file.newest,
                file.cut,
                chain.as_ref(),
                file.tries,
                file.topic.as_ref()
            ],
        )
    }

    fn due_trail_files(
        &mut self,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<TrailFile>, StoreError> {
        self.rows(
            "SELECT account, trail, bucket, name, recipient, region, segment, size, md5, hash, oldest, newest, cut, chain,
             tries, topic FROM trail_file WHERE due <= $1 ORDER BY due, name LIMIT $2",
            values![now, limit],
            file,
        )
    }

    fn put_off_trail_file(&mut self, file: &TrailFile, due: Timestamp) -> Result<(), StoreError> {
        self.execute(
            "UPDATE trail_file SET due = $5, tries = tries + 1
             WHERE account = $1 AND trail = $2 AND bucket = $3 AND name = $4",
            values![
                file.account.as_str(),
                &file.trail,
                &file.bucket,
                &file.name,
                due
            ],
        )?;
        Ok(())
    }

    fn place_trail_file(&mut self, file: &TrailFile) -> Result<(), StoreError> {
        self.execute(
            "UPDATE trail_file SET due = NULL WHERE account = $1 AND trail = $2 AND bucket = $3 AND name = $4",
            values![file.account.as_str(), &file.trail, &file.bucket, &file.name],
        )?;
        Ok(())
    }

    fn delete_trail_file(&mut self, file: &TrailFile) -> Result<(), StoreError> {
        self.execute(
            "DELETE FROM trail_file WHERE account = $1 AND trail = $2 AND bucket = $3 AND name = $4",
            values![file.account.as_str(), &file.trail, &file.bucket, &file.name],
        )?;
        Ok(())
    }

    fn undigested_trail_files(
        &mut self,
        chain: &DigestChain,
        limit: i64,
    ) -> Result<Vec<TrailFile>, StoreError> {
        self.rows(
            "SELECT account, trail, bucket, name, recipient, region, segment, size, md5, hash, oldest, newest, cut, chain,
             tries, topic FROM trail_file WHERE account = $1 AND trail = $2 AND recipient = $3 AND region = $4
             AND due IS NULL ORDER BY name LIMIT $5",
            values![
                chain.account.as_str(),
                &chain.trail,
                chain.recipient.as_str(),
                chain.region.as_str(),
                limit
            ],
            file,
        )
    }

    fn begin_digest_chain(&mut self, chain: &DigestChain) -> Result<(), StoreError> {
        let previous = chain.previous.as_ref().map(json).transpose()?;
        self.execute(
            "INSERT INTO trail_digest (account, trail, recipient, region, plan, start, due, previous)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
            values![
                chain.account.as_str(),
                &chain.trail,
                chain.recipient.as_str(),
                chain.region.as_str(),
                &json(&chain.plan)?,
                chain.start,
                chain.due,
                previous.as_ref()
            ],
        )?;
        Ok(())
    }

    fn due_digest_chains(
        &mut self,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<DigestChain>, StoreError> {
        self.rows(
            "SELECT account, trail, recipient, region, plan, start, due, previous FROM trail_digest
             WHERE due <= $1 ORDER BY due, account, trail, recipient, region LIMIT $2",
            values![now, limit],
            digest::chain,
        )
    }

    fn advance_digest_chain(
        &mut self,
        from: &DigestChain,
        to: &DigestChain,
    ) -> Result<bool, StoreError> {
        let previous = to.previous.as_ref().map(json).transpose()?;
        let changed = self.execute(
            "UPDATE trail_digest SET plan = $7, start = $8, due = $9, previous = $10
             WHERE account = $1 AND trail = $2 AND recipient = $3 AND region = $4 AND start = $5 AND due = $6",
            values![
                from.account.as_str(),
                &from.trail,
                from.recipient.as_str(),
                from.region.as_str(),
                from.start,
                from.due,
                &json(&to.plan)?,
                to.start,
                to.due,
                previous.as_ref()
            ],
        )?;
        Ok(changed > 0)
    }

    fn end_digest_chain(&mut self, chain: &DigestChain) -> Result<bool, StoreError> {
        let gone = self.execute(
            "DELETE FROM trail_digest
             WHERE account = $1 AND trail = $2 AND recipient = $3 AND region = $4 AND start = $5 AND due = $6",
            values![
                chain.account.as_str(),
                &chain.trail,
                chain.recipient.as_str(),
                chain.region.as_str(),
                chain.start,
                chain.due
            ],
        )?;
        Ok(gone > 0)
    }

    fn insert_digest_key(&mut self, key: &DigestKey) -> Result<(), StoreError> {
        self.insert(
            "digest key",
            "INSERT INTO digest_key (region, since, until, fingerprint, public_key, sealed)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
            values![
                key.region.as_str(),
                key.since,
                key.until,
                &key.fingerprint,
                &key.public,
                &key.sealed
            ],
        )
    }

    fn digest_keys(
        &mut self,
        region: &Region,
        from: Timestamp,
        to: Timestamp,
        after: Option<Timestamp>,
        limit: i64,
    ) -> Result<Vec<DigestKey>, StoreError> {
        let after = after.unwrap_or(Timestamp::from_millis(i64::MIN));
        self.rows(
            "SELECT region, fingerprint, public_key, sealed, since, until FROM digest_key
             WHERE region = $1 AND since <= $3 AND until >= $2 AND since > $4 ORDER BY since LIMIT $5",
            values![region.as_str(), from, to, after, limit],
            digest::key,
        )
    }
}
