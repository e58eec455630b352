use atrium_model::AccountId;
use atrium_model::iam::{AccessKey, AccessKeyUse, KeyOwner};

use crate::StoreError;
use crate::connection::Row;
use crate::tx::{SqlTx, values};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT k.id, k.account, k.user_id, u.name, u.path, k.sealed_secret, k.active, k.created
             FROM iam_access_key k LEFT JOIN iam_user u ON u.account = k.account AND u.id = k.user_id ",
            $rest
        )
    };
}

/// A key whose user is gone reads as none.
fn read(row: &Row<'_>) -> Result<Option<AccessKey>, StoreError> {
    let owner = match (row.opt_text(2)?, row.opt_text(3)?, row.opt_text(4)?) {
        (None, _, _) => KeyOwner::Root,
        (Some(id), Some(name), Some(path)) => KeyOwner::User { id, name, path },
        (Some(_), _, _) => return Ok(None),
    };
    Ok(Some(AccessKey {
        id: row.text(0)?,
        account: row.parsed(1)?,
        owner,
        sealed_secret: row.blob(5)?,
        active: row.flag(6)?,
        created: row.time(7)?,
    }))
}

pub(super) fn insert(tx: &mut SqlTx<'_>, key: &AccessKey) -> Result<(), StoreError> {
    tx.insert(
        "access key id",
        "INSERT INTO iam_access_key (id, account, user_id, sealed_secret, active, created)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        values![
            &key.id,
            key.account.as_str(),
            key.owner.user_id(),
            &key.sealed_secret,
            key.active,
            key.created
        ],
    )
}

pub(super) fn find(tx: &mut SqlTx<'_>, id: &str) -> Result<Option<AccessKey>, StoreError> {
    Ok(tx
        .row(select!("WHERE k.id = $1"), values![id], read)?
        .flatten())
}

pub(super) fn list(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    user_id: Option<&str>,
    after: &str,
    limit: i64,
) -> Result<Vec<AccessKey>, StoreError> {
    let rows = match user_id {
        Some(user_id) => tx.rows(
            select!("WHERE k.account = $1 AND k.user_id = $2 AND k.id > $3 ORDER BY k.id LIMIT $4"),
            values![account.as_str(), user_id, after, limit],
            read,
        )?,
        None => tx.rows(
            select!(
                "WHERE k.account = $1 AND k.user_id IS NULL AND k.id > $2 ORDER BY k.id LIMIT $3"
            ),
            values![account.as_str(), after, limit],
            read,
        )?,
    };
    Ok(rows.into_iter().flatten().collect())
}

pub(super) fn set_active(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    id: &str,
    active: bool,
) -> Result<bool, StoreError> {
    let sql = "UPDATE iam_access_key SET active = $3 WHERE id = $2 AND account = $1";
    Ok(tx.execute(sql, values![account.as_str(), id, active])? > 0)
}

pub(super) fn delete(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    id: &str,
) -> Result<bool, StoreError> {
    let sql = "DELETE FROM iam_access_key WHERE id = $2 AND account = $1";
    Ok(tx.execute(sql, values![account.as_str(), id])? > 0)
}

pub(super) fn last_use(tx: &mut SqlTx<'_>, id: &str) -> Result<Option<AccessKeyUse>, StoreError> {
    tx.row(
        "SELECT used, used_service, used_region FROM iam_access_key WHERE id = $1 AND used IS NOT NULL",
        values![id],
        |row| Ok(AccessKeyUse { time: row.time(0)?, service: row.text(1)?, region: row.text(2)? }),
    )
}

pub(super) fn note_use(
    tx: &mut SqlTx<'_>,
    id: &str,
    used: &AccessKeyUse,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE iam_access_key SET used = $2, used_service = $3, used_region = $4
         WHERE id = $1 AND (used IS NULL OR used < $2)",
        values![id, used.time, &used.service, &used.region],
    )?;
    Ok(())
}
