use atrium_model::organization::{ResponsibilityTransfer, TransferParticipant};
use atrium_model::{AccountId, HandshakeId, OrganizationId, ResponsibilityTransferId, Timestamp};

use crate::StoreError;
use crate::connection::Row;
use crate::ports::ResponsibilityTransferTx;
use crate::tx::{SqlTx, values};

/// The columns that [`read`] reads.
macro_rules! columns {
    () => {
        "id, organization, kind, name, status, source_account, source_email, source_organization, target_account,
         target_email, handshake, requested_at, expires_at, starts_at, ends_at"
    };
}

fn read(row: &Row<'_>) -> Result<ResponsibilityTransfer, StoreError> {
    Ok(ResponsibilityTransfer {
        id: row.parsed(0)?,
        organization: row.parsed(1)?,
        kind: row.parsed(2)?,
        name: row.text(3)?,
        status: row.parsed(4)?,
        source: TransferParticipant {
            account: row.opt_parsed(5)?,
            email: row.opt_text(6)?,
        },
        source_organization: row.opt_parsed(7)?,
        target: TransferParticipant {
            account: row.opt_parsed(8)?,
            email: row.opt_text(9)?,
        },
        handshake: row.parsed(10)?,
        requested_at: row.time(11)?,
        expires_at: row.time(12)?,
        starts_at: row.time(13)?,
        ends_at: row.opt_time(14)?,
    })
}

impl ResponsibilityTransferTx for SqlTx<'_> {
    fn responsibility_transfer(
        &mut self,
        id: &ResponsibilityTransferId,
    ) -> Result<Option<ResponsibilityTransfer>, StoreError> {
        self.row(
            concat!(
                "SELECT ",
                columns!(),
                " FROM responsibility_transfer WHERE id = $1"
            ),
            values![id.as_str()],
            read,
        )
    }

    fn transfer_of_handshake(
        &mut self,
        handshake: &HandshakeId,
    ) -> Result<Option<ResponsibilityTransfer>, StoreError> {
        self.row(
            concat!(
                "SELECT ",
                columns!(),
                " FROM responsibility_transfer WHERE handshake = $1"
            ),
            values![handshake.as_str()],
            read,
        )
    }

    fn insert_responsibility_transfer(
        &mut self,
        transfer: &ResponsibilityTransfer,
    ) -> Result<(), StoreError> {
        self.insert(
            "responsibility transfer",
            concat!(
                "INSERT INTO responsibility_transfer (",
                columns!(),
                ", source_key)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
                 ON CONFLICT DO NOTHING"
            ),
            values![
                transfer.id.as_str(),
                transfer.organization.as_str(),
                transfer.kind.as_str(),
                &transfer.name,
                transfer.status.as_str(),
                transfer.source.account.as_ref().map(AccountId::as_str),
                transfer.source.email.as_deref(),
                transfer
                    .source_organization
                    .as_ref()
                    .map(OrganizationId::as_str),
                transfer.target.account.as_ref().map(AccountId::as_str),
                transfer.target.email.as_deref(),
                transfer.handshake.as_str(),
                transfer.requested_at,
                transfer.expires_at,
                transfer.starts_at,
                transfer.ends_at,
                &transfer.source_key()
            ],
        )
    }

    fn update_responsibility_transfer(
        &mut self,
        transfer: &ResponsibilityTransfer,
    ) -> Result<(), StoreError> {
        self.execute(
            "UPDATE responsibility_transfer SET name = $3, status = $4, source_account = $5, source_email = $6,
             source_organization = $7, source_key = $8, ends_at = $9 WHERE organization = $1 AND id = $2",
            values![
                transfer.organization.as_str(),
                transfer.id.as_str(),
                &transfer.name,
                transfer.status.as_str(),
                transfer.source.account.as_ref().map(AccountId::as_str),
                transfer.source.email.as_deref(),
                transfer
                    .source_organization
                    .as_ref()
                    .map(OrganizationId::as_str),
                &transfer.source_key(),
                transfer.ends_at
            ],
        )?;
        Ok(())
    }

    fn inbound_transfers(
        &mut self,
        organization: &OrganizationId,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<ResponsibilityTransfer>, StoreError> {
        self.rows(
            concat!(
                "SELECT ",
                columns!(),
                " FROM responsibility_transfer WHERE organization = $1 AND id > $2 ORDER BY id LIMIT $3"
            ),
            values![organization.as_str(), after.unwrap_or(""), limit],
            read,
        )
    }

    fn outbound_transfers(
        &mut self,
        keys: [&str; 2],
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<ResponsibilityTransfer>, StoreError> {
        let [one, other] = keys;
        self.rows(
            concat!(
                "SELECT ",
                columns!(),
                " FROM responsibility_transfer WHERE source_key IN ($1, $2) AND id > $3 ORDER BY id LIMIT $4"
            ),
            values![one, other, after.unwrap_or(""), limit],
            read,
        )
    }

    fn count_inbound_transfers(
        &mut self,
        organization: &OrganizationId,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        self.number(
            "SELECT COUNT(*) FROM responsibility_transfer WHERE organization = $1
             AND (status = 'ACCEPTED' OR (status = 'WITHDRAWN' AND ends_at >= $2)
                  OR (status = 'REQUESTED' AND expires_at > $2))",
            values![organization.as_str(), now],
        )
    }

    fn outbound_transfer_in_force(
        &mut self,
        account: &AccountId,
        at: Timestamp,
    ) -> Result<Option<ResponsibilityTransfer>, StoreError> {
        self.row(
            concat!(
                "SELECT ",
                columns!(),
                " FROM responsibility_transfer WHERE source_key = $1
                 AND (status = 'ACCEPTED' OR (status = 'WITHDRAWN' AND ends_at >= $2)) ORDER BY id LIMIT 1"
            ),
            values![account.as_str(), at],
            read,
        )
    }

    fn inbound_transfer_levels(
        &mut self,
        account: &AccountId,
        at: Timestamp,
    ) -> Result<i64, StoreError> {
        let one = self.row(
            "SELECT 1 FROM responsibility_transfer WHERE target_account = $1
             AND (status = 'ACCEPTED' OR (status = 'WITHDRAWN' AND ends_at >= $2)) LIMIT 1",
            values![account.as_str(), at],
            |_| Ok(()),
        )?;
        if one.is_none() {
            return Ok(0);
        }
        let two = self.row(
            "SELECT 1 FROM responsibility_transfer near JOIN responsibility_transfer far
             ON far.target_account = near.source_account WHERE near.target_account = $1
             AND (near.status = 'ACCEPTED' OR (near.status = 'WITHDRAWN' AND near.ends_at >= $2))
             AND (far.status = 'ACCEPTED' OR (far.status = 'WITHDRAWN' AND far.ends_at >= $2)) LIMIT 1",
            values![account.as_str(), at],
            |_| Ok(()),
        )?;
        Ok(1 + i64::from(two.is_some()))
    }

    fn has_open_transfers(
        &mut self,
        organization: &OrganizationId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        if self.count_inbound_transfers(organization, now)? > 0 {
            return Ok(true);
        }
        let outbound = self.row(
            "SELECT 1 FROM responsibility_transfer WHERE source_organization = $1
             AND (status = 'ACCEPTED' OR (status = 'WITHDRAWN' AND ends_at >= $2)) LIMIT 1",
            values![organization.as_str(), now],
            |_| Ok(()),
        )?;
        Ok(outbound.is_some())
    }
}
