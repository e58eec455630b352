use atrium_model::trail::{DigestChain, DigestKey};

use crate::StoreError;
use crate::connection::Row;

pub(super) fn chain(row: &Row<'_>) -> Result<DigestChain, StoreError> {
    Ok(DigestChain {
        account: row.parsed(0)?,
        trail: row.text(1)?,
        recipient: row.parsed(2)?,
        region: row.parsed(3)?,
        plan: row.json(4)?,
        start: row.time(5)?,
        due: row.time(6)?,
        previous: row
            .opt_text(7)?
            .map(|text| serde_json::from_str(&text).map_err(StoreError::corrupt))
            .transpose()?,
    })
}

pub(super) fn key(row: &Row<'_>) -> Result<DigestKey, StoreError> {
    Ok(DigestKey {
        region: row.parsed(0)?,
        fingerprint: row.text(1)?,
        public: row.blob(2)?,
        sealed: row.blob(3)?,
        since: row.time(4)?,
        until: row.time(5)?,
    })
}
