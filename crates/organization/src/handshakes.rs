use std::time::Duration;

use atrium_model::organization::{
    Account, Handshake, HandshakeAction, HandshakeDetails, HandshakeState, HandshakeTarget,
    Organization, ResponsibilityTransferStatus,
};
use atrium_model::{AccountId, HandshakeId, OpContext};
use atrium_store::{HandshakeQuery, StoreError, Tx};

use crate::{Page, PageRequest, Quotas, TagError, all_features, invitations, transfers};

/// Why a handshake can't be answered, taken back or read.
#[derive(Debug, thiserror::Error)]
pub enum HandshakeError {
    /// There is none, or the account is no party to it.
    #[error("there is no such handshake")]
    NotFound,
    /// It is in the state asked for.
    #[error("the handshake already is {0}")]
    AlreadyInState(HandshakeState),
    /// It can't come to the state asked for.
    #[error("the handshake is {0}")]
    InvalidTransition(HandshakeState),
    /// The account is in an organization.
    #[error("the account is already in an organization")]
    AlreadyInOrganization,
    /// The organization has as many accounts as it may.
    #[error("the organization has as many accounts as it may")]
    AccountLimit,
    /// The account is not active.
    #[error("the account is not active")]
    NotActive,
    /// The account is in no organization, so it has no responsibility to transfer.
    #[error("the account is in no organization")]
    NotInUse,
    /// Only a management account can transfer responsibilities.
    #[error("the account is no management account")]
    NotManagement,
    /// An organization can't leave anything to itself.
    #[error("the transfer is from the organization to itself")]
    OwnTransfer,
    /// The same responsibility is transferred to the same organization.
    #[error("there is such a transfer")]
    AlreadyTransferred,
    /// The responsibility is transferred to another organization.
    #[error("too many outbound transfers")]
    OutboundQuota,
    /// Too many transfers would follow one another.
    #[error("the chain of transfers would be too long")]
    TransferLevels,
    /// The invitation's tags are refused.
    #[error(transparent)]
    Tags(#[from] TagError),
    /// The store failed.
    #[error("could not read or change the handshake")]
    Store(#[from] StoreError),
}

/// A new handshake of an organization.
pub(crate) fn begin(
    cx: &OpContext<'_>,
    organization: &Organization,
    management: &Account,
    action: HandshakeAction,
    target: HandshakeTarget,
    expiry: Duration,
) -> Result<Handshake, StoreError> {
    Ok(Handshake {
        id: format!("h-{}", cx.new_hex(32))
            .parse()
            .map_err(|error| StoreError::Corrupt(format!("{error}")))?,
        organization: organization.id.clone(),
        management: organization.management.clone(),
        action,
        state: HandshakeState::Open,
        target,
        parent: None,
        requested_at: cx.now(),
        expires_at: cx.now() + expiry,
        details: HandshakeDetails {
            management_email: management.email.clone(),
            management_name: management.name.clone(),
            feature_set: organization.feature_set.as_str().to_owned(),
            notes: None,
            tags: Vec::new(),
            transfer: None,
        },
    })
}

fn is_target(handshake: &Handshake, account: &Account) -> bool {
    match &handshake.target {
        HandshakeTarget::Account(id) => *id == account.id,
        HandshakeTarget::Email(email) => email.to_lowercase() == account.email.to_lowercase(),
    }
}

/// The handshake and the account, if the account is the one that is asked.
fn as_target(
    tx: &mut dyn Tx,
    account: &AccountId,
    id: &HandshakeId,
) -> Result<(Handshake, Account), HandshakeError> {
    let account = tx.account(account)?.ok_or(HandshakeError::NotFound)?;
    let handshake = tx
        .handshake(id)?
        .filter(|handshake| is_target(handshake, &account));
    Ok((handshake.ok_or(HandshakeError::NotFound)?, account))
}

/// Refuses unless the handshake can come to `wanted` at this moment.
fn pending(
    cx: &OpContext<'_>,
    handshake: &Handshake,
    wanted: HandshakeState,
) -> Result<(), HandshakeError> {
    match handshake.state_at(cx.now()) {
        state if state.is_pending() => Ok(()),
        state if state == wanted => Err(HandshakeError::AlreadyInState(state)),
        state => Err(HandshakeError::InvalidTransition(state)),
    }
}

/// Brings a pending handshake to its last state.
pub(crate) fn finish(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    handshake: &mut Handshake,
    state: HandshakeState,
    quotas: &Quotas,
) -> Result<(), HandshakeError> {
    let listed_until = cx.now() + quotas.finished_handshakes_listed;
    if !tx.finish_handshake(&handshake.id, state, listed_until)? {
        return Err(HandshakeError::InvalidTransition(handshake.state));
    }
    handshake.state = state;
    Ok(())
}

/// A handshake, for one of its parties.
pub fn describe_handshake(
    tx: &mut dyn Tx,
    account: &AccountId,
    id: &HandshakeId,
) -> Result<Handshake, HandshakeError> {
    let handshake = tx.handshake(id)?.ok_or(HandshakeError::NotFound)?;
    if handshake.management == *account {
        return Ok(handshake);
    }
    as_target(tx, account, id).map(|(handshake, _)| handshake)
}

/// Agrees to what a handshake asks of the account.
pub fn accept_handshake(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    account: &AccountId,
    id: &HandshakeId,
    quotas: &Quotas,
) -> Result<Handshake, HandshakeError> {
    let (mut handshake, account) = as_target(tx, account, id)?;
    pending(cx, &handshake, HandshakeState::Accepted)?;
    match handshake.action {
        HandshakeAction::Invite => invitations::accept(cx, tx, &handshake, &account, quotas)?,
        HandshakeAction::EnableAllFeatures => all_features::complete(tx, &handshake)?,
        HandshakeAction::TransferResponsibility => transfers::accept(tx, &handshake, &account)?,
        HandshakeAction::ApproveAllFeatures
        | HandshakeAction::AddOrganizationsServiceLinkedRole => {}
    }
    finish(cx, tx, &mut handshake, HandshakeState::Accepted, quotas)?;
    all_features::settle(cx, tx, &handshake, quotas)?;
    Ok(handshake)
}

/// Refuses what a handshake asks of the account.
pub fn decline_handshake(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    account: &AccountId,
    id: &HandshakeId,
    quotas: &Quotas,
) -> Result<Handshake, HandshakeError> {
    let (mut handshake, _) = as_target(tx, account, id)?;
    pending(cx, &handshake, HandshakeState::Declined)?;
    if handshake.action == HandshakeAction::EnableAllFeatures {
        // It is the organization's own: it is taken back, not declined.
        return Err(HandshakeError::InvalidTransition(handshake.state));
    }
    if handshake.action == HandshakeAction::TransferResponsibility {
        transfers::close(tx, &handshake, ResponsibilityTransferStatus::Declined)?;
    }
    finish(cx, tx, &mut handshake, HandshakeState::Declined, quotas)?;
    Ok(handshake)
}

/// Takes back a handshake that the account's organization began.
pub fn cancel_handshake(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    account: &AccountId,
    id: &HandshakeId,
    quotas: &Quotas,
) -> Result<Handshake, HandshakeError> {
    let handshake = tx
        .handshake(id)?
        .filter(|handshake| handshake.management == *account);
    let mut handshake = handshake.ok_or(HandshakeError::NotFound)?;
    pending(cx, &handshake, HandshakeState::Canceled)?;
    if handshake.action == HandshakeAction::EnableAllFeatures {
        all_features::cancel_parts(cx, tx, &handshake, quotas)?;
    }
    if handshake.action == HandshakeAction::TransferResponsibility {
        transfers::close(tx, &handshake, ResponsibilityTransferStatus::Canceled)?;
    }
    finish(cx, tx, &mut handshake, HandshakeState::Canceled, quotas)?;
    Ok(handshake)
}

/// Which handshakes a list shows.
#[derive(Clone, Debug, Default)]
pub struct HandshakeFilter {
    /// Only those about this.
    pub action: Option<HandshakeAction>,
    /// Only parts of this one.
    pub parent: Option<HandshakeId>,
}

fn query(cx: &OpContext<'_>, filter: HandshakeFilter, page: &PageRequest) -> HandshakeQuery {
    HandshakeQuery {
        action: filter.action,
        parent: filter.parent,
        now: cx.now(),
        after: page.after.clone(),
        limit: page.limit(),
    }
}

/// The handshakes that ask something of an account.
pub fn list_handshakes_for_account(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    account: &AccountId,
    filter: HandshakeFilter,
    page: &PageRequest,
) -> Result<Page<Handshake>, StoreError> {
    let email = tx
        .account(account)?
        .map(|account| account.email.to_lowercase());
    let keys = [account.as_str(), email.as_deref().unwrap_or("")];
    let found = tx.handshakes_of_target(keys, &query(cx, filter, page))?;
    Ok(page.cut(found, |handshake| handshake.id.to_string()))
}

/// The handshakes that an organization began.
pub fn list_handshakes_for_organization(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    organization: &Organization,
    filter: HandshakeFilter,
    page: &PageRequest,
) -> Result<Page<Handshake>, StoreError> {
    let found = tx.handshakes_of_organization(&organization.id, &query(cx, filter, page))?;
    Ok(page.cut(found, |handshake| handshake.id.to_string()))
}
