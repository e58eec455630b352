//! Channels, by which events from elsewhere than AWS come into event data stores: what may be asked of them, and of the
//! events that PutAuditEvents brings.
//!
//! "Create an integration with an event source outside of AWS" in the CloudTrail user guide.

mod create;
mod error;
mod event;
mod find;
mod name;
mod policy;
mod put;
mod source;
mod tags;
mod update;

pub use create::{NewChannel, create_channel};
pub use error::ChannelRuleError;
pub use event::{EventTrouble, audit_record};
pub use find::{channel_anywhere, find_channel, list_channels};
pub use name::ChannelName;
pub use policy::{delete_policy, put_policy};
pub use put::{AuditEvent, PutError, PutOutcome, put_events};
pub use tags::{add_channel_tags, remove_channel_tags};
pub use update::{ChannelUpdate, delete_channel, update_channel};
