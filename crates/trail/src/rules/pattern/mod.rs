//! EventBridge's language for picking events; EventBridge user guide, "Creating event patterns" and "Comparison
//! operators".
//!
//! A pattern is an object of the same form as the events it picks. Where an event has a value, the pattern has a list
//! of what the value may be, each a literal or a condition in an object of its own. All fields must match, and of a
//! list one entry. A list in an event matches if one of its elements does; fields below a list of objects must match
//! in the same element.

mod condition;
mod number;
mod object;
mod read;
mod repeats;
mod text;

use serde_json::Value;

use object::{Object, Verdict};
pub(super) use text::Wildcard;

/// How long a pattern may be, in bytes of JSON; EventBridge's quota "Event pattern size".
pub const LARGEST_PATTERN: usize = 2048;

/// What events a rule is for.
#[derive(Clone, Debug)]
pub struct EventPattern(Object);

/// Why a text is no pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// It is not JSON.
    #[error("it is not JSON: {0}")]
    Json(String),
    /// It is longer than [`LARGEST_PATTERN`].
    #[error("it has {0} bytes, and {LARGEST_PATTERN} are the most")]
    Long(usize),
    /// Something in it means nothing.
    #[error("`{path}`: {why}")]
    Field {
        /// Where it stands, such as `detail.eventName`.
        path: String,
        /// What is wrong there.
        why: String,
    },
}

impl EventPattern {
    /// Reads a pattern from JSON.
    ///
    /// # Errors
    ///
    /// When it is no pattern, is nested more than 32 deep, is longer than [`LARGEST_PATTERN`] or has a key twice.
    pub fn parse(json: &str) -> Result<Self, PatternError> {
        if json.len() > LARGEST_PATTERN {
            return Err(PatternError::Long(json.len()));
        }
        let value = serde_json::from_str(json);
        let value = value.map_err(|error| PatternError::Json(error.to_string()))?;
        repeats::refuse(json)?;
        Self::new(&value)
    }

    /// Reads a pattern that was parsed as JSON, or written in something that can be turned into it.
    ///
    /// # Errors
    ///
    /// As [`EventPattern::parse`], but for a key that is there twice: a value has none.
    pub fn new(value: &Value) -> Result<Self, PatternError> {
        let length = value.to_string().len();
        if length > LARGEST_PATTERN {
            return Err(PatternError::Long(length));
        }
        read::pattern(value).map(Self)
    }

    /// Whether it picks an event.
    pub fn matches(&self, event: &Value) -> bool {
        self.0.judge(Some(event)) != Verdict::No
    }
}
