use std::time::Duration;

use atrium_model::iam::Tag;
use atrium_model::{Caller, OpContext, Principal, Session, SessionIssuer};
use atrium_store::{StoreError, Tx};

use crate::{SessionError, SessionGrant, SessionPolicies, check_session_policies};

/// A federated session to be made.
#[derive(Clone, Debug, Default)]
pub struct NewFederation {
    /// The federated user's name.
    pub name: String,
    /// How long the session shall last, in seconds.
    pub duration_seconds: Option<i64>,
    /// Policies that limit the session; without any it may do nothing.
    pub policies: SessionPolicies,
    /// The session's tags.
    pub tags: Vec<Tag>,
}

/// The longest session that a caller gets without a role, in seconds: an hour for a root user, else 36 hours.
pub fn longest_session_seconds(caller: &Caller) -> i64 {
    if caller.is_root() { 3600 } else { 129_600 }
}

/// Twelve hours, as far as the caller gets that long.
fn seconds(caller: &Caller, asked: Option<i64>) -> Duration {
    let longest = longest_session_seconds(caller);
    Duration::from_secs(asked.unwrap_or(43_200).min(longest).unsigned_abs())
}

/// The caller's key, if it is one that is kept; made-up ones of a development server are not.
fn issuing_key(cx: &OpContext<'_>, tx: &mut dyn Tx) -> Result<Option<String>, StoreError> {
    Ok(tx.access_key(&cx.caller.access_key_id)?.map(|key| key.id))
}

/// The session of GetSessionToken: the caller itself, for a while.
///
/// # Errors
///
/// Only of the store.
pub fn session_token_session(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    duration_seconds: Option<i64>,
) -> Result<SessionGrant, StoreError> {
    Ok(SessionGrant {
        account: cx.caller.account.clone(),
        principal: cx.caller.principal.clone(),
        session: Session {
            issued_at: cx.now(),
            expires_at: cx.now() + seconds(cx.caller, duration_seconds),
            ..Session::default()
        },
        policy_arns: Vec::new(),
        issuing_key: issuing_key(cx, tx)?,
    })
}

/// The session of GetFederationToken: what both the caller's and the passed policies allow.
///
/// # Errors
///
/// Each rule of [`SessionError`] about policies and tags.
pub fn federated_user_session(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    new: NewFederation,
) -> Result<SessionGrant, SessionError> {
    let caller = cx.caller;
    check_session_policies(tx, &caller.account, &new.policies, &new.tags)?;
    let (user_id, user_name) = match &caller.principal {
        Principal::User { id, name, .. } => (id.clone(), name.clone()),
        Principal::Root
        | Principal::Role { .. }
        | Principal::Federated { .. }
        | Principal::ProviderUser(_)
        | Principal::Person { .. }
        | Principal::Anonymous => (caller.user_id(), String::new()),
    };
    Ok(SessionGrant {
        account: caller.account.clone(),
        session: Session {
            issued_at: cx.now(),
            expires_at: cx.now() + seconds(caller, new.duration_seconds),
            restricted: true,
            policies: new.policies.inline.into_iter().collect(),
            tags: new
                .tags
                .into_iter()
                .map(|tag| (tag.key, tag.value))
                .collect(),
            issuer: Some(SessionIssuer {
                kind: if caller.is_root() { "Root" } else { "User" }.to_owned(),
                id: caller.user_id(),
                arn: caller.arn(),
                name: user_name.clone(),
            }),
            ..Session::default()
        },
        principal: Principal::Federated {
            name: new.name,
            user_id,
            user_name,
        },
        policy_arns: new.policies.arns,
        issuing_key: issuing_key(cx, tx)?,
    })
}
