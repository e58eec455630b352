use atrium_model::AccountId;
use atrium_model::iam::User;

use super::{key, tags};
use crate::StoreError;
use crate::connection::Row;
use crate::ports::IamList;
use crate::tx::{SqlTx, values};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT account, id, name, path, boundary, tags, created FROM iam_user ",
            $rest
        )
    };
}

pub(super) fn read(row: &Row<'_>) -> Result<User, StoreError> {
    Ok(User {
        account: row.parsed(0)?,
        id: row.text(1)?,
        name: row.text(2)?,
        path: row.text(3)?,
        boundary: row.opt_text(4)?,
        tags: row.json(5)?,
        created: row.time(6)?,
    })
}

pub(super) fn insert(tx: &mut SqlTx<'_>, user: &User) -> Result<(), StoreError> {
    tx.insert(
        "user name",
        "INSERT INTO iam_user (account, id, name, name_key, path, boundary, tags, created)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        values![
            user.account.as_str(),
            &user.id,
            &user.name,
            &key(&user.name),
            &user.path,
            user.boundary.as_ref(),
            &tags(&user.tags)?,
            user.created
        ],
    )
}

pub(super) fn find(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    name: &str,
) -> Result<Option<User>, StoreError> {
    let sql = select!("WHERE account = $1 AND name_key = $2");
    tx.row(sql, values![account.as_str(), &key(name)], read)
}

pub(super) fn by_id(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    id: &str,
) -> Result<Option<User>, StoreError> {
    tx.row(
        select!("WHERE account = $1 AND id = $2"),
        values![account.as_str(), id],
        read,
    )
}

pub(super) fn list(tx: &mut SqlTx<'_>, list: IamList<'_>) -> Result<Vec<User>, StoreError> {
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

pub(super) fn update(tx: &mut SqlTx<'_>, user: &User) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "UPDATE iam_user SET name = $3, name_key = $4, path = $5, boundary = $6, tags = $7
         WHERE account = $1 AND id = $2",
        values![
            user.account.as_str(),
            &user.id,
            &user.name,
            &key(&user.name),
            &user.path,
            user.boundary.as_ref(),
            &tags(&user.tags)?
        ],
    )?;
    Ok(changed > 0)
}

pub(super) fn delete(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    id: &str,
) -> Result<bool, StoreError> {
    let sql = "DELETE FROM iam_user WHERE account = $1 AND id = $2";
    Ok(tx.execute(sql, values![account.as_str(), id])? > 0)
}
