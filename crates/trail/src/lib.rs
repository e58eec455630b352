//! The audit trail: what was done, by whom, from where, in the form of AWS CloudTrail's records.
//!
//! [`record`] turns the [`CallFacts`] of one call into a record, [`event`] into what the store keeps, and
//! [`lookup_events`] answers the questions of CloudTrail's LookupEvents. Pure functions over plain values and the
//! store's port: this crate has no clock, knows nothing of HTTP and hides no secrets (the facts come in redacted).
//!
//! [`trails`] holds the rules of trails, and [`delivery`] what becomes of the events that they take; [`stores`] those of event
//! data stores, [`ingest`] which events they take, and [`queries`] what may be asked of them; [`imports`] and [`channels`] are the
//! ways by which other records come into them. [`rules`] say which events are told to whom.

pub mod channels;
pub mod delivery;
mod event;
mod facts;
mod identity;
pub mod imports;
pub mod ingest;
mod limits;
mod lookup;
mod names;
pub mod queries;
mod read_only;
mod record;
pub mod rules;
mod select;
mod source;
pub mod stores;
mod text;
pub mod trails;

pub use event::event;
pub use facts::{CallFacts, EventKind, Resource, TlsDetails};
pub use lookup::{
    EventPage, LookupCursor, LookupError, LookupEvents, LookupKey, RETENTION, lookup_events,
    resources_of,
};
pub use read_only::is_read_only;
pub use record::{EVENT_VERSION, keeps_answer, record};
pub use select::{selected, taken_by};
pub use source::{event_region, event_source};
