use atrium_model::AccountId;
use atrium_model::iam::PolicyDocument;

use crate::StoreError;
use crate::connection::Row;
use crate::tx::{SqlTx, values};

fn read(row: &Row<'_>) -> Result<PolicyDocument, StoreError> {
    Ok(PolicyDocument {
        name: row.text(0)?,
        content: row.text(1)?,
    })
}

pub(super) fn put(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    holder_id: &str,
    policy: &PolicyDocument,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO iam_inline_policy (account, holder_id, name, document) VALUES ($1, $2, $3, $4)
         ON CONFLICT (account, holder_id, name) DO UPDATE SET document = excluded.document",
        values![account.as_str(), holder_id, &policy.name, &policy.content],
    )?;
    Ok(())
}

pub(super) fn find(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    holder_id: &str,
    name: &str,
) -> Result<Option<PolicyDocument>, StoreError> {
    tx.row(
        "SELECT name, document FROM iam_inline_policy WHERE account = $1 AND holder_id = $2 AND name = $3",
        values![account.as_str(), holder_id, name],
        read,
    )
}

pub(super) fn list(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    holder_id: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<PolicyDocument>, StoreError> {
    tx.rows(
        "SELECT name, document FROM iam_inline_policy WHERE account = $1 AND holder_id = $2 AND name > $3
         ORDER BY name LIMIT $4",
        values![account.as_str(), holder_id, after, limit],
        read,
    )
}

pub(super) fn delete(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    holder_id: &str,
    name: &str,
) -> Result<bool, StoreError> {
    let sql = "DELETE FROM iam_inline_policy WHERE account = $1 AND holder_id = $2 AND name = $3";
    Ok(tx.execute(sql, values![account.as_str(), holder_id, name])? > 0)
}
