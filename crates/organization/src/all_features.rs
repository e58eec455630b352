use atrium_model::OpContext;
use atrium_model::organization::{
    Account, FeatureSet, Handshake, HandshakeAction, HandshakeState, HandshakeTarget, JoinedMethod,
    Organization,
};
use atrium_store::{HandshakeQuery, StoreError, Tx};

use crate::handshakes::{begin, finish};
use crate::{HandshakeError, PageRequest, Quotas, list_accounts};

/// Why all features can't be asked for.
#[derive(Debug, thiserror::Error)]
pub enum AllFeaturesError {
    /// The organization has them.
    #[error("the organization already has all features")]
    AlreadyEnabled,
    /// They were asked for.
    #[error("the organization is already enabling all features")]
    AlreadyPending,
    /// The store failed.
    #[error("could not save the request")]
    Store(#[from] StoreError),
}

/// The request for all features that is pending, if one is.
pub(crate) fn open_request(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    organization: &Organization,
    query: &HandshakeQuery,
) -> Result<Option<Handshake>, StoreError> {
    let mut query = HandshakeQuery {
        action: Some(HandshakeAction::EnableAllFeatures),
        now: cx.now(),
        limit: 100,
        ..query.clone()
    };
    loop {
        let found = tx.handshakes_of_organization(&organization.id, &query)?;
        let Some(last) = found.last() else {
            return Ok(None);
        };
        query.after = Some(last.id.to_string());
        if let Some(open) = found
            .into_iter()
            .find(|found| found.state_at(cx.now()).is_pending())
        {
            return Ok(Some(open));
        }
    }
}

/// Asks every invited member to agree to all features. Once all have, the management account accepts the handshake
/// that this answers.
pub fn enable_all_features(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    organization: &Organization,
    quotas: &Quotas,
) -> Result<Handshake, AllFeaturesError> {
    if organization.feature_set == FeatureSet::All {
        return Err(AllFeaturesError::AlreadyEnabled);
    }
    let management = tx.account(&organization.management)?.ok_or_else(|| {
        StoreError::Corrupt(format!(
            "organization `{}` has no management account",
            organization.id
        ))
    })?;
    tx.expire_handshakes(&organization.id, cx.now())?;
    let expiry = quotas.all_features_expiry;
    let target = HandshakeTarget::Account(management.id.clone());
    let action = HandshakeAction::EnableAllFeatures;
    let mut request = begin(cx, organization, &management, action, target, expiry)?;
    let mut page = PageRequest::first(1000);
    let mut parts = Vec::new();
    loop {
        let accounts = list_accounts(tx, organization, &page)?;
        for account in accounts
            .items
            .iter()
            .filter(|account| is_asked(account, organization))
        {
            let target = HandshakeTarget::Account(account.id.clone());
            let action = HandshakeAction::ApproveAllFeatures;
            let mut part = begin(cx, organization, &management, action, target, expiry)?;
            part.parent = Some(request.id.clone());
            parts.push(part);
        }
        page.after = accounts.next;
        if page.after.is_none() {
            break;
        }
    }
    if !parts.is_empty() {
        request.state = HandshakeState::Requested;
    }
    let listed_until = request.expires_at + quotas.finished_handshakes_listed;
    for handshake in std::iter::once(&request).chain(&parts) {
        tx.insert_handshake(handshake, listed_until)
            .map_err(|error| match error {
                StoreError::Duplicate(_) => AllFeaturesError::AlreadyPending,
                error => error.into(),
            })?;
    }
    Ok(request)
}

/// Created accounts need not be asked.
fn is_asked(account: &Account, organization: &Organization) -> bool {
    let invited = account
        .joined
        .as_ref()
        .is_some_and(|joined| joined.method == JoinedMethod::Invited);
    invited && account.id != organization.management && account.is_active()
}

/// Gives the organization all features, when nobody is left to agree.
pub(crate) fn complete(tx: &mut dyn Tx, request: &Handshake) -> Result<(), HandshakeError> {
    if request.state != HandshakeState::Open {
        return Err(HandshakeError::InvalidTransition(request.state));
    }
    tx.set_feature_set(&request.organization, FeatureSet::All)?;
    tx.bump_policy_epoch()?;
    Ok(())
}

/// Opens the request for acceptance, once the last part of it is answered.
pub(crate) fn settle(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    part: &Handshake,
    quotas: &Quotas,
) -> Result<(), StoreError> {
    let Some(parent) = &part.parent else {
        return Ok(());
    };
    if tx.count_pending_parts(&part.organization, parent)? > 0 || refused(cx, tx, part)? {
        return Ok(());
    }
    let Some(request) = tx.handshake(parent)? else {
        return Ok(());
    };
    if request.state == HandshakeState::Requested {
        let listed_until = request.expires_at + quotas.finished_handshakes_listed;
        tx.finish_handshake(parent, HandshakeState::Open, listed_until)?;
    }
    Ok(())
}

/// Whether a member has refused a part of the same request.
fn refused(cx: &OpContext<'_>, tx: &mut dyn Tx, part: &Handshake) -> Result<bool, StoreError> {
    let mut query = parts_of(cx, part.parent.clone());
    loop {
        let found = tx.handshakes_of_organization(&part.organization, &query)?;
        let Some(last) = found.last() else {
            return Ok(false);
        };
        query.after = Some(last.id.to_string());
        if found
            .iter()
            .any(|part| part.state == HandshakeState::Declined)
        {
            return Ok(true);
        }
    }
}

fn parts_of(cx: &OpContext<'_>, parent: Option<atrium_model::HandshakeId>) -> HandshakeQuery {
    HandshakeQuery {
        action: Some(HandshakeAction::ApproveAllFeatures),
        parent,
        now: cx.now(),
        after: None,
        limit: 1000,
    }
}

/// Takes back what a request asks of the members.
pub(crate) fn cancel_parts(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    request: &Handshake,
    quotas: &Quotas,
) -> Result<(), HandshakeError> {
    let mut query = parts_of(cx, Some(request.id.clone()));
    loop {
        let found = tx.handshakes_of_organization(&request.organization, &query)?;
        let Some(last) = found.last() else {
            return Ok(());
        };
        query.after = Some(last.id.to_string());
        for mut part in found.into_iter().filter(|part| part.state.is_pending()) {
            finish(cx, tx, &mut part, HandshakeState::Canceled, quotas)?;
        }
    }
}

/// No longer waits for a member that leaves.
pub(crate) fn forget_member(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    organization: &Organization,
    account: &Account,
    quotas: &Quotas,
) -> Result<(), StoreError> {
    let query = parts_of(cx, None);
    let found = tx.handshakes_of_target([account.id.as_str(), ""], &query)?;
    let own = |part: &Handshake| part.organization == organization.id && part.state.is_pending();
    for part in found.into_iter().filter(own) {
        let listed_until = cx.now() + quotas.finished_handshakes_listed;
        tx.finish_handshake(&part.id, HandshakeState::Canceled, listed_until)?;
        settle(cx, tx, &part, quotas)?;
    }
    Ok(())
}
