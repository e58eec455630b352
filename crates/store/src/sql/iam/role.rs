use atrium_model::AccountId;
use atrium_model::iam::Role;

use super::{key, tags};
use crate::StoreError;
use crate::connection::Row;
use crate::ports::IamList;
use crate::tx::{SqlTx, values};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT account, id, name, path, trust_policy, description, max_session_seconds, boundary, tags, created
             FROM iam_role ",
            $rest
        )
    };
}

fn read(row: &Row<'_>) -> Result<Role, StoreError> {
    Ok(Role {
        account: row.parsed(0)?,
        id: row.text(1)?,
        name: row.text(2)?,
        path: row.text(3)?,
        trust_policy: row.text(4)?,
        description: row.opt_text(5)?,
        max_session_seconds: row.int(6)?,
        boundary: row.opt_text(7)?,
        tags: row.json(8)?,
        created: row.time(9)?,
    })
}

pub(super) fn insert(tx: &mut SqlTx<'_>, role: &Role) -> Result<(), StoreError> {
    tx.insert(
        "role name",
        "INSERT INTO iam_role (account, id, name, name_key, path, trust_policy, description, max_session_seconds,
         boundary, tags, created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING",
        values![
            role.account.as_str(),
            &role.id,
            &role.name,
            &key(&role.name),
            &role.path,
            &role.trust_policy,
            role.description.as_ref(),
            role.max_session_seconds,
            role.boundary.as_ref(),
            &tags(&role.tags)?,
            role.created
        ],
    )
}

pub(super) fn find(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    name: &str,
) -> Result<Option<Role>, StoreError> {
    let sql = select!("WHERE account = $1 AND name_key = $2");
    tx.row(sql, values![account.as_str(), &key(name)], read)
}

pub(super) fn by_id(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    id: &str,
) -> Result<Option<Role>, StoreError> {
    tx.row(
        select!("WHERE account = $1 AND id = $2"),
        values![account.as_str(), id],
        read,
    )
}

pub(super) fn list(tx: &mut SqlTx<'_>, list: IamList<'_>) -> Result<Vec<Role>, StoreError> {
    let sql = select!(
        "WHERE account = $1 AND name_key > $2 AND SUBSTR(path, 1, LENGTH($3)) = $3
         ORDER BY name_key LIMIT $4"
    );
    tx.rows(
        sql,
        values![
            list.account.as_str(),
            list.after,
            list.path_prefix,
            list.limit
        ],
        read,
    )
}

pub(super) fn update(tx: &mut SqlTx<'_>, role: &Role) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "UPDATE iam_role SET trust_policy = $3, description = $4, max_session_seconds = $5, boundary = $6, tags = $7
         WHERE account = $1 AND id = $2",
        values![
            role.account.as_str(),
            &role.id,
            &role.trust_policy,
            role.description.as_ref(),
            role.max_session_seconds,
            role.boundary.as_ref(),
            &tags(&role.tags)?
        ],
    )?;
    Ok(changed > 0)
}

pub(super) fn delete(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    id: &str,
) -> Result<bool, StoreError> {
    let sql = "DELETE FROM iam_role WHERE account = $1 AND id = $2";
    Ok(tx.execute(sql, values![account.as_str(), id])? > 0)
}
