use super::text::words;
use crate::{AccountId, CreateAccountRequestId, OrganizationId, Timestamp};

words!(
    /// How far a request to create an account has come.
    CreateAccountState, "create account state", {
        /// Still at work.
        InProgress = "IN_PROGRESS",
        /// The account is there.
        Succeeded = "SUCCEEDED",
        /// There is no account; the reason tells why.
        Failed = "FAILED",
    }
);

words!(
    /// Why an account could not be created; those of the model that can happen here.
    CreateAccountFailureReason, "create account failure reason", {
        /// The organization holds as many accounts as it may.
        AccountLimitExceeded = "ACCOUNT_LIMIT_EXCEEDED",
        /// Another account has the e-mail address.
        EmailAlreadyExists = "EMAIL_ALREADY_EXISTS",
        /// The e-mail address is not one.
        InvalidEmail = "INVALID_EMAIL",
        /// Something went wrong on the service's side.
        InternalFailure = "INTERNAL_FAILURE",
    }
);

/// A request to create an account, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateAccountStatus {
    /// `car-…`
    pub id: CreateAccountRequestId,
    /// The organization whose management account asked.
    pub organization: OrganizationId,
    /// The name asked for.
    pub account_name: String,
    /// How far it has come.
    pub state: CreateAccountState,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When it was done or had failed.
    pub completed_at: Option<Timestamp>,
    /// The account, once there is one.
    pub account: Option<AccountId>,
    /// Why there is none.
    pub failure_reason: Option<CreateAccountFailureReason>,
}
