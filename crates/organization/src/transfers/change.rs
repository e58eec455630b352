use atrium_model::organization::{
    Organization, ResponsibilityTransfer, ResponsibilityTransferStatus, TransferDirection,
};
use atrium_model::{OpContext, ResponsibilityTransferId, Timestamp};
use atrium_store::{StoreError, Tx};

use super::{HORIZON, TransferError, describe_transfer};
use crate::calendar;

/// Why a transfer can't be changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeTransferError {
    /// There is none, or the organization has no part in it.
    #[error("there is no such transfer")]
    NotFound,
    /// It was ended before.
    #[error("the transfer was withdrawn already")]
    AlreadyWithdrawn,
    /// It is in no state from which it can be ended.
    #[error("the transfer is {0}")]
    InvalidTransition(ResponsibilityTransferStatus),
    /// Its name is the affair of the organization that takes over, while the transfer goes on.
    #[error("the transfer can't be renamed")]
    NotRenamable,
    /// The end is not the last second of a month, UTC.
    #[error("the end is not the end of a month")]
    EndNotMonth,
    /// The end is over.
    #[error("the end is too early")]
    EndTooEarly,
    /// The end is more than a year ahead.
    #[error("the end is too late")]
    EndTooLate,
    /// The store failed.
    #[error("could not save the transfer")]
    Store(#[from] StoreError),
}

impl From<TransferError> for ChangeTransferError {
    fn from(error: TransferError) -> Self {
        match error {
            TransferError::NotFound => Self::NotFound,
            TransferError::Store(error) => Self::Store(error),
        }
    }
}

/// Renames a transfer by which the organization takes over.
pub fn rename_transfer(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    organization: &Organization,
    id: &ResponsibilityTransferId,
    name: String,
) -> Result<ResponsibilityTransfer, ChangeTransferError> {
    let (mut transfer, direction) = describe_transfer(tx, organization, id)?;
    let goes_on = matches!(
        transfer.status_at(cx.now()),
        ResponsibilityTransferStatus::Requested | ResponsibilityTransferStatus::Accepted
    );
    if direction != TransferDirection::Inbound || !goes_on {
        return Err(ChangeTransferError::NotRenamable);
    }
    transfer.name = name;
    tx.update_responsibility_transfer(&transfer)?;
    Ok(transfer)
}

/// Ends a transfer, for either side of it: with a month, by default the present one.
pub fn terminate_transfer(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    organization: &Organization,
    id: &ResponsibilityTransferId,
    ends_at: Option<Timestamp>,
) -> Result<(ResponsibilityTransfer, TransferDirection), ChangeTransferError> {
    let (mut transfer, direction) = describe_transfer(tx, organization, id)?;
    match transfer.status_at(cx.now()) {
        ResponsibilityTransferStatus::Accepted => {}
        ResponsibilityTransferStatus::Withdrawn => {
            return Err(ChangeTransferError::AlreadyWithdrawn);
        }
        other => return Err(ChangeTransferError::InvalidTransition(other)),
    }
    let at = ends_at.unwrap_or(cx.now());
    if ends_at.is_some() && !calendar::ends_month(at) {
        return Err(ChangeTransferError::EndNotMonth);
    }
    let end = calendar::end_of_month(at).ok_or(ChangeTransferError::EndTooLate)?;
    if end < cx.now() {
        return Err(ChangeTransferError::EndTooEarly);
    }
    if end.as_millis() > cx.now().as_millis().saturating_add(HORIZON) {
        return Err(ChangeTransferError::EndTooLate);
    }
    transfer.status = ResponsibilityTransferStatus::Withdrawn;
    transfer.ends_at = Some(end);
    tx.update_responsibility_transfer(&transfer)?;
    Ok((transfer, direction))
}
