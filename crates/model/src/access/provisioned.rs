use std::str::FromStr;

use crate::application::AssignedPrincipal;
use crate::{AccountId, InstanceId, ParseIdError, PermissionSetId, Timestamp};

/// That a user or group has a permission set in an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountAssignment {
    /// The instance of permission set and principal.
    pub instance: InstanceId,
    /// The account.
    pub account: AccountId,
    /// The permission set.
    pub permission_set: PermissionSetId,
    /// Who has it. The principal may be gone: assignments outlive it, as they do on AWS.
    pub principal: AssignedPrincipal,
    /// Since when.
    pub created: Timestamp,
}

/// A permission set as it is in one account: the role that stands for it there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvisionedPermissionSet {
    /// The instance.
    pub instance: InstanceId,
    /// The account.
    pub account: AccountId,
    /// The permission set.
    pub permission_set: PermissionSetId,
    /// The revision of the permission set that the role has.
    pub revision: i64,
    /// The role's unique id, `AROA…`.
    pub role_id: String,
    /// The role's name, `AWSReservedSSO_…`.
    pub role_name: String,
    /// When the role last got a revision.
    pub provisioned: Timestamp,
}

/// Whether an account has a permission set as it is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProvisioningStatus {
    /// It has the last revision.
    Latest,
    /// The permission set has changed since.
    NotLatest,
}

impl ProvisioningStatus {
    /// The word in the service model.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Latest => "LATEST_PERMISSION_SET_PROVISIONED",
            Self::NotLatest => "LATEST_PERMISSION_SET_NOT_PROVISIONED",
        }
    }
}

impl FromStr for ProvisioningStatus {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        [Self::Latest, Self::NotLatest]
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or_else(|| ParseIdError::new("provisioning status", text))
    }
}
