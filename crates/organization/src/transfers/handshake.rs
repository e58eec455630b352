//! What becomes of a transfer when its handshake is answered.

use atrium_model::organization::{
    Account, Handshake, ResponsibilityTransfer, ResponsibilityTransferStatus, TransferParticipant,
};
use atrium_store::{StoreError, Tx};

use crate::HandshakeError;

/// Transfers that may follow one another: an organization leaves to a second what that one leaves to a third.
const LONGEST_CHAIN: i64 = 2;

fn find(tx: &mut dyn Tx, handshake: &Handshake) -> Result<ResponsibilityTransfer, HandshakeError> {
    tx.transfer_of_handshake(&handshake.id)?
        .ok_or(HandshakeError::NotFound)
}

/// Agrees to a transfer, for the management account that is asked.
pub(crate) fn accept(
    tx: &mut dyn Tx,
    handshake: &Handshake,
    account: &Account,
) -> Result<(), HandshakeError> {
    let joined = account.joined.as_ref().ok_or(HandshakeError::NotInUse)?;
    let organization = tx
        .organization(&joined.organization)?
        .ok_or(HandshakeError::NotInUse)?;
    if organization.management != account.id {
        return Err(HandshakeError::NotManagement);
    }
    let mut transfer = find(tx, handshake)?;
    if organization.id == transfer.organization {
        return Err(HandshakeError::OwnTransfer);
    }
    if let Some(other) = tx.outbound_transfer_in_force(&account.id, transfer.starts_at)? {
        return Err(match other.organization == transfer.organization {
            true => HandshakeError::AlreadyTransferred,
            false => HandshakeError::OutboundQuota,
        });
    }
    let levels = levels_above(tx, &transfer)?
        + 1
        + tx.inbound_transfer_levels(&account.id, transfer.starts_at)?;
    if levels > LONGEST_CHAIN {
        return Err(HandshakeError::TransferLevels);
    }
    transfer.status = ResponsibilityTransferStatus::Accepted;
    transfer.source_organization = Some(organization.id);
    transfer.source = TransferParticipant {
        account: Some(account.id.clone()),
        email: Some(account.email.clone()),
    };
    tx.update_responsibility_transfer(&transfer)?;
    Ok(())
}

/// How many transfers lead on from the account that takes over.
fn levels_above(tx: &mut dyn Tx, transfer: &ResponsibilityTransfer) -> Result<i64, StoreError> {
    let mut at = transfer.target.account.clone();
    for level in 0..LONGEST_CHAIN {
        let Some(account) = at else { return Ok(level) };
        match tx.outbound_transfer_in_force(&account, transfer.starts_at)? {
            Some(next) => at = next.target.account,
            None => return Ok(level),
        }
    }
    Ok(LONGEST_CHAIN)
}

/// Ends a transfer that nobody agreed to.
pub(crate) fn close(
    tx: &mut dyn Tx,
    handshake: &Handshake,
    status: ResponsibilityTransferStatus,
) -> Result<(), HandshakeError> {
    let mut transfer = find(tx, handshake)?;
    transfer.status = status;
    tx.update_responsibility_transfer(&transfer)?;
    Ok(())
}
