use atrium_model::organization::ResponsibilityTransfer;
use atrium_model::{AccountId, HandshakeId, OrganizationId, ResponsibilityTransferId, Timestamp};

use crate::StoreError;

/// Responsibilities that one organization leaves to another.
///
/// A transfer is in force at a moment when it was agreed to and did not end before. What was asked for and not answered
/// yet is pending.
pub trait ResponsibilityTransferTx {
    /// A transfer, whoever has a part in it.
    fn responsibility_transfer(
        &mut self,
        id: &ResponsibilityTransferId,
    ) -> Result<Option<ResponsibilityTransfer>, StoreError>;

    /// The transfer that a handshake is about.
    fn transfer_of_handshake(
        &mut self,
        handshake: &HandshakeId,
    ) -> Result<Option<ResponsibilityTransfer>, StoreError>;

    /// Keeps a new transfer. [`StoreError::Duplicate`] if its id or handshake is taken.
    fn insert_responsibility_transfer(
        &mut self,
        transfer: &ResponsibilityTransfer,
    ) -> Result<(), StoreError>;

    /// Keeps a transfer's new name, status, source and end.
    fn update_responsibility_transfer(
        &mut self,
        transfer: &ResponsibilityTransfer,
    ) -> Result<(), StoreError>;

    /// The transfers by which an organization takes over.
    fn inbound_transfers(
        &mut self,
        organization: &OrganizationId,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<ResponsibilityTransfer>, StoreError>;

    /// The transfers by which somebody gives away, who has one of two keys: an account's id and its e-mail address in
    /// lower case.
    fn outbound_transfers(
        &mut self,
        keys: [&str; 2],
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<ResponsibilityTransfer>, StoreError>;

    /// How many transfers by which an organization takes over are pending or in force at `now`.
    fn count_inbound_transfers(
        &mut self,
        organization: &OrganizationId,
        now: Timestamp,
    ) -> Result<i64, StoreError>;

    /// The transfer by which a management account gives away and that is in force at a moment.
    fn outbound_transfer_in_force(
        &mut self,
        account: &AccountId,
        at: Timestamp,
    ) -> Result<Option<ResponsibilityTransfer>, StoreError>;

    /// How long the longest chain of transfers in force is that ends in a management account: 0, 1, or 2 for all that
    /// are longer.
    fn inbound_transfer_levels(
        &mut self,
        account: &AccountId,
        at: Timestamp,
    ) -> Result<i64, StoreError>;

    /// Whether an organization has asked for a transfer and waits for the answer, or has a part in one in force.
    fn has_open_transfers(
        &mut self,
        organization: &OrganizationId,
        now: Timestamp,
    ) -> Result<bool, StoreError>;
}
