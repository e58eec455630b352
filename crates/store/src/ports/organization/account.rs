use atrium_model::organization::{Account, CreateAccountState, CreateAccountStatus, Joined};
use atrium_model::{AccountId, CreateAccountRequestId, OrganizationId, Region, Timestamp};

use crate::StoreError;

/// Accounts, in an organization or standing alone.
pub trait AccountTx {
    /// The account with this id.
    fn account(&mut self, id: &AccountId) -> Result<Option<Account>, StoreError>;

    /// The account with this e-mail address, whatever its letter case.
    fn account_by_email(&mut self, email: &str) -> Result<Option<Account>, StoreError>;

    /// Keeps a new account. [`StoreError::Duplicate`] if its id or e-mail address is taken.
    fn insert_account(&mut self, account: &Account) -> Result<(), StoreError>;

    /// Renames an account; false if there is none.
    fn set_account_name(&mut self, id: &AccountId, name: &str) -> Result<bool, StoreError>;

    /// Closes an active account; false if there is none.
    fn close_account(&mut self, id: &AccountId, at: Timestamp) -> Result<bool, StoreError>;

    /// Gives an account its place in an organization, or takes it away, with the tags and attachments it had there.
    fn place_account(&mut self, id: &AccountId, joined: Option<&Joined>) -> Result<(), StoreError>;

    /// The accounts of an organization.
    fn accounts_of_organization(
        &mut self,
        organization: &OrganizationId,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<Account>, StoreError>;

    /// The accounts directly in a root or organizational unit.
    fn accounts_of_parent(
        &mut self,
        organization: &OrganizationId,
        parent: &str,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<Account>, StoreError>;

    /// How many accounts an organization has, the management account included.
    fn count_accounts(&mut self, organization: &OrganizationId) -> Result<i64, StoreError>;

    /// How many of an organization's accounts were closed since a moment.
    fn count_closed_accounts(
        &mut self,
        organization: &OrganizationId,
        since: Timestamp,
    ) -> Result<i64, StoreError>;

    /// The opt-in Regions that an account has enabled, in order of their names.
    fn account_regions(&mut self, account: &AccountId) -> Result<Vec<Region>, StoreError>;

    /// Enables or disables an opt-in Region; false if nothing changed.
    fn set_account_region(
        &mut self,
        account: &AccountId,
        region: &Region,
        enabled: bool,
    ) -> Result<bool, StoreError>;
}

/// Requests to create accounts.
pub trait CreateAccountTx {
    /// Keeps a request and what became of it.
    fn insert_create_account_status(
        &mut self,
        status: &CreateAccountStatus,
    ) -> Result<(), StoreError>;

    /// One request of an organization.
    fn create_account_status(
        &mut self,
        organization: &OrganizationId,
        id: &CreateAccountRequestId,
    ) -> Result<Option<CreateAccountStatus>, StoreError>;

    /// The requests of an organization in one of the states given; in any state if none is.
    fn create_account_statuses(
        &mut self,
        organization: &OrganizationId,
        states: &[CreateAccountState],
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<CreateAccountStatus>, StoreError>;
}
