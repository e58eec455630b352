use super::Account;
use crate::Timestamp;

/// A service that the organization trusts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedService {
    /// Such as `sso.amazonaws.com`.
    pub principal: String,
    /// Since when.
    pub since: Timestamp,
}

/// A member account that administers a service for the whole organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DelegatedAdministrator {
    /// The account.
    pub account: Account,
    /// When it was first registered for any service.
    pub since: Timestamp,
}

/// The service principal of IAM Identity Center.
pub const SSO_PRINCIPAL: &str = "sso.amazonaws.com";
