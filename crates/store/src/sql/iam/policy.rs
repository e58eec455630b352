use atrium_model::AccountId;
use atrium_model::iam::{ManagedPolicy, PolicyArn, PolicyDocument, PolicyVersion};

use super::{key, tags};
use crate::StoreError;
use crate::connection::Row;
use crate::ports::IamList;
use crate::tx::{SqlTx, values};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT account, id, name, path, description, default_version, last_version, tags, created, updated
             FROM iam_policy ",
            $rest
        )
    };
}

fn read(row: &Row<'_>) -> Result<ManagedPolicy, StoreError> {
    Ok(ManagedPolicy {
        account: row.parsed(0)?,
        id: row.text(1)?,
        name: row.text(2)?,
        path: row.text(3)?,
        description: row.opt_text(4)?,
        default_version: row.int(5)?,
        last_version: row.int(6)?,
        tags: row.json(7)?,
        created: row.time(8)?,
        updated: row.time(9)?,
    })
}

fn read_version(row: &Row<'_>) -> Result<PolicyVersion, StoreError> {
    Ok(PolicyVersion {
        number: row.int(0)?,
        document: row.text(1)?,
        created: row.time(2)?,
    })
}

pub(super) fn insert(tx: &mut SqlTx<'_>, policy: &ManagedPolicy) -> Result<(), StoreError> {
    tx.insert(
        "policy name",
        "INSERT INTO iam_policy (account, id, name, name_key, path, description, default_version, last_version, tags,
         created, updated) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING",
        values![
            policy.account.as_str(),
            &policy.id,
            &policy.name,
            &key(&policy.name),
            &policy.path,
            policy.description.as_ref(),
            policy.default_version,
            policy.last_version,
            &tags(&policy.tags)?,
            policy.created,
            policy.updated
        ],
    )
}

pub(super) fn find(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    name: &str,
) -> Result<Option<ManagedPolicy>, StoreError> {
    let sql = select!("WHERE account = $1 AND name_key = $2");
    tx.row(sql, values![account.as_str(), &key(name)], read)
}

pub(super) fn list(
    tx: &mut SqlTx<'_>,
    list: IamList<'_>,
) -> Result<Vec<ManagedPolicy>, StoreError> {
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

pub(super) fn update(tx: &mut SqlTx<'_>, policy: &ManagedPolicy) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "UPDATE iam_policy SET default_version = $3, last_version = $4, tags = $5, updated = $6
         WHERE account = $1 AND id = $2",
        values![
            policy.account.as_str(),
            &policy.id,
            policy.default_version,
            policy.last_version,
            &tags(&policy.tags)?,
            policy.updated
        ],
    )?;
    Ok(changed > 0)
}

pub(super) fn delete(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    id: &str,
) -> Result<bool, StoreError> {
    let values = values![account.as_str(), id];
    tx.execute(
        "DELETE FROM iam_policy_version WHERE account = $1 AND policy_id = $2",
        values,
    )?;
    Ok(tx.execute(
        "DELETE FROM iam_policy WHERE account = $1 AND id = $2",
        values,
    )? > 0)
}

pub(super) fn insert_version(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    policy_id: &str,
    version: &PolicyVersion,
) -> Result<(), StoreError> {
    tx.insert(
        "policy version",
        "INSERT INTO iam_policy_version (account, policy_id, number, document, created)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        values![
            account.as_str(),
            policy_id,
            version.number,
            &version.document,
            version.created
        ],
    )
}

pub(super) fn version(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    policy_id: &str,
    number: i64,
) -> Result<Option<PolicyVersion>, StoreError> {
    tx.row(
        "SELECT number, document, created FROM iam_policy_version
         WHERE account = $1 AND policy_id = $2 AND number = $3",
        values![account.as_str(), policy_id, number],
        read_version,
    )
}

pub(super) fn versions(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    policy_id: &str,
    below: i64,
    limit: i64,
) -> Result<Vec<PolicyVersion>, StoreError> {
    tx.rows(
        "SELECT number, document, created FROM iam_policy_version
         WHERE account = $1 AND policy_id = $2 AND number < $3 ORDER BY number DESC LIMIT $4",
        values![account.as_str(), policy_id, below, limit],
        read_version,
    )
}

pub(super) fn delete_version(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    policy_id: &str,
    number: i64,
) -> Result<bool, StoreError> {
    let sql =
        "DELETE FROM iam_policy_version WHERE account = $1 AND policy_id = $2 AND number = $3";
    Ok(tx.execute(sql, values![account.as_str(), policy_id, number])? > 0)
}

pub(super) fn document(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    arn: &str,
) -> Result<Option<PolicyDocument>, StoreError> {
    let Ok(parts) = arn.parse::<PolicyArn>() else {
        return Ok(None);
    };
    let content = match &parts.account {
        None => parts.aws_managed_document().map(str::to_owned),
        Some(owner) if owner != account => None,
        Some(_) => tx.row(
            "SELECT v.document FROM iam_policy p JOIN iam_policy_version v
             ON v.account = p.account AND v.policy_id = p.id AND v.number = p.default_version
             WHERE p.account = $1 AND p.name_key = $2 AND p.path = $3 AND p.name = $4",
            values![
                account.as_str(),
                &key(&parts.name),
                &parts.path,
                &parts.name
            ],
            |row| row.text(0),
        )?,
    };
    Ok(content.map(|content| PolicyDocument {
        name: arn.to_owned(),
        content,
    }))
}
