use atrium_model::organization::{Handshake, HandshakeAction, HandshakeState, HandshakeTarget};
use atrium_model::{HandshakeId, OrganizationId, Timestamp};

use crate::StoreError;
use crate::connection::Row;
use crate::ports::{HandshakeQuery, HandshakeTx};
use crate::tx::{SqlTx, values};

/// The columns that [`read`] reads.
macro_rules! columns {
    () => {
        "id, organization, management, action, state, target_kind, target, parent, requested_at, expires_at, details"
    };
}

fn read(row: &Row<'_>) -> Result<Handshake, StoreError> {
    Ok(Handshake {
        id: row.parsed(0)?,
        organization: row.parsed(1)?,
        management: row.parsed(2)?,
        action: row.parsed(3)?,
        state: row.parsed(4)?,
        target: match row.text(5)?.as_str() {
            "ACCOUNT" => HandshakeTarget::Account(row.parsed(6)?),
            _ => HandshakeTarget::Email(row.text(6)?),
        },
        parent: row.opt_parsed(7)?,
        requested_at: row.time(8)?,
        expires_at: row.time(9)?,
        details: row.json(10)?,
    })
}

impl HandshakeTx for SqlTx<'_> {
    fn handshake(&mut self, id: &HandshakeId) -> Result<Option<Handshake>, StoreError> {
        self.row(
            concat!("SELECT ", columns!(), " FROM handshake WHERE id = $1"),
            values![id.as_str()],
            read,
        )
    }

    fn insert_handshake(
        &mut self,
        handshake: &Handshake,
        listed_until: Timestamp,
    ) -> Result<(), StoreError> {
        let (target_kind, target) = match &handshake.target {
            HandshakeTarget::Account(id) => ("ACCOUNT", id.as_str()),
            HandshakeTarget::Email(email) => ("EMAIL", email.as_str()),
        };
        let details = serde_json::to_string(&handshake.details).map_err(StoreError::corrupt)?;
        self.insert(
            "pending handshake",
            concat!(
                "INSERT INTO handshake (",
                columns!(),
                ", target_key, listed_until)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING"
            ),
            values![
                handshake.id.as_str(),
                handshake.organization.as_str(),
                handshake.management.as_str(),
                handshake.action.as_str(),
                handshake.state.as_str(),
                target_kind,
                target,
                handshake.parent.as_ref().map(HandshakeId::as_str),
                handshake.requested_at,
                handshake.expires_at,
                &details,
                &handshake.target.key(),
                listed_until
            ],
        )
    }

    fn finish_handshake(
        &mut self,
        id: &HandshakeId,
        state: HandshakeState,
        listed_until: Timestamp,
    ) -> Result<bool, StoreError> {
        let changed = self.execute(
            "UPDATE handshake SET state = $2, listed_until = $3
             WHERE id = $1 AND state IN ('OPEN', 'REQUESTED')",
            values![id.as_str(), state.as_str(), listed_until],
        )?;
        Ok(changed > 0)
    }

    fn expire_handshakes(
        &mut self,
        organization: &OrganizationId,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        self.execute(
            "UPDATE handshake SET state = 'EXPIRED'
             WHERE organization = $1 AND state IN ('OPEN', 'REQUESTED') AND expires_at <= $2",
            values![organization.as_str(), now],
        )
    }

    fn handshakes_of_organization(
        &mut self,
        organization: &OrganizationId,
        query: &HandshakeQuery,
    ) -> Result<Vec<Handshake>, StoreError> {
        self.rows(
            concat!(
                "SELECT ",
                columns!(),
                " FROM handshake WHERE organization = $1 AND id > $2 AND ($3 = '' OR action = $3)
                 AND ($4 = '' OR parent = $4) AND listed_until > $5 ORDER BY id LIMIT $6"
            ),
            values![
                organization.as_str(),
                query.after.as_deref().unwrap_or(""),
                query.action.map_or("", HandshakeAction::as_str),
                query.parent.as_ref().map_or("", HandshakeId::as_str),
                query.now,
                query.limit
            ],
            read,
        )
    }

    fn handshakes_of_target(
        &mut self,
        keys: [&str; 2],
        query: &HandshakeQuery,
    ) -> Result<Vec<Handshake>, StoreError> {
        let [one, other] = keys;
        self.rows(
            concat!(
                "SELECT ",
                columns!(),
                " FROM handshake WHERE target_key IN ($1, $7) AND id > $2 AND ($3 = '' OR action = $3)
                 AND ($4 = '' OR parent = $4) AND listed_until > $5 ORDER BY id LIMIT $6"
            ),
            values![
                one,
                query.after.as_deref().unwrap_or(""),
                query.action.map_or("", HandshakeAction::as_str),
                query.parent.as_ref().map_or("", HandshakeId::as_str),
                query.now,
                query.limit,
                other
            ],
            read,
        )
    }

    fn count_handshakes_since(
        &mut self,
        organization: &OrganizationId,
        action: HandshakeAction,
        since: Timestamp,
    ) -> Result<i64, StoreError> {
        self.number(
            "SELECT COUNT(*) FROM handshake WHERE organization = $1 AND action = $2 AND requested_at > $3",
            values![organization.as_str(), action.as_str(), since],
        )
    }

    fn count_pending_parts(
        &mut self,
        organization: &OrganizationId,
        parent: &HandshakeId,
    ) -> Result<i64, StoreError> {
        self.number(
            "SELECT COUNT(*) FROM handshake
             WHERE organization = $1 AND parent = $2 AND state IN ('OPEN', 'REQUESTED')",
            values![organization.as_str(), parent.as_str()],
        )
    }
}
