use atrium_model::access::{AccessRequest, NewAccessRequest, RequestKind, RequestStatus};
use atrium_model::{AccountId, InstanceId, Timestamp};

use crate::StoreError;

/// What has become of a request that a worker has in hand.
#[derive(Clone, Copy, Debug)]
pub struct RequestProgress<'a> {
    /// How far it is.
    pub status: RequestStatus,
    /// Why it failed, or will fail.
    pub failure_reason: Option<&'a str>,
    /// The last account that is done.
    pub done: Option<&'a AccountId>,
    /// Until when no other worker takes it, if it isn't finished.
    pub lease_until: Timestamp,
}

/// Requests that are kept until a worker has done them, and then for those who ask how it went.
pub trait AccessRequestTx {
    /// Keeps a new request.
    fn insert_access_request(&mut self, request: &NewAccessRequest) -> Result<(), StoreError>;

    /// A request by its id.
    fn access_request(
        &mut self,
        instance: &InstanceId,
        kind: RequestKind,
        id: &str,
    ) -> Result<Option<AccessRequest>, StoreError>;

    /// The requests of a kind, newest first, with numbers below `before`.
    fn access_requests(
        &mut self,
        instance: &InstanceId,
        kind: RequestKind,
        status: Option<RequestStatus>,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<AccessRequest>, StoreError>;

    /// How many requests of callers aren't finished.
    fn count_outstanding(&mut self, instance: &InstanceId) -> Result<i64, StoreError>;

    /// Whether a request waits that no worker has in hand.
    fn is_access_request_due(&mut self, now: Timestamp) -> Result<bool, StoreError>;

    /// Takes the oldest request that no worker has in hand, until `lease_until`.
    ///
    /// Requests for one permission set are taken one after the other, in order of their numbers.
    fn claim_access_request(
        &mut self,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> Result<Option<AccessRequest>, StoreError>;

    /// Keeps how far a request is. False, and nothing changes, if `request` isn't how it was found: it is finished, or
    /// another worker has taken it since.
    fn set_request_progress(
        &mut self,
        request: &AccessRequest,
        progress: RequestProgress<'_>,
    ) -> Result<bool, StoreError>;

    /// Removes up to `limit` finished requests older than `before` and tells how many there were.
    fn forget_access_requests(&mut self, before: Timestamp, limit: i64) -> Result<u64, StoreError>;
}
