//! What requests for assignments and for provisioning have in common: looking them up.

use atrium_access::RequestError;
use atrium_model::AccountId;
use atrium_model::access::{AccessRequest, RequestKind, RequestStatus};
use atrium_wire::WireError;

use super::account_access::{self as access, page_size};
use crate::Call;
use crate::call::store_failure;
use crate::identitystore::cut;

/// One request by its id.
pub(super) fn describe(
    call: &mut Call<'_>,
    action: &str,
    instance_arn: &str,
    kind: RequestKind,
    id: &str,
) -> Result<AccessRequest, WireError> {
    let reach = access::instance(call, action, instance_arn, &[])?;
    atrium_access::describe_request(&mut *call.tx, reach.approach(), kind, id).map_err(|error| {
        match error {
            RequestError::NotFound => {
                WireError::not_found(format!("Could not find request with id {id}"))
            }
            RequestError::Store(error) => store_failure(error),
        }
    })
}

/// Which requests to list.
pub(super) struct Listing<'a> {
    pub(super) action: &'static str,
    pub(super) kind: RequestKind,
    pub(super) instance_arn: &'a str,
    pub(super) status: Option<String>,
    pub(super) next_token: Option<&'a str>,
    pub(super) max_results: Option<i64>,
}

/// A page of requests, newest first, and the token of the next page.
pub(super) fn list(
    call: &mut Call<'_>,
    listing: Listing<'_>,
) -> Result<(Vec<AccessRequest>, Option<String>), WireError> {
    let reach = access::instance(call, listing.action, listing.instance_arn, &[])?;
    let status: Option<RequestStatus> = listing
        .status
        .map(|text| text.parse())
        .transpose()
        .map_err(|error| WireError::validation(format!("{error}")))?;
    let scope = format!("{}/{status:?}", reach.instance.id);
    let before: Option<i64> = call.page(&scope, listing.next_token)?;
    let limit = page_size(listing.max_results);
    let (tx, approach) = (&mut *call.tx, reach.approach());
    let mut found =
        atrium_access::list_requests(tx, approach, listing.kind, status, before, limit + 1)
            .map_err(store_failure)?;
    let next_token = cut(&mut found, limit).map(|last| call.next_token(&scope, &last.number));
    Ok((found, next_token))
}

/// Why a request failed. What a request that is still worked on will fail with stays hidden until it has.
pub(super) fn failure_reason(request: &AccessRequest) -> Option<String> {
    request
        .failure_reason
        .clone()
        .filter(|_| request.status == RequestStatus::Failed)
}

pub(super) fn busy() -> WireError {
    WireError::throttled("There are too many requests processing. Please try again later.")
}

/// An account that is not of the organization, whether it is anyone's or nobody's.
pub(super) fn unknown_account(account: &AccountId) -> WireError {
    WireError::not_found(format!("Could not find AwsAccount with id {account}"))
}
