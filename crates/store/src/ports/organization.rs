//! What the organization area asks of a transaction, one trait a kind of thing, all of them in [`OrganizationTx`].
//!
//! Lists answer in order of their keys, begin after the key `after`, and hold at most `limit` entries.

mod account;
mod handshake;
mod policy;
mod service;
mod transfer;
mod tree;

use atrium_model::AccountId;
pub use atrium_model::organization::{AttachedPolicy, Membership};

use crate::StoreError;

pub use account::{AccountTx, CreateAccountTx};
pub use handshake::{HandshakeQuery, HandshakeTx};
pub use policy::OrganizationPolicyTx;
pub use service::{OrganizationTagTx, TrustedServiceTx};
pub use transfer::ResponsibilityTransferTx;
pub use tree::OrganizationTreeTx;

/// Accounts, organizations, and what the other areas ask about them.
pub trait OrganizationTx:
    AccountTx
    + CreateAccountTx
    + OrganizationTreeTx
    + OrganizationPolicyTx
    + TrustedServiceTx
    + OrganizationTagTx
    + HandshakeTx
    + ResponsibilityTransferTx
{
    /// Where an account stands in its organization; none when it stands alone or does not exist.
    fn membership(&mut self, id: &AccountId) -> Result<Option<Membership>, StoreError>;

    /// The service control policies that bind an account, level by level: root, organizational units, account.
    ///
    /// None when they don't apply: the account stands alone, is the management account, or the type isn't enabled.
    fn scp_levels(
        &mut self,
        id: &AccountId,
    ) -> Result<Option<Vec<Vec<AttachedPolicy>>>, StoreError>;

    /// The resource control policies that bind the resources of an account, level by level: root, organizational units,
    /// account.
    ///
    /// None when they don't apply: the account stands alone, is the management account, or the type isn't enabled.
    fn rcp_levels(
        &mut self,
        id: &AccountId,
    ) -> Result<Option<Vec<Vec<AttachedPolicy>>>, StoreError>;

    /// Whether an account administers a service for the organization that it is in.
    fn is_delegated_administrator(
        &mut self,
        account: &AccountId,
        service_principal: &str,
    ) -> Result<bool, StoreError>;
}
