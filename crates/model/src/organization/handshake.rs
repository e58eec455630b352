use super::text::words;
use super::{FeatureSet, OrganizationTag, TransferTerms};
use crate::{AccountId, HandshakeId, OrganizationId, Timestamp};

words!(
    /// What a handshake is about.
    HandshakeAction, "handshake action", {
        /// An account is asked to join.
        Invite = "INVITE",
        /// The organization is to get all features.
        EnableAllFeatures = "ENABLE_ALL_FEATURES",
        /// An invited account is asked to agree to that.
        ApproveAllFeatures = "APPROVE_ALL_FEATURES",
        /// The service-linked role is to be made in an account.
        AddOrganizationsServiceLinkedRole = "ADD_ORGANIZATIONS_SERVICE_LINKED_ROLE",
        /// Another organization is asked to leave a responsibility, such as its bills.
        TransferResponsibility = "TRANSFER_RESPONSIBILITY",
    }
);

words!(
    /// How far a handshake has come.
    HandshakeState, "handshake state", {
        /// Waiting for other handshakes.
        Requested = "REQUESTED",
        /// Waiting for an answer.
        Open = "OPEN",
        /// The sender took it back.
        Canceled = "CANCELED",
        /// Agreed.
        Accepted = "ACCEPTED",
        /// Refused.
        Declined = "DECLINED",
        /// Nobody answered in time.
        Expired = "EXPIRED",
    }
);

impl HandshakeState {
    /// Whether the handshake can still be answered or taken back.
    pub fn is_pending(self) -> bool {
        matches!(self, Self::Requested | Self::Open)
    }
}

/// Who is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandshakeTarget {
    /// An account by its id.
    Account(AccountId),
    /// An account by its e-mail address, in the letter case of the request.
    Email(String),
}

impl HandshakeTarget {
    /// The key that finds a target's handshakes: the account id, or the address in lower case. An address has an `@`,
    /// an account id has none, so the two never meet.
    pub fn key(&self) -> String {
        match self {
            Self::Account(id) => id.to_string(),
            Self::Email(email) => email.to_lowercase(),
        }
    }
}

/// Two parties agreeing on something that concerns an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handshake {
    /// `h-…`
    pub id: HandshakeId,
    /// The organization that began it.
    pub organization: OrganizationId,
    /// That organization's management account.
    pub management: AccountId,
    /// What it is about.
    pub action: HandshakeAction,
    /// The state as stored; see [`Handshake::state_at`].
    pub state: HandshakeState,
    /// Who is asked; the management account itself for [`HandshakeAction::EnableAllFeatures`].
    pub target: HandshakeTarget,
    /// The handshake that this one is a part of.
    pub parent: Option<HandshakeId>,
    /// When it began.
    pub requested_at: Timestamp,
    /// When it ends without an answer.
    pub expires_at: Timestamp,
    /// What the parties are told.
    pub details: HandshakeDetails,
}

/// What a handshake tells its parties, as it was when the handshake began.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct HandshakeDetails {
    /// The management account's e-mail address.
    pub management_email: String,
    /// The management account's name.
    pub management_name: String,
    /// The organization's feature set, as the wire spells it.
    pub feature_set: String,
    /// Words of the sender.
    pub notes: Option<String>,
    /// Tags for the account, once it joins.
    pub tags: Vec<OrganizationTag>,
    /// The transfer that [`HandshakeAction::TransferResponsibility`] is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer: Option<TransferTerms>,
}

impl HandshakeDetails {
    /// The feature set that the organization had.
    pub fn feature_set(&self) -> FeatureSet {
        self.feature_set.parse().unwrap_or(FeatureSet::All)
    }
}

impl Handshake {
    /// The handshake's ARN, which belongs to the account that began it.
    pub fn arn(&self) -> String {
        let action = self.action.as_str().to_ascii_lowercase();
        format!(
            "arn:aws:organizations::{}:handshake/{}/{action}/{}",
            self.management, self.organization, self.id
        )
    }

    /// The state at a moment: pending handshakes expire by themselves.
    pub fn state_at(&self, now: Timestamp) -> HandshakeState {
        match self.state.is_pending() && self.expires_at <= now {
            true => HandshakeState::Expired,
            false => self.state,
        }
    }
}
