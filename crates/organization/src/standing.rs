use atrium_model::AccountId;
use atrium_model::organization::Organization;
use atrium_store::{OrganizationTx, StoreError};

/// What a caller's account is in its organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The organization.
    pub organization: Organization,
    /// The account's part in it.
    pub role: Role,
}

/// The parts that an account can have in an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It governs the organization.
    Management,
    /// It administers some service for the organization, and may read the whole of it.
    DelegatedAdministrator,
    /// Any other member.
    Member,
}

/// The account stands alone.
#[derive(Debug, thiserror::Error)]
pub enum NotInUse {
    /// It is in no organization.
    #[error("the account is in no organization")]
    StandsAlone,
    /// The store failed.
    #[error("could not look up the organization")]
    Store(#[from] StoreError),
}

/// What an account is in its organization.
pub fn standing(tx: &mut dyn OrganizationTx, account: &AccountId) -> Result<Standing, NotInUse> {
    let membership = tx.membership(account)?.ok_or(NotInUse::StandsAlone)?;
    let organization = tx
        .organization(&membership.organization)?
        .ok_or(NotInUse::StandsAlone)?;
    let role = if organization.management == *account {
        Role::Management
    } else if !tx
        .delegated_services(&organization.id, account, None, 1)?
        .is_empty()
    {
        Role::DelegatedAdministrator
    } else {
        Role::Member
    };
    Ok(Standing { organization, role })
}
