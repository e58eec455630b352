use atrium_model::token::BearerToken;
use atrium_model::{InstanceId, Timestamp, UserId};

use crate::StoreError;
use crate::ports::TokenTx;
use crate::tx::{SqlTx, values};

impl TokenTx for SqlTx<'_> {
    fn insert_bearer_token(&mut self, token: &BearerToken) -> Result<(), StoreError> {
        let scopes = serde_json::to_string(&token.scopes).map_err(StoreError::corrupt)?;
        self.insert(
            "token",
            "INSERT INTO bearer_token (instance, hash, kind, application, user_id, scopes, credential_id, session,
             session_ends, issued, expires)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING",
            values![
                token.instance.as_str(),
                &token.hash,
                token.kind.as_str(),
                token.application.as_str(),
                token.user.as_str(),
                &scopes,
                &token.credential_id,
                &token.session,
                token.session_ends,
                token.issued,
                token.expires,
            ],
        )
    }

    fn bearer_token(
        &mut self,
        instance: &InstanceId,
        hash: &str,
    ) -> Result<Option<BearerToken>, StoreError> {
        self.row(
            "SELECT instance, hash, kind, application, user_id, scopes, credential_id, session, session_ends, issued,
             expires FROM bearer_token WHERE instance = $1 AND hash = $2",
            values![instance.as_str(), hash],
            |row| {
                Ok(BearerToken {
                    instance: row.parsed(0)?,
                    hash: row.text(1)?,
                    kind: row.parsed(2)?,
                    application: row.parsed(3)?,
                    user: row.parsed(4)?,
                    scopes: row.json(5)?,
                    credential_id: row.text(6)?,
                    session: row.text(7)?,
                    session_ends: row.time(8)?,
                    issued: row.time(9)?,
                    expires: row.time(10)?,
                })
            },
        )
    }

    fn delete_bearer_tokens_of_session(
        &mut self,
        instance: &InstanceId,
        session: &str,
    ) -> Result<(), StoreError> {
        self.execute(
            "DELETE FROM bearer_token WHERE instance = $1 AND session = $2",
            values![instance.as_str(), session],
        )?;
        Ok(())
    }

    fn delete_bearer_tokens_of_user(
        &mut self,
        instance: &InstanceId,
        user: &UserId,
    ) -> Result<(), StoreError> {
        self.execute(
            "DELETE FROM bearer_token WHERE instance = $1 AND user_id = $2",
            values![instance.as_str(), user.as_str()],
        )?;
        Ok(())
    }

    fn forget_bearer_tokens(&mut self, now: Timestamp, limit: i64) -> Result<u64, StoreError> {
        self.execute(
            "DELETE FROM bearer_token WHERE (instance, hash) IN (
                 SELECT instance, hash FROM bearer_token WHERE expires <= $1 ORDER BY expires LIMIT $2)",
            values![now, limit],
        )
    }
}
