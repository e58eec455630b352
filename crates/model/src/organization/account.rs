use super::ParentId;
use super::text::words;
use crate::{AccountId, OrganizationId, Timestamp};

words!(
    /// The older of the two words for where an account stands in its life.
    AccountStatus, "account status", {
        /// In use.
        Active = "ACTIVE",
        /// Closed, or suspended.
        Suspended = "SUSPENDED",
        /// Being closed.
        PendingClosure = "PENDING_CLOSURE",
    }
);

words!(
    /// The newer word, which tells a closed account from a suspended one.
    AccountState, "account state", {
        /// Created, not yet usable.
        PendingActivation = "PENDING_ACTIVATION",
        /// In use.
        Active = "ACTIVE",
        /// Suspended by the operator.
        Suspended = "SUSPENDED",
        /// Being closed.
        PendingClosure = "PENDING_CLOSURE",
        /// Closed by CloseAccount.
        Closed = "CLOSED",
    }
);

words!(
    /// How an account came into its organization.
    JoinedMethod, "joined method", {
        /// It accepted an invitation, or is the management account.
        Invited = "INVITED",
        /// CreateAccount made it.
        Created = "CREATED",
    }
);

/// An AWS account, in an organization or standing alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Twelve digits.
    pub id: AccountId,
    /// The root user's e-mail address; unique whatever its letter case.
    pub email: String,
    /// The account's friendly name.
    pub name: String,
    /// Whether it can be used.
    pub status: AccountStatus,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// Its place in an organization; none when it stands alone.
    pub joined: Option<Joined>,
}

/// An account's place in an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joined {
    /// The organization.
    pub organization: OrganizationId,
    /// The root or organizational unit the account is in.
    pub parent: ParentId,
    /// Since when it is a member.
    pub at: Timestamp,
    /// How it came in.
    pub method: JoinedMethod,
}

impl Account {
    /// The newer word for the account's status.
    pub fn state(&self) -> AccountState {
        match (self.status, self.closed_at) {
            (AccountStatus::Active, _) => AccountState::Active,
            (AccountStatus::PendingClosure, _) => AccountState::PendingClosure,
            (AccountStatus::Suspended, Some(_)) => AccountState::Closed,
            (AccountStatus::Suspended, None) => AccountState::Suspended,
        }
    }

    /// Whether the account can be used.
    pub fn is_active(&self) -> bool {
        self.status == AccountStatus::Active
    }
}
