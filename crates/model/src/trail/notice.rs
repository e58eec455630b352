use crate::{AccountId, Timestamp};

/// Something that is to be sent to a target: an event that a rule picked, or that a trail's file was delivered.
///
/// Target and id together are its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The target's name.
    pub target: String,
    /// Tells it from other notices for the target, also when it comes there more than once.
    pub id: String,
    /// Whose event it is, or whose trail.
    pub account: AccountId,
    /// What wants it to be sent: the names of rules, or a trail's id.
    pub origin: String,
    /// Whom of its target's it is for: the ARN of the topic for a trail's notice, the address for a mailbox's.
    pub topic: Option<String>,
    /// The target that it could not be sent to, if this is its dead letter.
    pub failed_at: Option<String>,
    /// What is sent, as JSON.
    pub body: String,
    /// When it was made.
    pub made: Timestamp,
    /// How often sending it has failed.
    pub tries: u32,
    /// When it is to be sent; none once that is given up.
    pub due: Option<Timestamp>,
    /// When that was.
    pub dead: Option<Timestamp>,
    /// Why it failed the last time.
    pub error: Option<String>,
}
