use atrium_model::lake::{Import, ImportFailure, ImportStatus};
use atrium_model::{AccountId, Timestamp};

use super::json;
use crate::StoreError;
use crate::connection::Row;
use crate::ports::{ImportList, ImportTx};
use crate::tx::{SqlTx, values};

fn import(row: &Row<'_>) -> Result<Import, StoreError> {
    Ok(Import {
        account: row.parsed(0)?,
        id: row.text(1)?,
        region: row.parsed(2)?,
        owner: row.parsed(3)?,
        store: row.text(4)?,
        source: row.json(5)?,
        from: row.opt_time(6)?,
        to: row.opt_time(7)?,
        status: row.parsed(8)?,
        created: row.time(9)?,
        updated: row.time(10)?,
        attempt: row.int(11)?,
        step: row.int(12)?,
        runs: row.int(13)?,
        place: row.json(14)?,
        statistics: row.json(15)?,
    })
}

fn failure(row: &Row<'_>) -> Result<ImportFailure, StoreError> {
    Ok(ImportFailure {
        name: row.text(0)?,
        kind: row.text(1)?,
        message: row.text(2)?,
        attempt: row.int(3)?,
        is_mended: row.flag(4)?,
        updated: row.time(5)?,
    })
}

/// A query of imports, with its conditions.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT account, id, region, owner, store, source, since, until, status, created, updated, attempt, step,
             runs, place, statistics FROM lake_import ",
            $rest
        )
    };
}

/// A query of failures, with its conditions.
macro_rules! select_failures {
    ($rest:literal) => {
        concat!(
            "SELECT name, kind, message, attempt, mended, updated FROM lake_import_failure
             WHERE account = $1 AND import = $2 ",
            $rest
        )
    };
}

impl ImportTx for SqlTx<'_> {
    fn insert_import(&mut self, import: &Import) -> Result<(), StoreError> {
        self.insert(
            "import",
            "INSERT INTO lake_import (account, id, region, owner, store, source, since, until, status, created, updated,
             attempt, step, runs, place, statistics, due)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $10)
             ON CONFLICT DO NOTHING",
            values![
                import.account.as_str(),
                &import.id,
                import.region.as_str(),
                import.owner.as_str(),
                &import.store,
                &json(&import.source)?,
                import.from,
                import.to,
                import.status.as_str(),
                import.created,
                import.updated,
                import.attempt,
                import.step,
                import.runs,
                &json(&import.place)?,
                &json(&import.statistics)?
            ],
        )
    }

    fn import(&mut self, account: &AccountId, id: &str) -> Result<Option<Import>, StoreError> {
        self.row(
            select!("WHERE account = $1 AND id = $2"),
            values![account.as_str(), id],
            import,
        )
    }

    fn has_active_import(&mut self, account: &AccountId) -> Result<bool, StoreError> {
        let active = self.number(
            "SELECT COUNT(*) FROM lake_import WHERE account = $1 AND due IS NOT NULL",
            values![account.as_str()],
        )?;
        Ok(active > 0)
    }

    fn is_imported_into(&mut self, owner: &AccountId, store: &str) -> Result<bool, StoreError> {
        let active = self.number(
            "SELECT COUNT(*) FROM lake_import WHERE owner = $1 AND store = $2 AND due IS NOT NULL",
            values![owner.as_str(), store],
        )?;
        Ok(active > 0)
    }

    fn imports(&mut self, list: &ImportList) -> Result<Vec<Import>, StoreError> {
        let far = (Timestamp::from_millis(i64::MAX), String::new());
        let (time, id) = list.after.as_ref().unwrap_or(&far);
        let destination = list.destination.as_ref();
        let owner = destination.map(|(owner, _)| owner.as_str());
        let store = destination.map(|(_, store)| store.as_str());
        self.rows(
            select!(
                "WHERE account = $1 AND region = $2 AND (created, id) < ($3, $4)
                 AND (CAST($5 AS TEXT) IS NULL OR (owner = $5 AND store = $6))
                 AND (CAST($7 AS TEXT) IS NULL OR status = $7)
                 ORDER BY created DESC, id DESC LIMIT $8"
            ),
            values![
                list.account.as_str(),
                list.region.as_str(),
                *time,
                id,
                owner,
                store,
                list.status.map(ImportStatus::as_str),
                list.limit
            ],
            import,
        )
    }

    fn due_imports(&mut self, now: Timestamp, limit: i64) -> Result<Vec<Import>, StoreError> {
        self.rows(
            select!("WHERE due <= $1 ORDER BY due, account, id LIMIT $2"),
            values![now, limit],
            import,
        )
    }

    fn claim_import(
        &mut self,
        import: &Import,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let claimed = self.execute(
            "UPDATE lake_import SET runs = runs + 1, due = $6
             WHERE account = $1 AND id = $2 AND step = $3 AND runs = $4 AND due <= $5",
            values![
                import.account.as_str(),
                &import.id,
                import.step,
                import.runs,
                now,
                until
            ],
        )?;
        Ok(claimed > 0)
    }

    fn put_import_turn(
        &mut self,
        import: &Import,
        runs: i64,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let put = self.execute(
            "UPDATE lake_import SET runs = $5, due = $6
             WHERE account = $1 AND id = $2 AND step = $3 AND runs = $4 AND due IS NOT NULL",
            values![
                import.account.as_str(),
                &import.id,
                import.step,
                import.runs,
                runs,
                until
            ],
        )?;
        Ok(put > 0)
    }

    fn advance_import(
        &mut self,
        import: &Import,
        due: Option<Timestamp>,
    ) -> Result<bool, StoreError> {
        let advanced = self.execute(
            "UPDATE lake_import SET step = step + 1, status = $4, updated = $5, attempt = $6, runs = $7, place = $8,
             statistics = $9, due = $10 WHERE account = $1 AND id = $2 AND step = $3",
            values![
                import.account.as_str(),
                &import.id,
                import.step,
                import.status.as_str(),
                import.updated,
                import.attempt,
                import.runs,
                &json(&import.place)?,
                &json(&import.statistics)?,
                due
            ],
        )?;
        Ok(advanced > 0)
    }

    fn put_import_failure(
        &mut self,
        import: &Import,
        failure: &ImportFailure,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO lake_import_failure (account, import, name, kind, message, attempt, mended, updated)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (account, import, name) DO UPDATE SET kind = excluded.kind, message = excluded.message,
             attempt = excluded.attempt, mended = excluded.mended, updated = excluded.updated",
            values![
                import.account.as_str(),
                &import.id,
                &failure.name,
                &failure.kind,
                &failure.message,
                failure.attempt,
                failure.is_mended,
                failure.updated
            ],
        )?;
        Ok(())
    }

    fn import_failure(
        &mut self,
        import: &Import,
        name: &str,
    ) -> Result<Option<ImportFailure>, StoreError> {
        self.row(
            select_failures!("AND name = $3"),
            values![import.account.as_str(), &import.id, name],
            failure,
        )
    }

    fn import_failures(
        &mut self,
        import: &Import,
        from: &str,
        limit: i64,
    ) -> Result<Vec<ImportFailure>, StoreError> {
        self.rows(
            select_failures!("AND name >= $3 ORDER BY name LIMIT $4"),
            values![import.account.as_str(), &import.id, from, limit],
            failure,
        )
    }

    fn import_retries(
        &mut self,
        import: &Import,
        limit: i64,
    ) -> Result<Vec<ImportFailure>, StoreError> {
        self.rows(
            select_failures!(
                "AND name > '' AND mended = 0 AND attempt < $3 ORDER BY name LIMIT $4"
            ),
            values![import.account.as_str(), &import.id, import.attempt, limit],
            failure,
        )
    }
}
