//! CloudTrail records as OCSF events: which class an event is of, and where each field of the record goes.
//!
//! It follows version 1.1.0 of the schema, with the profiles `cloud` and `datetime`, and AWS's own mapping of CloudTrail where that
//! is known; `docs/decisions/0013-ocsf-events.md` says where it isn't, and what is done otherwise.
//!
//! A record is taken apart: what no attribute takes stands in `unmapped`, so nothing of a record is lost. Any JSON object with a
//! time becomes a valid event. There is no I/O here, and nothing of the service is known.

mod choose;
mod class;
mod event;
mod map;
mod objects;
mod record;
mod scim;
mod shape;

pub use class::{Activity, Class, Classes};
pub use event::{Event, OCSF_VERSION};
pub use map::event;
pub use objects::*;
pub use shape::{Attribute, Kind, Shape, Text, Time};
