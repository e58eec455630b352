use atrium_model::{AccountId, OrganizationId, Region, Timestamp};
use serde::{Deserialize, Serialize};

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
    /// The resources that it names, for finding it by them. Those of an event that was read are in its record alone.
    pub resources: Vec<EventResource>,
    /// The whole record as JSON text.
    pub record: String,
}

/// A resource that an event names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventResource {
    /// Such as `AWS::IAM::Role`.
    pub kind: String,
    /// Its ARN, or what the event names it by.
    pub arn: String,
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
    /// By a resource's ARN, or what stands behind its last slash or colon.
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

/// A place in the log.
///
/// Events are read in this order: by transaction, and in a transaction as they were kept. What is before a place never
/// grows once it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EventPosition {
    /// Orders transactions; 0 where only one is open at a time, and below it what was brought from another server.
    pub transaction: i64,
    /// Orders the events of a transaction.
    pub number: i64,
}

impl EventPosition {
    /// Before every event.
    pub const START: Self = Self {
        transaction: i64::MIN,
        number: i64::MIN,
    };
}

/// An event as those get it who read the log from its beginning to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamedEvent {
    /// Where it stands.
    pub position: EventPosition,
    /// The organization that its account was in when it was kept.
    pub organization: Option<OrganizationId>,
    /// The event.
    pub event: Event,
}

/// The audit log.
pub trait EventTx {
    /// Adds a record to the log, in the transaction of the change it tells of.
    fn append_event(&mut self, event: &Event) -> Result<(), StoreError>;

    /// The events that match, newest first, each with its number in the log.
    fn events(&mut self, query: &EventQuery) -> Result<Vec<(i64, Event)>, StoreError>;

    /// Removes up to `limit` events older than `before` and tells how many there were. Events that a reader has yet to read
    /// stay, but none that is older than `at_last`: the reader may never come back.
    fn forget_events(
        &mut self,
        before: Timestamp,
        at_last: Timestamp,
        limit: i64,
    ) -> Result<u64, StoreError>;

    /// Up to `limit` events after a position, in the order of positions.
    ///
    /// Events that a transaction kept which began after one that is still open wait until that one has ended: so who
    /// goes on from the last one's position misses none.
    fn events_after(
        &mut self,
        position: EventPosition,
        limit: i64,
    ) -> Result<Vec<StreamedEvent>, StoreError>;

    /// The position of the last event that [`EventTx::events_after`] would give.
    fn last_event(&mut self) -> Result<Option<EventPosition>, StoreError>;

    /// A number above those of all transactions that have ended.
    fn next_transaction(&mut self) -> Result<i64, StoreError>;

    /// Whether all transactions below a number have ended, so that [`EventTx::events_after`] gives the events of each.
    fn have_transactions_ended(&mut self, before: i64) -> Result<bool, StoreError>;

    /// How far a reader has come, if it was ever seen.
    fn event_reader(&mut self, name: &str) -> Result<Option<EventPosition>, StoreError>;

    /// The time of the first event that a reader has not read, whether or not [`EventTx::events_after`] gives it yet.
    fn oldest_unread_event(&mut self, reader: &str) -> Result<Option<Timestamp>, StoreError>;

    /// Whether a reader is due; one that was never seen is. So is one whose time is more than a day ahead: a clock was wrong.
    fn is_event_reader_due(&mut self, name: &str, now: Timestamp) -> Result<bool, StoreError>;

    /// Takes a reader's turn if it is due, and with it the right to read on until `until`: answers how far it has come.
    ///
    /// A reader that was never seen is due, at the beginning.
    fn claim_event_reader(
        &mut self,
        name: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<EventPosition>, StoreError>;

    /// Notes that a reader has come from one position to another, and when it is to read on. False if it isn't at
    /// `from` any more: somebody else has read on.
    fn advance_event_reader(
        &mut self,
        name: &str,
        from: EventPosition,
        to: EventPosition,
        due: Timestamp,
    ) -> Result<bool, StoreError>;
}
