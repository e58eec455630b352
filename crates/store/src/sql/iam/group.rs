use atrium_model::AccountId;
use atrium_model::iam::{Group, User};

use super::{key, user};
use crate::StoreError;
use crate::connection::Row;
use crate::ports::IamList;
use crate::tx::{SqlTx, values};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT g.account, g.id, g.name, g.path, g.created FROM iam_group g ",
            $rest
        )
    };
}

fn read(row: &Row<'_>) -> Result<Group, StoreError> {
    Ok(Group {
        account: row.parsed(0)?,
        id: row.text(1)?,
        name: row.text(2)?,
        path: row.text(3)?,
        created: row.time(4)?,
    })
}

pub(super) fn insert(tx: &mut SqlTx<'_>, group: &Group) -> Result<(), StoreError> {
    tx.insert(
        "group name",
        "INSERT INTO iam_group (account, id, name, name_key, path, created)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        values![
            group.account.as_str(),
            &group.id,
            &group.name,
            &key(&group.name),
            &group.path,
            group.created
        ],
    )
}

pub(super) fn find(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    name: &str,
) -> Result<Option<Group>, StoreError> {
    let sql = select!("WHERE g.account = $1 AND g.name_key = $2");
    tx.row(sql, values![account.as_str(), &key(name)], read)
}

pub(super) fn list(tx: &mut SqlTx<'_>, list: IamList<'_>) -> Result<Vec<Group>, StoreError> {
    let sql = select!(
        "WHERE g.account = $1 AND g.name_key > $2 AND SUBSTR(g.path, 1, LENGTH($3)) = $3
         ORDER BY g.name_key LIMIT $4"
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

pub(super) fn update(tx: &mut SqlTx<'_>, group: &Group) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "UPDATE iam_group SET name = $3, name_key = $4, path = $5 WHERE account = $1 AND id = $2",
        values![
            group.account.as_str(),
            &group.id,
            &group.name,
            &key(&group.name),
            &group.path
        ],
    )?;
    Ok(changed > 0)
}

pub(super) fn delete(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    id: &str,
) -> Result<bool, StoreError> {
    let sql = "DELETE FROM iam_group WHERE account = $1 AND id = $2";
    Ok(tx.execute(sql, values![account.as_str(), id])? > 0)
}

pub(super) fn add_member(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    group_id: &str,
    user_id: &str,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO iam_group_member (account, group_id, user_id) VALUES ($1, $2, $3)
         ON CONFLICT DO NOTHING",
        values![account.as_str(), group_id, user_id],
    )?;
    Ok(())
}

pub(super) fn remove_member(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    group_id: &str,
    user_id: &str,
) -> Result<bool, StoreError> {
    let sql = "DELETE FROM iam_group_member WHERE account = $1 AND group_id = $2 AND user_id = $3";
    Ok(tx.execute(sql, values![account.as_str(), group_id, user_id])? > 0)
}

pub(super) fn members(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    group_id: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<User>, StoreError> {
    tx.rows(
        "SELECT u.account, u.id, u.name, u.path, u.boundary, u.tags, u.created
         FROM iam_group_member m JOIN iam_user u ON u.account = m.account AND u.id = m.user_id
         WHERE m.account = $1 AND m.group_id = $2 AND u.name_key > $3 ORDER BY u.name_key LIMIT $4",
        values![account.as_str(), group_id, after, limit],
        user::read,
    )
}

pub(super) fn of_user(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    user_id: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<Group>, StoreError> {
    let sql = select!(
        "JOIN iam_group_member m ON m.account = g.account AND m.group_id = g.id
         WHERE m.account = $1 AND m.user_id = $2 AND g.name_key > $3 ORDER BY g.name_key LIMIT $4"
    );
    tx.rows(sql, values![account.as_str(), user_id, after, limit], read)
}
