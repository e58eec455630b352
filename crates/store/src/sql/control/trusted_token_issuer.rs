use atrium_model::control::TrustedTokenIssuer;
use atrium_model::{InstanceId, TrustedTokenIssuerId};

use crate::StoreError;
use crate::connection::Row;
use crate::tx::{SqlTx, values};

fn read(row: &Row<'_>) -> Result<TrustedTokenIssuer, StoreError> {
    Ok(TrustedTokenIssuer {
        instance: row.parsed(0)?,
        id: row.parsed(1)?,
        account: row.parsed(2)?,
        name: row.text(3)?,
        issuer_url: row.text(4)?,
        claim_attribute_path: row.text(5)?,
        identity_store_attribute_path: row.text(6)?,
        created: row.time(7)?,
    })
}

pub(super) fn one(
    tx: &mut SqlTx<'_>,
    instance: &InstanceId,
    id: &TrustedTokenIssuerId,
) -> Result<Option<TrustedTokenIssuer>, StoreError> {
    tx.row(
        "SELECT instance_id, issuer_id, account, name, issuer_url, claim_path, store_path, created
         FROM trusted_token_issuer WHERE instance_id = $1 AND issuer_id = $2",
        values![instance.as_str(), id.as_str()],
        read,
    )
}

pub(super) fn list(
    tx: &mut SqlTx<'_>,
    instance: &InstanceId,
    after: Option<&TrustedTokenIssuerId>,
    limit: i64,
) -> Result<Vec<TrustedTokenIssuer>, StoreError> {
    tx.rows(
        "SELECT instance_id, issuer_id, account, name, issuer_url, claim_path, store_path, created
         FROM trusted_token_issuer WHERE instance_id = $1 AND issuer_id > $2 ORDER BY issuer_id LIMIT $3",
        values![
            instance.as_str(),
            after.map_or("", TrustedTokenIssuerId::as_str),
            limit
        ],
        read,
    )
}

pub(super) fn insert(tx: &mut SqlTx<'_>, issuer: &TrustedTokenIssuer) -> Result<(), StoreError> {
    tx.insert(
        "name",
        "INSERT INTO trusted_token_issuer
         (instance_id, issuer_id, account, name, issuer_url, claim_path, store_path, created)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        values![
            issuer.instance.as_str(),
            issuer.id.as_str(),
            issuer.account.as_str(),
            &issuer.name,
            &issuer.issuer_url,
            &issuer.claim_attribute_path,
            &issuer.identity_store_attribute_path,
            issuer.created
        ],
    )
}

pub(super) fn update(tx: &mut SqlTx<'_>, issuer: &TrustedTokenIssuer) -> Result<(), StoreError> {
    // The condition answers in time; between racing writers the unique index decides.
    let changed = tx.execute(
        "UPDATE trusted_token_issuer SET name = $3, claim_path = $4, store_path = $5
         WHERE instance_id = $1 AND issuer_id = $2 AND NOT EXISTS (
             SELECT 1 FROM trusted_token_issuer other
             WHERE other.instance_id = $1 AND other.name = $3 AND other.issuer_id <> $2)",
        values![
            issuer.instance.as_str(),
            issuer.id.as_str(),
            &issuer.name,
            &issuer.claim_attribute_path,
            &issuer.identity_store_attribute_path
        ],
    )?;
    match changed {
        0 => Err(StoreError::Duplicate("name")),
        _ => Ok(()),
    }
}
