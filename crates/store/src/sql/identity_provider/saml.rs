use atrium_model::AccountId;
use atrium_model::iam::SamlProvider;

use crate::StoreError;
use crate::connection::Row;
use crate::sql::json;
use crate::tx::{SqlTx, values};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT account, name, id, issuer, certificates, valid_until, tags, created FROM iam_saml_provider ",
            $rest
        )
    };
}

fn read(row: &Row<'_>) -> Result<SamlProvider, StoreError> {
    Ok(SamlProvider {
        account: row.parsed(0)?,
        name: row.text(1)?,
        id: row.text(2)?,
        issuer: row.text(3)?,
        certificates: row.json(4)?,
        valid_until: row.time(5)?,
        tags: row.json(6)?,
        created: row.time(7)?,
    })
}

pub(super) fn insert(
    tx: &mut SqlTx<'_>,
    provider: &SamlProvider,
    document: &str,
) -> Result<(), StoreError> {
    tx.insert(
        "SAML provider name",
        "INSERT INTO iam_saml_provider (account, name, id, document, issuer, certificates, valid_until, tags, created)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
        values![
            provider.account.as_str(),
            &provider.name,
            &provider.id,
            document,
            &provider.issuer,
            &json(&provider.certificates)?,
            provider.valid_until,
            &json(&provider.tags)?,
            provider.created
        ],
    )
}

pub(super) fn find(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    name: &str,
) -> Result<Option<SamlProvider>, StoreError> {
    let sql = select!("WHERE account = $1 AND name = $2");
    tx.row(sql, values![account.as_str(), name], read)
}

pub(super) fn document(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    name: &str,
) -> Result<Option<String>, StoreError> {
    let sql = "SELECT document FROM iam_saml_provider WHERE account = $1 AND name = $2";
    tx.row(sql, values![account.as_str(), name], |row| row.text(0))
}

pub(super) fn list(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    after: &str,
    limit: i64,
) -> Result<Vec<SamlProvider>, StoreError> {
    let sql = select!("WHERE account = $1 AND name > $2 ORDER BY name LIMIT $3");
    tx.rows(sql, values![account.as_str(), after, limit], read)
}

pub(super) fn update(
    tx: &mut SqlTx<'_>,
    provider: &SamlProvider,
    document: Option<&str>,
) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "UPDATE iam_saml_provider SET issuer = $3, certificates = $4, valid_until = $5, tags = $6
         WHERE account = $1 AND name = $2",
        values![
            provider.account.as_str(),
            &provider.name,
            &provider.issuer,
            &json(&provider.certificates)?,
            provider.valid_until,
            &json(&provider.tags)?
        ],
    )?;
    if let Some(document) = document {
        tx.execute(
            "UPDATE iam_saml_provider SET document = $3 WHERE account = $1 AND name = $2",
            values![provider.account.as_str(), &provider.name, document],
        )?;
    }
    Ok(changed > 0)
}

pub(super) fn delete(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    name: &str,
) -> Result<bool, StoreError> {
    let sql = "DELETE FROM iam_saml_provider WHERE account = $1 AND name = $2";
    Ok(tx.execute(sql, values![account.as_str(), name])? > 0)
}
