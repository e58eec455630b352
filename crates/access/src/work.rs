//! The worker's part: does what was asked for, one request after the other.

mod change;
mod failure;
mod perform;
mod role;

pub use change::{RoleChange, RoleChangeKind};
pub use role::role_pattern;

use std::time::Duration;

use atrium_model::access::AccessRequest;
use atrium_model::{OpContext, Timestamp};
use atrium_store::{AccessTx, RequestProgress, StoreError, Tx};

use perform::{Performed, perform};

/// How long a worker may take for a piece of work before another one takes the request.
const LEASE: Duration = Duration::from_secs(10);

/// How often a request is taken before it is given up: its worker died or its database failed each time.
const ATTEMPTS: i64 = 5;

/// What AWS says of a fault of its own.
const INTERNAL: &str = "Received a 500 status error: Internal failure.";

/// Whether there is something to do for [`take_request`].
pub fn is_work_due(tx: &mut (impl AccessTx + ?Sized), now: Timestamp) -> Result<bool, StoreError> {
    tx.is_access_request_due(now)
}

/// Takes the oldest request that no worker has in hand, so that for ten seconds no other takes it.
pub fn take_request(
    cx: &OpContext<'_>,
    tx: &mut (impl AccessTx + ?Sized),
) -> Result<Option<AccessRequest>, StoreError> {
    tx.claim_access_request(cx.now(), cx.now() + LEASE)
}

/// Does a request that [`take_request`] gave, or the next accounts of a long one, in a transaction of its own. Answers
/// what changed in accounts, in order.
///
/// Nothing is left half done: the request, the roles and the assignments change together, or none of them does. A
/// request that another worker has finished or taken meanwhile answers [`StoreError::Conflict`].
pub fn perform_request(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    quotas: RoleQuotas,
    request: &AccessRequest,
) -> Result<Vec<RoleChange>, StoreError> {
    let performed = if request.attempts > ATTEMPTS {
        Performed::failed(INTERNAL)
    } else {
        perform(cx, tx, quotas, request)?
    };
    let progress = RequestProgress {
        status: performed.status,
        failure_reason: performed.failure_reason.as_deref(),
        done: performed.done.as_ref(),
        lease_until: cx.now(),
    };
    match tx.set_request_progress(request, progress)? {
        true => Ok(performed.changes),
        false => Err(StoreError::Conflict),
    }
}

/// How much an account's IAM lets there be.
#[derive(Clone, Copy, Debug)]
pub struct RoleQuotas {
    /// Roles in the account.
    pub roles: i64,
    /// Managed policies attached to a role.
    pub policies_per_role: usize,
}
