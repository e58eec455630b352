//! What was asked for and is done by a worker later.

use atrium_model::access::{
    AccessRequest, NewAccessRequest, PermissionSet, RequestKind, RequestStatus,
};
use atrium_model::application::AssignedPrincipal;
use atrium_model::{AccountId, OpContext};
use atrium_store::{AccessTx, StoreError, Tx};

use crate::{Approach, Quotas};

/// Why a request was not found.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// The instance has no such request.
    #[error("request not found")]
    NotFound,
    /// The store failed.
    #[error("could not read the request")]
    Store(#[from] StoreError),
}

/// How far a request is.
pub fn describe_request(
    tx: &mut (impl AccessTx + ?Sized),
    approach: Approach<'_>,
    kind: RequestKind,
    id: &str,
) -> Result<AccessRequest, RequestError> {
    tx.access_request(&approach.instance.id, kind, id)?
        .ok_or(RequestError::NotFound)
}

/// A page of the requests of a kind, newest first, with numbers below `before`.
pub fn list_requests(
    tx: &mut (impl AccessTx + ?Sized),
    approach: Approach<'_>,
    kind: RequestKind,
    status: Option<RequestStatus>,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<AccessRequest>, StoreError> {
    tx.access_requests(&approach.instance.id, kind, status, before, limit)
}

/// What is asked for.
pub(crate) struct Asked<'a> {
    pub(crate) kind: RequestKind,
    pub(crate) set: &'a PermissionSet,
    pub(crate) account: Option<AccountId>,
    pub(crate) principal: Option<AssignedPrincipal>,
    /// What IAM says if the caller may not do this in the management account.
    pub(crate) refusal: Option<String>,
}

/// Whether the instance has as many unfinished requests as it may have.
pub(crate) fn is_busy(
    tx: &mut (impl AccessTx + ?Sized),
    quotas: &Quotas,
    approach: Approach<'_>,
) -> Result<bool, StoreError> {
    Ok(tx.count_outstanding(&approach.instance.id)? >= quotas.outstanding_requests)
}

/// Keeps a request for the worker.
pub(crate) fn keep(
    cx: &OpContext<'_>,
    tx: &mut (impl AccessTx + ?Sized),
    asked: Asked<'_>,
) -> Result<AccessRequest, StoreError> {
    let mut caller = cx.caller.clone();
    if let Some(session) = &mut caller.session {
        // Records of what the service does for the caller don't show them, and they can be long.
        session.policies.clear();
    }
    let asked = NewAccessRequest {
        instance: asked.set.instance.clone(),
        id: Some(cx.new_uuid()),
        kind: asked.kind,
        permission_set: asked.set.id.clone(),
        account: asked.account,
        principal: asked.principal,
        refusal: asked.refusal,
        caller: Some(caller),
        created: cx.now(),
    };
    tx.insert_access_request(&asked)?;
    Ok(AccessRequest {
        number: 0,
        asked,
        status: RequestStatus::InProgress,
        failure_reason: None,
        done: None,
        attempts: 0,
    })
}

/// Whether an account belongs to the organization that the instance serves.
pub(crate) fn is_of_organization(
    tx: &mut dyn Tx,
    approach: Approach<'_>,
    account: &AccountId,
) -> Result<bool, StoreError> {
    let membership = tx.membership(account)?;
    Ok(membership.is_some_and(|membership| {
        Some(&membership.organization) == approach.instance.organization.as_ref()
    }))
}
