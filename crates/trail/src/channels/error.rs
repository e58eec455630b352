use atrium_store::StoreError;

use crate::stores::StoreRuleError;
use crate::trails::TrailError;

/// Why something can't be done with a channel.
#[derive(Debug, thiserror::Error)]
pub enum ChannelRuleError {
    /// The text is neither a channel's ARN nor an id.
    #[error("`{0}` is not the ARN of a channel")]
    Arn(String),
    /// There is no such channel, or none that the caller may use.
    #[error("there is no channel `{0}`")]
    NotFound(String),
    /// Another channel has the name, or the source.
    #[error("another channel has the name `{name}` or the source `{source_name}`")]
    Exists {
        /// The name.
        name: String,
        /// The source.
        source_name: String,
    },
    /// The Region has as many channels as it may.
    #[error("the account already has {0} channels in this region")]
    TooMany(i64),
    /// Events don't come from there.
    #[error("`{0}` is not a source of events")]
    Source(String),
    /// The event data store takes other events.
    #[error("event data store `{0}` is not for events that come through channels")]
    Category(String),
    /// A parameter has no sense.
    #[error("{0}")]
    Parameter(String),
    /// The policy breaks a rule.
    #[error("{0}")]
    Policy(String),
    /// There is no policy.
    #[error("channel `{0}` has no policy")]
    NoPolicy(String),
    /// Something is wrong with an event data store.
    #[error(transparent)]
    EventDataStore(#[from] StoreRuleError),
    /// What goes wrong with trails in the same way: tags.
    #[error(transparent)]
    Shared(#[from] TrailError),
    /// The store failed.
    #[error("could not read or change the channels")]
    Store(#[from] StoreError),
}
