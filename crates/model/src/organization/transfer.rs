use super::text::words;
use super::{Organization, OrganizationTag};
use crate::{AccountId, HandshakeId, OrganizationId, ResponsibilityTransferId, Timestamp};

words!(
    /// What one organization can leave to another.
    ResponsibilityTransferType, "responsibility transfer type", {
        /// To pay its bills.
        Billing = "BILLING",
    }
);

words!(
    /// How far a transfer has come.
    ResponsibilityTransferStatus, "responsibility transfer status", {
        /// The organization is asked.
        Requested = "REQUESTED",
        /// It refused.
        Declined = "DECLINED",
        /// It is no longer asked.
        Canceled = "CANCELED",
        /// It didn't answer in time.
        Expired = "EXPIRED",
        /// It agreed.
        Accepted = "ACCEPTED",
        /// One of the two ended it; it goes on until its end.
        Withdrawn = "WITHDRAWN",
    }
);

/// On which side of a transfer an organization is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferDirection {
    /// It takes over from another.
    Inbound,
    /// Another takes over from it.
    Outbound,
}

impl TransferDirection {
    /// The word in a transfer's ARN.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::Outbound => "outbound",
        }
    }
}

/// One side of a transfer, as far as the sides know each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TransferParticipant {
    /// The management account; unknown while somebody is asked by e-mail address only.
    pub account: Option<AccountId>,
    /// The management account's address; unknown while somebody is asked by account id only.
    pub email: Option<String>,
}

/// One organization leaves a responsibility of its own to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponsibilityTransfer {
    /// `rt-…`
    pub id: ResponsibilityTransferId,
    /// The organization that takes over, which began the transfer.
    pub organization: OrganizationId,
    /// What is transferred.
    pub kind: ResponsibilityTransferType,
    /// What the organization that takes over calls it.
    pub name: String,
    /// The status as stored; see [`ResponsibilityTransfer::status_at`].
    pub status: ResponsibilityTransferStatus,
    /// Who gives away.
    pub source: TransferParticipant,
    /// The organization that gives away, once it has agreed.
    pub source_organization: Option<OrganizationId>,
    /// Who takes over.
    pub target: TransferParticipant,
    /// The handshake by which it was agreed on.
    pub handshake: HandshakeId,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When nobody can agree any more.
    pub expires_at: Timestamp,
    /// From when it counts: the beginning of a month, UTC.
    pub starts_at: Timestamp,
    /// The last moment of a month, UTC, once somebody ended it.
    pub ends_at: Option<Timestamp>,
}

impl ResponsibilityTransfer {
    /// The status at a moment: what nobody agrees to expires by itself.
    pub fn status_at(&self, now: Timestamp) -> ResponsibilityTransferStatus {
        match self.status {
            ResponsibilityTransferStatus::Requested if self.expires_at <= now => {
                ResponsibilityTransferStatus::Expired
            }
            status => status,
        }
    }

    /// The key that finds what is asked of a management account: its id, or its address in lower case. An address has
    /// an `@`, an account id has none, so the two never meet.
    pub fn source_key(&self) -> String {
        match (&self.source.account, &self.source.email) {
            (Some(account), _) => account.to_string(),
            (None, email) => email.as_deref().unwrap_or("").to_lowercase(),
        }
    }

    /// The transfer's ARN in the organization on one side of it.
    pub fn arn(&self, organization: &Organization, direction: TransferDirection) -> String {
        format!(
            "arn:aws:organizations::{}:transfer/{}/{}/{}/{}",
            organization.management,
            organization.id,
            self.kind.as_str().to_ascii_lowercase(),
            direction.as_str(),
            self.id
        )
    }
}

/// A transfer to be asked for.
#[derive(Clone, Debug)]
pub struct NewResponsibilityTransfer {
    /// What is transferred.
    pub kind: ResponsibilityTransferType,
    /// Whose responsibility it is.
    pub source: super::HandshakeTarget,
    /// What the transfer is to be called.
    pub name: String,
    /// Words for who is asked.
    pub notes: Option<String>,
    /// From when it is to count.
    pub starts_at: Timestamp,
    /// Tags of the transfer.
    pub tags: Vec<OrganizationTag>,
}

/// What a handshake says about the transfer that it is about.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TransferTerms {
    /// `rt-…`
    pub id: String,
    /// What is transferred, as the wire spells it.
    pub kind: String,
    /// From when it is to count.
    pub starts_at: Timestamp,
}
