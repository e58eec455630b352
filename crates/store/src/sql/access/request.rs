use atrium_model::access::{AccessRequest, NewAccessRequest, RequestKind, RequestStatus};
use atrium_model::application::AssignedPrincipal;
use atrium_model::{AccountId, InstanceId, Timestamp};

use crate::StoreError;
use crate::connection::Row;
use crate::ports::{AccessRequestTx, RequestProgress};
use crate::tx::{SqlTx, values};

/// The columns of a request, between what comes before and after them in a statement.
macro_rules! columns {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            " number, instance, id, kind, permission_set, account, principal_kind, principal_id, refusal, caller,
             created, status, failure_reason, done, attempts ",
            $after
        )
    };
}

fn read(row: &Row<'_>) -> Result<AccessRequest, StoreError> {
    let principal = match (row.opt_text(6)?, row.opt_text(7)?) {
        (Some(kind), Some(id)) => {
            Some(AssignedPrincipal::new(&kind, &id).map_err(StoreError::corrupt)?)
        }
        _ => None,
    };
    let caller = row
        .opt_text(9)?
        .map(|text| serde_json::from_str(&text).map_err(StoreError::corrupt))
        .transpose()?;
    Ok(AccessRequest {
        number: row.int(0)?,
        asked: NewAccessRequest {
            instance: row.parsed(1)?,
            id: row.opt_text(2)?,
            kind: row.parsed(3)?,
            permission_set: row.parsed(4)?,
            account: row.opt_parsed(5)?,
            principal,
            refusal: row.opt_text(8)?,
            caller,
            created: row.time(10)?,
        },
        status: row.parsed(11)?,
        failure_reason: row.opt_text(12)?,
        done: row.opt_parsed(13)?,
        attempts: row.int(14)?,
    })
}

impl AccessRequestTx for SqlTx<'_> {
    fn insert_access_request(&mut self, request: &NewAccessRequest) -> Result<(), StoreError> {
        let caller = request
            .caller
            .as_ref()
            .map(|caller| serde_json::to_string(caller).map_err(StoreError::corrupt))
            .transpose()?;
        self.insert(
            "request id",
            "INSERT INTO access_request (instance, id, kind, permission_set, account, principal_kind, principal_id,
             refusal, caller, created, status, attempts, lease_until)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'IN_PROGRESS', 0, 0) ON CONFLICT DO NOTHING",
            values![
                request.instance.as_str(),
                request.id.as_ref(),
                request.kind.as_str(),
                request.permission_set.as_str(),
                request.account.as_ref().map(AccountId::as_str),
                request.principal.as_ref().map(AssignedPrincipal::kind),
                request.principal.as_ref().map(AssignedPrincipal::id),
                request.refusal.as_ref(),
                caller.as_ref(),
                request.created,
            ],
        )
    }

    fn access_request(
        &mut self,
        instance: &InstanceId,
        kind: RequestKind,
        id: &str,
    ) -> Result<Option<AccessRequest>, StoreError> {
        self.row(
            columns!(
                "SELECT",
                "FROM access_request WHERE instance = $1 AND id = $2 AND kind = $3"
            ),
            values![instance.as_str(), id, kind.as_str()],
            read,
        )
    }

    fn access_requests(
        &mut self,
        instance: &InstanceId,
        kind: RequestKind,
        status: Option<RequestStatus>,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<AccessRequest>, StoreError> {
        self.rows(
            columns!(
                "SELECT",
                "FROM access_request WHERE instance = $1 AND kind = $2 AND number < $3 AND ($4 = '' OR status = $4)
                 ORDER BY number DESC LIMIT $5"
            ),
            values![
                instance.as_str(),
                kind.as_str(),
                before.unwrap_or(i64::MAX),
                status.map_or("", RequestStatus::as_str),
                limit
            ],
            read,
        )
    }

    fn count_outstanding(&mut self, instance: &InstanceId) -> Result<i64, StoreError> {
        self.number(
            "SELECT COUNT(*) FROM access_request
             WHERE instance = $1 AND status = 'IN_PROGRESS' AND id IS NOT NULL",
            values![instance.as_str()],
        )
    }

    fn is_access_request_due(&mut self, now: Timestamp) -> Result<bool, StoreError> {
        let due = self.row(
            "SELECT number FROM access_request WHERE status = 'IN_PROGRESS' AND lease_until <= $1
             ORDER BY number LIMIT 1",
            values![now],
            |row| row.int(0),
        )?;
        Ok(due.is_some())
    }

    fn claim_access_request(
        &mut self,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> Result<Option<AccessRequest>, StoreError> {
        self.row(
            columns!(
                "UPDATE access_request SET lease_until = $2, attempts = attempts + 1 WHERE number = (
                     SELECT r.number FROM access_request r WHERE r.status = 'IN_PROGRESS' AND r.lease_until <= $1
                     AND NOT EXISTS (SELECT 1 FROM access_request o WHERE o.instance = r.instance
                         AND o.permission_set = r.permission_set AND o.status = 'IN_PROGRESS' AND o.number < r.number)
                     ORDER BY r.number LIMIT 1)
                 RETURNING",
                ""
            ),
            values![now, lease_until],
            read,
        )
    }

    fn set_request_progress(
        &mut self,
        request: &AccessRequest,
        progress: RequestProgress<'_>,
    ) -> Result<bool, StoreError> {
        // Whoever takes a request raises its attempts, and getting on begins them anew: a worker whose lease has run
        // out meets other attempts or another place.
        let changed = self.execute(
            "UPDATE access_request SET status = $4, failure_reason = $5, done = $6, lease_until = $7,
             attempts = 1 WHERE number = $1 AND status = 'IN_PROGRESS' AND attempts = $2 AND COALESCE(done, '') = $3",
            values![
                request.number,
                request.attempts,
                request.done.as_ref().map_or("", AccountId::as_str),
                progress.status.as_str(),
                progress.failure_reason,
                progress.done.map(AccountId::as_str),
                progress.lease_until,
            ],
        )?;
        Ok(changed > 0)
    }

    fn forget_access_requests(&mut self, before: Timestamp, limit: i64) -> Result<u64, StoreError> {
        self.execute(
            "DELETE FROM access_request WHERE number IN (SELECT number FROM access_request
             WHERE created < $1 AND status <> 'IN_PROGRESS' ORDER BY created, number LIMIT $2)",
            values![before, limit],
        )
    }
}
