//! Rules: which events of the log are told to whom. What EventBridge is to CloudTrail.
//!
//! Rules and targets are the operator's. Here is what they mean: the [language](EventPattern) that picks events, the
//! [form](envelope) in which a target gets one, the [rules](Rule) and some [ready-made ones](ReadyMade), and
//! [when a failed delivery is tried again](Retry). Who sends them and how is known elsewhere.

mod envelope;
mod notices;
mod pattern;
mod ready_made;
mod retry;
mod rule;

pub use envelope::{envelope, envelope_of_record};
pub use notices::{Fate, TRAIL_TOPICS, TrailTopics, settle, split, tell_topic};
pub use pattern::{EventPattern, LARGEST_PATTERN, PatternError};
pub use ready_made::ReadyMade;
pub use retry::Retry;
pub use rule::{Rule, Rules, STALE};
