//! Responsibilities that one organization leaves to another: only that for its bills. Atrium sends none, so what is
//! agreed on is kept and shown, and changes nothing else.

mod change;
mod handshake;

use atrium_model::organization::{
    Account, HandshakeAction, HandshakeTarget, NewResponsibilityTransfer, Organization,
    ResponsibilityTransfer, ResponsibilityTransferStatus, TransferDirection, TransferParticipant,
    TransferTerms,
};
use atrium_model::{OpContext, ResponsibilityTransferId, Timestamp};
use atrium_store::{StoreError, Tx};

use crate::calendar::{self, DAY};
use crate::handshakes::begin;
use crate::{Page, PageRequest, Quotas, TagError};

pub use change::*;
pub(crate) use handshake::{accept, close};

/// The furthest that a transfer's start or end may lie ahead, in milliseconds.
pub(crate) const HORIZON: i64 = 366 * DAY;

/// Why a transfer can't be asked for.
#[derive(Debug, thiserror::Error)]
pub enum TransferInviteError {
    /// The start is not the beginning of a day, UTC.
    #[error("the start is not the beginning of a day")]
    StartNotDay,
    /// The start is not the beginning of a month, UTC.
    #[error("the start is not the beginning of a month")]
    StartNotMonth,
    /// There is no time left to agree: that takes until a day before the start.
    #[error("the start is too early")]
    StartTooEarly,
    /// The start is more than a year ahead.
    #[error("the start is too late")]
    StartTooLate,
    /// The organization is its own.
    #[error("an organization can't leave anything to itself")]
    Own,
    /// The same responsibility is transferred already.
    #[error("there is such a transfer")]
    AlreadyTransferred,
    /// The same is asked for already.
    #[error("such a transfer is asked for already")]
    Duplicate,
    /// The organization takes over as much as it may.
    #[error("too many inbound transfers")]
    InboundQuota,
    /// Too much was asked for in the last 24 hours.
    #[error("too many invitations in the last 24 hours")]
    RateLimit,
    /// A tag is none.
    #[error(transparent)]
    Tags(#[from] TagError),
    /// The store failed.
    #[error("could not save the transfer")]
    Store(#[from] StoreError),
}

/// Asks the management account of another organization to leave a responsibility to this one.
///
/// Nothing tells the sender whether there is such an account.
pub fn invite_to_transfer(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    organization: &Organization,
    new: NewResponsibilityTransfer,
    quotas: &Quotas,
) -> Result<atrium_model::organization::Handshake, TransferInviteError> {
    crate::tags::check(&new.tags, quotas)?;
    check_start(cx, new.starts_at)?;
    let management = management(tx, organization)?;
    let own = match &new.source {
        HandshakeTarget::Account(id) => *id == management.id,
        HandshakeTarget::Email(email) => email.to_lowercase() == management.email.to_lowercase(),
    };
    if own {
        return Err(TransferInviteError::Own);
    }
    if already_inbound(tx, organization, &new)? {
        return Err(TransferInviteError::AlreadyTransferred);
    }
    tx.expire_handshakes(&organization.id, cx.now())?;
    if tx.count_inbound_transfers(&organization.id, cx.now())? >= quotas.inbound_transfers {
        return Err(TransferInviteError::InboundQuota);
    }
    let action = HandshakeAction::TransferResponsibility;
    let yesterday = Timestamp::from_millis(cx.now().as_millis().saturating_sub(DAY));
    let sent = tx.count_handshakes_since(&organization.id, action, yesterday)?;
    if sent >= quotas.invitations_per_day.max(quotas.inbound_transfers) {
        return Err(TransferInviteError::RateLimit);
    }
    let expiry = quotas.invitation_expiry;
    let target = new.source.clone();
    let mut handshake = begin(cx, organization, &management, action, target, expiry)?;
    handshake.expires_at = handshake.expires_at.min(answer_by(new.starts_at));
    handshake.details.notes = new.notes;
    let id: ResponsibilityTransferId = format!("rt-{}", cx.new_tail(10))
        .parse()
        .map_err(|error| StoreError::Corrupt(format!("{error}")))?;
    handshake.details.transfer = Some(TransferTerms {
        id: id.to_string(),
        kind: new.kind.to_string(),
        starts_at: new.starts_at,
    });
    let listed_until = handshake.expires_at + quotas.finished_handshakes_listed;
    tx.insert_handshake(&handshake, listed_until)
        .map_err(|error| match error {
            StoreError::Duplicate(_) => TransferInviteError::Duplicate,
            error => error.into(),
        })?;
    let source = match new.source {
        HandshakeTarget::Account(id) => TransferParticipant {
            account: Some(id),
            email: None,
        },
        HandshakeTarget::Email(email) => TransferParticipant {
            account: None,
            email: Some(email),
        },
    };
    tx.insert_responsibility_transfer(&ResponsibilityTransfer {
        id: id.clone(),
        organization: organization.id.clone(),
        kind: new.kind,
        name: new.name,
        status: ResponsibilityTransferStatus::Requested,
        source,
        source_organization: None,
        target: TransferParticipant {
            account: Some(management.id),
            email: Some(management.email),
        },
        handshake: handshake.id.clone(),
        requested_at: cx.now(),
        expires_at: handshake.expires_at,
        starts_at: new.starts_at,
        ends_at: None,
    })?;
    crate::put_tags(tx, organization, id.as_str(), &new.tags, quotas)?;
    Ok(handshake)
}

/// Until when a transfer can be agreed to: a day before it starts (AWS Billing user guide, "Sending invitations").
fn answer_by(starts_at: Timestamp) -> Timestamp {
    Timestamp::from_millis(starts_at.as_millis().saturating_sub(DAY))
}

fn check_start(cx: &OpContext<'_>, starts_at: Timestamp) -> Result<(), TransferInviteError> {
    if !calendar::begins_day(starts_at) {
        return Err(TransferInviteError::StartNotDay);
    }
    if !calendar::begins_month(starts_at) {
        return Err(TransferInviteError::StartNotMonth);
    }
    if answer_by(starts_at) <= cx.now() {
        return Err(TransferInviteError::StartTooEarly);
    }
    if starts_at.as_millis() > cx.now().as_millis().saturating_add(HORIZON) {
        return Err(TransferInviteError::StartTooLate);
    }
    Ok(())
}

/// Whether the organization takes over from this very management account at the start already.
fn already_inbound(
    tx: &mut dyn Tx,
    organization: &Organization,
    new: &NewResponsibilityTransfer,
) -> Result<bool, StoreError> {
    let account = match &new.source {
        HandshakeTarget::Account(id) => Some(id.clone()),
        HandshakeTarget::Email(email) => tx.account_by_email(email)?.map(|account| account.id),
    };
    let Some(account) = account else {
        return Ok(false);
    };
    let found = tx.outbound_transfer_in_force(&account, new.starts_at)?;
    Ok(found.is_some_and(|found| found.organization == organization.id))
}

fn management(tx: &mut dyn Tx, organization: &Organization) -> Result<Account, StoreError> {
    tx.account(&organization.management)?.ok_or_else(|| {
        StoreError::Corrupt(format!(
            "organization `{}` has no management account",
            organization.id
        ))
    })
}

/// A transfer could not be found or read.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// There is none, or the organization has no part in it.
    #[error("there is no such transfer")]
    NotFound,
    /// The store failed.
    #[error("could not read the transfer")]
    Store(#[from] StoreError),
}

/// A transfer that an organization has a part in, and which.
pub fn describe_transfer(
    tx: &mut dyn Tx,
    organization: &Organization,
    id: &ResponsibilityTransferId,
) -> Result<(ResponsibilityTransfer, TransferDirection), TransferError> {
    let found = tx
        .responsibility_transfer(id)?
        .ok_or(TransferError::NotFound)?;
    if found.organization == organization.id {
        return Ok((found, TransferDirection::Inbound));
    }
    let management = management(tx, organization)?;
    let key = found.source_key();
    let asked = key == management.id.as_str() || key == management.email.to_lowercase();
    // An account that has another organization now has nothing to do with what it agreed to in the one before.
    let same = found
        .source_organization
        .as_ref()
        .is_none_or(|source| *source == organization.id);
    match asked && same {
        true => Ok((found, TransferDirection::Outbound)),
        false => Err(TransferError::NotFound),
    }
}

/// The transfers by which an organization takes over, or the one with this id.
pub fn list_inbound_transfers(
    tx: &mut dyn Tx,
    organization: &Organization,
    only: Option<&ResponsibilityTransferId>,
    page: &PageRequest,
) -> Result<Page<ResponsibilityTransfer>, TransferError> {
    if let Some(id) = only {
        return match describe_transfer(tx, organization, id)? {
            (found, TransferDirection::Inbound) => Ok(Page {
                items: vec![found],
                next: None,
            }),
            (_, TransferDirection::Outbound) => Err(TransferError::NotFound),
        };
    }
    let (after, limit) = (page.after.as_deref(), page.limit());
    let found = tx.inbound_transfers(&organization.id, after, limit)?;
    Ok(page.cut(found, |transfer| transfer.id.to_string()))
}

/// The transfers by which an organization gives away.
pub fn list_outbound_transfers(
    tx: &mut dyn Tx,
    organization: &Organization,
    page: &PageRequest,
) -> Result<Page<ResponsibilityTransfer>, StoreError> {
    let management = management(tx, organization)?;
    let email = management.email.to_lowercase();
    let keys = [management.id.as_str(), email.as_str()];
    let found = tx.outbound_transfers(keys, page.after.as_deref(), page.limit())?;
    let mut page = page.cut(found, |transfer| transfer.id.to_string());
    page.items.retain(|found| {
        found
            .source_organization
            .as_ref()
            .is_none_or(|source| *source == organization.id)
    });
    Ok(page)
}
