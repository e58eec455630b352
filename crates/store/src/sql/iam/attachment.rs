use atrium_model::AccountId;
use atrium_model::iam::{Holder, HolderKind, PolicyUsage};

use crate::StoreError;
use crate::connection::Row;
use crate::ports::PolicyUse;
use crate::tx::{SqlTx, values};

fn text(kind: HolderKind) -> &'static str {
    match kind {
        HolderKind::User => "User",
        HolderKind::Role => "Role",
        HolderKind::Group => "Group",
    }
}

fn read(row: &Row<'_>) -> Result<Holder, StoreError> {
    let kind = match row.text(0)?.as_str() {
        "User" => HolderKind::User,
        "Role" => HolderKind::Role,
        "Group" => HolderKind::Group,
        other => return Err(StoreError::corrupt(format!("`{other}` holds no policies"))),
    };
    Ok(Holder {
        kind,
        id: row.text(1)?,
        name: row.text(2)?,
        path: row.text(3)?,
    })
}

pub(super) fn attach(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    kind: HolderKind,
    holder_id: &str,
    policy_arn: &str,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO iam_attachment (account, holder_id, holder_kind, policy_arn)
         VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        values![account.as_str(), holder_id, text(kind), policy_arn],
    )?;
    Ok(())
}

pub(super) fn detach(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    holder_id: &str,
    policy_arn: &str,
) -> Result<bool, StoreError> {
    let sql =
        "DELETE FROM iam_attachment WHERE account = $1 AND holder_id = $2 AND policy_arn = $3";
    Ok(tx.execute(sql, values![account.as_str(), holder_id, policy_arn])? > 0)
}

pub(super) fn list(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    holder_id: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<String>, StoreError> {
    tx.rows(
        "SELECT policy_arn FROM iam_attachment WHERE account = $1 AND holder_id = $2 AND policy_arn > $3
         ORDER BY policy_arn LIMIT $4",
        values![account.as_str(), holder_id, after, limit],
        |row| row.text(0),
    )
}

pub(super) fn usage(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    policy_arn: &str,
) -> Result<PolicyUsage, StoreError> {
    let values = values![account.as_str(), policy_arn];
    let attachments = tx.number(
        "SELECT COUNT(*) FROM iam_attachment WHERE account = $1 AND policy_arn = $2",
        values,
    )?;
    let boundaries = tx.number(
        "SELECT (SELECT COUNT(*) FROM iam_user WHERE account = $1 AND boundary = $2)
         + (SELECT COUNT(*) FROM iam_role WHERE account = $1 AND boundary = $2)",
        values,
    )?;
    Ok(PolicyUsage {
        attachments,
        boundaries,
    })
}

pub(super) fn holders(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    policy_arn: &str,
    usage: PolicyUse,
    after: &str,
    limit: i64,
) -> Result<Vec<Holder>, StoreError> {
    let sql = match usage {
        PolicyUse::Attached => {
            "SELECT a.holder_kind, a.holder_id, COALESCE(u.name, r.name, g.name), COALESCE(u.path, r.path, g.path)
             FROM iam_attachment a
             LEFT JOIN iam_user u ON u.account = a.account AND u.id = a.holder_id
             LEFT JOIN iam_role r ON r.account = a.account AND r.id = a.holder_id
             LEFT JOIN iam_group g ON g.account = a.account AND g.id = a.holder_id
             WHERE a.account = $1 AND a.policy_arn = $2 AND a.holder_id > $3
             ORDER BY a.holder_id LIMIT $4"
        }
        PolicyUse::Boundary => {
            "SELECT kind, id, name, path FROM (
                 SELECT 'User' AS kind, id, name, path FROM iam_user
                 WHERE account = $1 AND boundary = $2 AND id > $3
                 UNION ALL SELECT 'Role' AS kind, id, name, path FROM iam_role
                 WHERE account = $1 AND boundary = $2 AND id > $3) AS bounded
             ORDER BY id LIMIT $4"
        }
    };
    tx.rows(
        sql,
        values![account.as_str(), policy_arn, after, limit],
        read,
    )
}
