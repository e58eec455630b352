use atrium_model::Timestamp;

use crate::StoreError;
use crate::ports::{IdempotentAnswer, MetaTx};
use crate::tx::{SqlTx, values};

impl MetaTx for SqlTx<'_> {
    fn setting(&mut self, name: &str) -> Result<Option<String>, StoreError> {
        self.row(
            "SELECT value FROM setting WHERE name = $1",
            values![name],
            |row| row.text(0),
        )
    }

    fn put_setting(&mut self, name: &str, value: &str) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO setting (name, value) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            values![name, value],
        )?;
        Ok(())
    }

    fn policy_epoch(&mut self) -> Result<i64, StoreError> {
        self.number("SELECT epoch FROM policy_epoch WHERE one = 1", values![])
    }

    fn bump_policy_epoch(&mut self) -> Result<(), StoreError> {
        self.execute(
            "UPDATE policy_epoch SET epoch = epoch + 1 WHERE one = 1",
            values![],
        )?;
        Ok(())
    }

    fn idempotent_answer(
        &mut self,
        scope: &str,
        now: Timestamp,
    ) -> Result<Option<IdempotentAnswer>, StoreError> {
        self.row(
            "SELECT request_hash, answer FROM idempotent_answer WHERE scope = $1 AND expires > $2",
            values![scope, now],
            |row| {
                Ok(IdempotentAnswer {
                    request_hash: row.text(0)?,
                    answer: row.text(1)?,
                })
            },
        )
    }

    fn put_idempotent_answer(
        &mut self,
        scope: &str,
        answer: &IdempotentAnswer,
        expires: Timestamp,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO idempotent_answer (scope, request_hash, answer, expires) VALUES ($1, $2, $3, $4)
             ON CONFLICT (scope) DO UPDATE SET request_hash = excluded.request_hash, answer = excluded.answer,
             expires = excluded.expires",
            values![scope, &answer.request_hash, &answer.answer, expires],
        )?;
        Ok(())
    }

    fn forget_idempotent_answers(&mut self, now: Timestamp, limit: i64) -> Result<u64, StoreError> {
        self.execute(
            "DELETE FROM idempotent_answer WHERE scope IN
             (SELECT scope FROM idempotent_answer WHERE expires <= $1 ORDER BY expires LIMIT $2)",
            values![now, limit],
        )
    }
}
