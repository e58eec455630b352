use atrium_model::AccountId;
use atrium_model::iam::IamCounts;

use crate::StoreError;
use crate::tx::{SqlTx, values};

pub(super) fn find(tx: &mut SqlTx<'_>, account: &AccountId) -> Result<Option<String>, StoreError> {
    let sql = "SELECT alias FROM iam_account_alias WHERE account = $1";
    tx.row(sql, values![account.as_str()], |row| row.text(0))
}

pub(super) fn put(tx: &mut SqlTx<'_>, account: &AccountId, alias: &str) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM iam_account_alias WHERE account = $1 AND alias <> $2",
        values![account.as_str(), alias],
    )?;
    tx.insert(
        "account alias",
        "INSERT INTO iam_account_alias (alias, account) VALUES ($1, $2) ON CONFLICT (alias)
         DO UPDATE SET account = excluded.account WHERE iam_account_alias.account = excluded.account",
        values![alias, account.as_str()],
    )
}

pub(super) fn delete(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    alias: &str,
) -> Result<bool, StoreError> {
    let sql = "DELETE FROM iam_account_alias WHERE account = $1 AND alias = $2";
    Ok(tx.execute(sql, values![account.as_str(), alias])? > 0)
}

pub(super) fn counts(tx: &mut SqlTx<'_>, account: &AccountId) -> Result<IamCounts, StoreError> {
    let counts = tx.row(
        "SELECT (SELECT COUNT(*) FROM iam_user WHERE account = $1),
         (SELECT COUNT(*) FROM iam_group WHERE account = $1),
         (SELECT COUNT(*) FROM iam_role WHERE account = $1),
         (SELECT COUNT(*) FROM iam_policy WHERE account = $1),
         (SELECT COUNT(*) FROM iam_policy_version WHERE account = $1),
         (SELECT COUNT(*) FROM iam_saml_provider WHERE account = $1),
         (SELECT COUNT(*) FROM iam_oidc_provider WHERE account = $1)",
        values![account.as_str()],
        |row| {
            Ok(IamCounts {
                users: row.int(0)?,
                groups: row.int(1)?,
                roles: row.int(2)?,
                policies: row.int(3)?,
                policy_versions: row.int(4)?,
                saml_providers: row.int(5)?,
                oidc_providers: row.int(6)?,
            })
        },
    )?;
    Ok(counts.unwrap_or_default())
}
