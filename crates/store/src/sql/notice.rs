use atrium_model::Timestamp;
use atrium_model::trail::Notice;

use crate::StoreError;
use crate::connection::Row;
use crate::ports::NoticeTx;
use crate::tx::{SqlTx, values};

fn notice(row: &Row<'_>) -> Result<Notice, StoreError> {
    Ok(Notice {
        target: row.text(0)?,
        id: row.text(1)?,
        account: row.parsed(2)?,
        origin: row.text(3)?,
        topic: row.opt_text(4)?,
        failed_at: row.opt_text(5)?,
        body: row.text(6)?,
        made: row.time(7)?,
        tries: u32::try_from(row.int(8)?).map_err(StoreError::corrupt)?,
        due: row.opt_time(9)?,
        dead: row.opt_time(10)?,
        error: row.opt_text(11)?,
    })
}

impl NoticeTx for SqlTx<'_> {
    fn insert_notice(&mut self, notice: &Notice) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO notice (target, id, account, origin, topic, failed_at, body, made, tries, due, dead, error)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING",
            values![
                &notice.target,
                &notice.id,
                notice.account.as_str(),
                &notice.origin,
                notice.topic.as_ref(),
                notice.failed_at.as_ref(),
                &notice.body,
                notice.made,
                i64::from(notice.tries),
                notice.due,
                notice.dead,
                notice.error.as_ref()
            ],
        )?;
        Ok(())
    }

    fn is_notice_due(&mut self, target: &str, now: Timestamp) -> Result<bool, StoreError> {
        let due = self.row(
            "SELECT due FROM notice WHERE target = $1 AND due <= $2 ORDER BY due LIMIT 1",
            values![target, now],
            |row| row.time(0),
        )?;
        Ok(due.is_some())
    }

    fn claim_notices(
        &mut self,
        target: &str,
        now: Timestamp,
        until: Timestamp,
        limit: i64,
    ) -> Result<Vec<Notice>, StoreError> {
        self.rows(
            "UPDATE notice SET due = $3 WHERE target = $1 AND id IN
             (SELECT id FROM notice WHERE target = $1 AND due <= $2 ORDER BY due, id LIMIT $4)
             RETURNING target, id, account, origin, topic, failed_at, body, made, tries, due, dead, error",
            values![target, now, until, limit],
            notice,
        )
    }

    fn delete_notice(&mut self, target: &str, id: &str) -> Result<bool, StoreError> {
        let gone = self.execute(
            "DELETE FROM notice WHERE target = $1 AND id = $2",
            values![target, id],
        )?;
        Ok(gone > 0)
    }

    fn put_off_notice(
        &mut self,
        claimed: &Notice,
        due: Timestamp,
        error: &str,
    ) -> Result<bool, StoreError> {
        // A dead letter tells why its notice was given up.
        let changed = self.execute(
            "UPDATE notice SET due = $4, error = CASE WHEN failed_at IS NULL THEN $5 ELSE error END, tries = tries + 1
             WHERE target = $1 AND id = $2 AND due = $3",
            values![&claimed.target, &claimed.id, claimed.due, due, error],
        )?;
        Ok(changed > 0)
    }

    fn give_up_notice(
        &mut self,
        claimed: &Notice,
        dead: Timestamp,
        error: &str,
    ) -> Result<bool, StoreError> {
        let changed = self.execute(
            "UPDATE notice SET due = NULL, dead = $4, error = $5, tries = tries + 1
             WHERE target = $1 AND id = $2 AND due = $3",
            values![&claimed.target, &claimed.id, claimed.due, dead, error],
        )?;
        Ok(changed > 0)
    }

    fn next_target(&mut self, after: &str) -> Result<Option<String>, StoreError> {
        self.row(
            "SELECT target FROM notice WHERE target > $1 AND due IS NOT NULL ORDER BY target LIMIT 1",
            values![after],
            |row| row.text(0),
        )
    }

    fn give_up_stranded_notices(
        &mut self,
        target: &str,
        before: Timestamp,
        dead: Timestamp,
        error: &str,
        limit: i64,
    ) -> Result<u64, StoreError> {
        self.execute(
            "UPDATE notice SET due = NULL, dead = $3, error = $4 WHERE target = $1 AND id IN
             (SELECT id FROM notice WHERE target = $1 AND due < $2 ORDER BY due, id LIMIT $5)",
            values![target, before, dead, error, limit],
        )
    }

    fn dead_notices(&mut self, after: (&str, &str), limit: i64) -> Result<Vec<Notice>, StoreError> {
        self.rows(
            "SELECT target, id, account, origin, topic, failed_at, body, made, tries, due, dead, error FROM notice
             WHERE dead IS NOT NULL AND (target, id) > ($1, $2) ORDER BY target, id LIMIT $3",
            values![after.0, after.1, limit],
            notice,
        )
    }

    fn revive_notice(
        &mut self,
        target: &str,
        id: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let changed = self.execute(
            "UPDATE notice SET due = $3, made = $3, dead = NULL, tries = 0
             WHERE target = $1 AND id = $2 AND dead IS NOT NULL",
            values![target, id, now],
        )?;
        Ok(changed > 0)
    }

    fn forget_dead_notices(&mut self, before: Timestamp, limit: i64) -> Result<u64, StoreError> {
        self.execute(
            "DELETE FROM notice WHERE (target, id) IN
             (SELECT target, id FROM notice WHERE dead < $1 ORDER BY dead, target, id LIMIT $2)",
            values![before, limit],
        )
    }
}
