use atrium_model::{AccountId, Region, Timestamp};

use crate::StoreError;

/// One audit record, ready to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// `eventID`, a UUID.
    pub id: String,
    /// `eventTime`: when the request finished.
    pub time: Timestamp,
    /// `recipientAccountId`.
    pub account: AccountId,
    /// `awsRegion`.
    pub region: Region,
    /// `eventSource`, such as `sso.amazonaws.com`.
    pub source: String,
    /// `eventName`.
    pub name: String,
    /// The name that LookupEvents shows: IAM user, role session, or `root`.
    pub username: Option<String>,
    /// The access key that signed the request.
    pub access_key_id: Option<String>,
    /// Whether the operation only reads.
    pub read_only: bool,
    /// The whole record as JSON text.
    pub record: String,
}

/// What LookupEvents can select by; CloudTrail API model, `LookupAttributeKey`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventFilter {
    /// By `eventID`.
    EventId(String),
    /// By `eventName`.
    EventName(String),
    /// By `readOnly`.
    ReadOnly(bool),
    /// By user name.
    Username(String),
    /// By a resource's type.
    ResourceType(String),
    /// By a resource's name or ARN.
    ResourceName(String),
    /// By `eventSource`.
    EventSource(String),
    /// By access key id.
    AccessKeyId(String),
}

/// A page of events of one account and Region, newest first.
#[derive(Clone, Debug)]
pub struct EventQuery {
    /// The account whose events are asked for.
    pub account: AccountId,
    /// The Region whose events are asked for.
    pub region: Region,
    /// The earliest event time.
    pub from: Timestamp,
    /// The latest event time.
    pub to: Timestamp,
    /// At most one selection.
    pub filter: Option<EventFilter>,
    /// The last event of the page before: its time and its number in the log.
    pub after: Option<(Timestamp, i64)>,
    /// The most events to answer.
    pub limit: i64,
}

/// The audit log.
pub trait EventTx {
    /// Adds a record to the log, in the transaction of the change it tells of.
    fn append_event(&mut self, event: &Event) -> Result<(), StoreError>;

    /// The events that match, newest first, each with its number in the log.
    fn events(&mut self, query: &EventQuery) -> Result<Vec<(i64, Event)>, StoreError>;

    /// Removes up to `limit` events older than `before` and tells how many there were.
    fn forget_events(&mut self, before: Timestamp, limit: i64) -> Result<u64, StoreError>;
}
