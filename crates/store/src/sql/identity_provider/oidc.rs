use atrium_model::AccountId;
use atrium_model::iam::OidcProvider;

use crate::StoreError;
use crate::connection::Row;
use crate::sql::json;
use crate::tx::{SqlTx, values};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT account, url, client_ids, thumbprints, tags, created FROM iam_oidc_provider ",
            $rest
        )
    };
}

fn read(row: &Row<'_>) -> Result<OidcProvider, StoreError> {
    Ok(OidcProvider {
        account: row.parsed(0)?,
        url: row.text(1)?,
        client_ids: row.json(2)?,
        thumbprints: row.json(3)?,
        tags: row.json(4)?,
        created: row.time(5)?,
    })
}

pub(super) fn insert(tx: &mut SqlTx<'_>, provider: &OidcProvider) -> Result<(), StoreError> {
    tx.insert(
        "OpenID Connect provider name",
        "INSERT INTO iam_oidc_provider (account, name, url, client_ids, thumbprints, tags, created)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        values![
            provider.account.as_str(),
            provider.name(),
            &provider.url,
            &json(&provider.client_ids)?,
            &json(&provider.thumbprints)?,
            &json(&provider.tags)?,
            provider.created
        ],
    )
}

pub(super) fn find(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    name: &str,
) -> Result<Option<OidcProvider>, StoreError> {
    let sql = select!("WHERE account = $1 AND name = $2");
    tx.row(sql, values![account.as_str(), name], read)
}

pub(super) fn list(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    after: &str,
    limit: i64,
) -> Result<Vec<OidcProvider>, StoreError> {
    let sql = select!("WHERE account = $1 AND name > $2 ORDER BY name LIMIT $3");
    tx.rows(sql, values![account.as_str(), after, limit], read)
}

pub(super) fn update(tx: &mut SqlTx<'_>, provider: &OidcProvider) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "UPDATE iam_oidc_provider SET client_ids = $3, thumbprints = $4, tags = $5
         WHERE account = $1 AND name = $2",
        values![
            provider.account.as_str(),
            provider.name(),
            &json(&provider.client_ids)?,
            &json(&provider.thumbprints)?,
            &json(&provider.tags)?
        ],
    )?;
    Ok(changed > 0)
}

pub(super) fn delete(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    name: &str,
) -> Result<bool, StoreError> {
    let sql = "DELETE FROM iam_oidc_provider WHERE account = $1 AND name = $2";
    Ok(tx.execute(sql, values![account.as_str(), name])? > 0)
}
