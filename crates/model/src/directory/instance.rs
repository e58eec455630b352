use std::{fmt, str::FromStr};

use crate::{AccountId, IdentityStoreId, InstanceId, OrganizationId, Partition, Region, Timestamp};

/// The day account instances were announced, 2023-11-15 in UTC. An organization whose instance is older blocks them
/// until its management account allows them (user guide, "Enable account instances").
pub const ACCOUNT_INSTANCES_SINCE: Timestamp = Timestamp::from_millis(1_700_006_400_000);

/// An IAM Identity Center instance with its one identity store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// Its id, `ssoins-…`.
    pub id: InstanceId,
    /// Whether it serves an organization or one account.
    pub kind: InstanceKind,
    /// The account that owns it; of an organization instance, the management account.
    pub owner: AccountId,
    /// The Region it lives in.
    pub region: Region,
    /// The organization it serves; only organization instances have one.
    pub organization: Option<OrganizationId>,
    /// The identity store that was made with it.
    pub identity_store: IdentityStoreId,
    /// Its name, if it was given one.
    pub name: Option<String>,
    /// Where it is in its life.
    pub status: InstanceStatus,
    /// Why it is not active.
    pub status_reason: Option<String>,
    /// When it was enabled.
    pub created: Timestamp,
    /// The customer managed key it is encrypted with; none means a key that AWS owns.
    pub kms_key_arn: Option<String>,
    /// When the last change of encryption is done; none if it never changed.
    pub encryption_settled: Option<Timestamp>,
    /// Whether the management account has allowed account instances. Counts for instances older than
    /// [`ACCOUNT_INSTANCES_SINCE`] only.
    pub account_instances_allowed: bool,
    /// Whether permission sets are switched on. Only organization instances have them.
    pub permission_sets_enabled: bool,
}

impl Instance {
    /// `arn:aws:sso:::instance/ssoins-…`: without Region and account.
    pub fn arn(&self) -> String {
        Self::arn_of(&self.id)
    }

    /// The ARN of the instance with this id.
    pub fn arn_of(id: &InstanceId) -> String {
        format!("arn:{}:sso:::instance/{id}", Partition::NAME)
    }

    /// `arn:aws:identitystore::<owner>:identitystore/d-…`.
    pub fn identity_store_arn(&self) -> String {
        format!(
            "arn:{}:identitystore::{}:identitystore/{}",
            Partition::NAME,
            self.owner,
            self.identity_store
        )
    }

    /// Whether a change of encryption is still under way at a moment.
    pub fn encrypts_at(&self, now: Timestamp) -> bool {
        self.encryption_settled.is_some_and(|settled| settled > now)
    }

    /// Whether the accounts of the organization may have account instances, as far as this instance decides it.
    pub fn permits_account_instances(&self) -> bool {
        self.created >= ACCOUNT_INSTANCES_SINCE || self.account_instances_allowed
    }
}

/// The text names no kind or status of an instance.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither a kind nor a status of an instance")]
pub struct ParseInstanceTermError(String);

macro_rules! term {
    ($(#[$doc:meta])* $name:ident { $($(#[$item_doc:meta])* $item:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$item_doc])* $item,)*
        }

        impl $name {
            /// The word the service uses.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$item => $text,)*
                }
            }
        }

        impl FromStr for $name {
            type Err = ParseInstanceTermError;

            fn from_str(text: &str) -> Result<Self, ParseInstanceTermError> {
                match text {
                    $($text => Ok(Self::$item),)*
                    _ => Err(ParseInstanceTermError(text.chars().take(64).collect())),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

term! {
    /// The two types of instance.
    InstanceKind {
        /// Serves every account of an organization.
        Organization = "ORGANIZATION",
        /// Serves one account, in one Region.
        Account = "ACCOUNT",
    }
}

term! {
    /// sso-admin's `InstanceStatus`.
    InstanceStatus {
        /// It is being made.
        CreateInProgress = "CREATE_IN_PROGRESS",
        /// It could not be made.
        CreateFailed = "CREATE_FAILED",
        /// It is being removed.
        DeleteInProgress = "DELETE_IN_PROGRESS",
        /// It can be used.
        Active = "ACTIVE",
    }
}
