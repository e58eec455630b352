use atrium_model::lake::LakeFile;
use atrium_model::{AccountId, Timestamp};

use crate::StoreError;
use crate::connection::Row;
use crate::ports::{Backlog, BacklogLimits, EventPosition, LakeDay, LakeRecordTx, PendingRecord};
use crate::tx::{SqlTx, values};

fn pending(row: &Row<'_>) -> Result<PendingRecord, StoreError> {
    Ok(PendingRecord {
        account: row.parsed(0)?,
        store: row.text(1)?,
        position: EventPosition {
            transaction: row.int(2)?,
            number: row.int(3)?,
        },
        day: row.text(4)?,
        record: row.text(5)?,
    })
}

fn backlog(row: &Row<'_>) -> Result<Backlog, StoreError> {
    Ok(Backlog {
        account: row.parsed(0)?,
        store: row.text(1)?,
        records: row.int(2)?,
        bytes: row.int(3)?,
        since: row.time(4)?,
    })
}

fn file(row: &Row<'_>) -> Result<LakeFile, StoreError> {
    Ok(LakeFile {
        account: row.parsed(0)?,
        store: row.text(1)?,
        day: row.text(2)?,
        name: row.text(3)?,
        records: row.int(4)?,
        bytes: row.int(5)?,
        made: row.time(6)?,
    })
}

fn length(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

impl LakeRecordTx for SqlTx<'_> {
    fn append_pending(
        &mut self,
        records: &[PendingRecord],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let Some(first) = records.first() else {
            return Ok(());
        };
        for record in records {
            self.insert(
                "pending record",
                "INSERT INTO lake_pending (account, store, txid, number, day, record) VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT DO NOTHING",
                values![
                    record.account.as_str(),
                    &record.store,
                    record.position.transaction,
                    record.position.number,
                    &record.day,
                    &record.record
                ],
            )?;
        }
        let bytes: usize = records.iter().map(|record| record.record.len()).sum();
        self.execute(
            "INSERT INTO lake_backlog (account, store, records, bytes, since, busy) VALUES ($1, $2, $3, $4, $5, 0)
             ON CONFLICT (account, store) DO UPDATE SET records = lake_backlog.records + excluded.records,
             bytes = lake_backlog.bytes + excluded.bytes",
            values![
                first.account.as_str(),
                &first.store,
                length(records.len()),
                length(bytes),
                now
            ],
        )?;
        Ok(())
    }

    fn pending_records(
        &mut self,
        account: &AccountId,
        store: &str,
        after: EventPosition,
        limit: i64,
    ) -> Result<Vec<PendingRecord>, StoreError> {
        self.rows(
            "SELECT account, store, txid, number, day, record FROM lake_pending
             WHERE account = $1 AND store = $2 AND (txid, number) > ($3, $4) ORDER BY txid, number LIMIT $5",
            values![
                account.as_str(),
                store,
                after.transaction,
                after.number,
                limit
            ],
            pending,
        )
    }

    fn backlog(&mut self, account: &AccountId, store: &str) -> Result<Option<Backlog>, StoreError> {
        self.row(
            "SELECT account, store, records, bytes, since FROM lake_backlog WHERE account = $1 AND store = $2",
            values![account.as_str(), store],
            backlog,
        )
    }

    fn due_backlogs(
        &mut self,
        now: Timestamp,
        limits: BacklogLimits,
        limit: i64,
    ) -> Result<Vec<Backlog>, StoreError> {
        self.rows(
            "SELECT account, store, records, bytes, since FROM lake_backlog
             WHERE busy <= $1 AND (since <= $2 OR records >= $3 OR bytes >= $4) ORDER BY account, store LIMIT $5",
            values![now, limits.before, limits.records, limits.bytes, limit],
            backlog,
        )
    }

    fn claim_backlog(
        &mut self,
        account: &AccountId,
        store: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let claimed = self.execute(
            "UPDATE lake_backlog SET busy = $4 WHERE account = $1 AND store = $2 AND busy <= $3",
            values![account.as_str(), store, now, until],
        )?;
        Ok(claimed > 0)
    }

    fn take_pending(
        &mut self,
        backlog: &Backlog,
        to: EventPosition,
        records: i64,
        bytes: i64,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (account, store) = (backlog.account.as_str(), &backlog.store);
        // First, so that whoever adds records meanwhile waits for this, and not this for them.
        self.execute(
            "UPDATE lake_backlog SET records = records - $3, bytes = bytes - $4, since = $5, busy = 0
             WHERE account = $1 AND store = $2",
            values![account, store, records, bytes, now],
        )?;
        let gone = self.execute(
            "DELETE FROM lake_pending WHERE account = $1 AND store = $2 AND (txid, number) <= ($3, $4)",
            values![account, store, to.transaction, to.number],
        )?;
        if i64::try_from(gone) != Ok(records) {
            return Err(StoreError::Conflict);
        }
        self.execute(
            "DELETE FROM lake_backlog WHERE account = $1 AND store = $2 AND records <= 0",
            values![account, store],
        )?;
        Ok(())
    }

    fn insert_lake_file(&mut self, file: &LakeFile) -> Result<(), StoreError> {
        let held = self.execute(
            "DELETE FROM lake_loose WHERE path = $1 AND due > $2",
            values![&file.path(), file.made],
        )?;
        if held == 0 {
            return Err(StoreError::Conflict);
        }
        self.insert(
            "lake file",
            "INSERT INTO lake_file (account, store, day, name, records, bytes, made) VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT DO NOTHING",
            values![
                file.account.as_str(),
                &file.store,
                &file.day,
                &file.name,
                file.records,
                file.bytes,
                file.made
            ],
        )
    }

    fn lake_files(
        &mut self,
        account: &AccountId,
        store: &str,
        after: (&str, &str),
        limit: i64,
    ) -> Result<Vec<LakeFile>, StoreError> {
        self.rows(
            "SELECT account, store, day, name, records, bytes, made FROM lake_file
             WHERE account = $1 AND store = $2 AND (day, name) > ($3, $4) ORDER BY day, name LIMIT $5",
            values![account.as_str(), store, after.0, after.1, limit],
            file,
        )
    }

    fn delete_lake_file(&mut self, file: &LakeFile, due: Timestamp) -> Result<bool, StoreError> {
        let gone = self.execute(
            "DELETE FROM lake_file WHERE account = $1 AND store = $2 AND day = $3 AND name = $4",
            values![file.account.as_str(), &file.store, &file.day, &file.name],
        )?;
        if gone > 0 {
            self.announce_lake_file(&file.path(), due)?;
        }
        Ok(gone > 0)
    }

    fn scattered_days(
        &mut self,
        bytes: i64,
        many: i64,
        after: Option<&LakeDay>,
        limit: i64,
    ) -> Result<Vec<LakeDay>, StoreError> {
        let (account, store, day) = after.map_or(("", "", ""), |after| {
            (after.account.as_str(), &after.store, &after.day)
        });
        self.rows(
            "SELECT account, store, day FROM lake_file WHERE bytes < $1 AND (account, store, day) > ($4, $5, $6)
             GROUP BY account, store, day HAVING COUNT(*) >= $2 ORDER BY account, store, day LIMIT $3",
            values![bytes, many, limit, account, store, day],
            |row| {
                Ok(LakeDay {
                    account: row.parsed(0)?,
                    store: row.text(1)?,
                    day: row.text(2)?,
                })
            },
        )
    }

    fn lake_files_of_day(
        &mut self,
        account: &AccountId,
        store: &str,
        day: &str,
        limit: i64,
    ) -> Result<Vec<LakeFile>, StoreError> {
        self.rows(
            "SELECT account, store, day, name, records, bytes, made FROM lake_file
             WHERE account = $1 AND store = $2 AND day = $3 ORDER BY name LIMIT $4",
            values![account.as_str(), store, day, limit],
            file,
        )
    }

    fn announce_lake_file(&mut self, path: &str, due: Timestamp) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO lake_loose (path, due) VALUES ($1, $2) ON CONFLICT (path) DO UPDATE SET due = excluded.due",
            values![path, due],
        )?;
        Ok(())
    }

    fn loose_lake_files(&mut self, now: Timestamp, limit: i64) -> Result<Vec<String>, StoreError> {
        self.rows(
            "SELECT path FROM lake_loose WHERE due <= $1 ORDER BY due, path LIMIT $2",
            values![now, limit],
            |row| row.text(0),
        )
    }

    fn forget_lake_files(&mut self, paths: &[String]) -> Result<(), StoreError> {
        for path in paths {
            self.execute("DELETE FROM lake_loose WHERE path = $1", values![path])?;
        }
        Ok(())
    }
}
