use atrium_store::StoreError;

use crate::trails::TrailError;

/// Why something can't be done with an event data store.
#[derive(Debug, thiserror::Error)]
pub enum StoreRuleError {
    /// The text is neither an event data store's ARN nor an id.
    #[error("`{0}` is not the ARN of an event data store")]
    Arn(String),
    /// There is no such store, or none that the caller may use.
    #[error("there is no event data store `{0}`")]
    NotFound(String),
    /// The name is taken.
    #[error("an event data store named `{0}` already exists")]
    Exists(String),
    /// The Region has as many stores as it may.
    #[error("the account already has {0} event data stores in this region")]
    TooMany(i64),
    /// The store was deleted.
    #[error("event data store `{0}` is pending deletion")]
    Inactive(String),
    /// The store isn't in the state for this.
    #[error("event data store `{store}` is in status {status}")]
    Status {
        /// Its ARN.
        store: String,
        /// Its status.
        status: &'static str,
    },
    /// The store must not be deleted.
    #[error("event data store `{0}` is protected from termination")]
    Protected(String),
    /// An import into the store is under way.
    #[error("an import into event data store `{0}` is in progress")]
    HasImport(String),
    /// A channel brings events into the store.
    #[error("a channel brings events into event data store `{0}`")]
    HasChannel(String),
    /// A parameter has no sense.
    #[error("{0}")]
    Parameter(String),
    /// The selectors break a rule.
    #[error("{0}")]
    Selectors(String),
    /// Atrium doesn't offer this.
    #[error("{0}")]
    NotOffered(String),
    /// What goes wrong with trails in the same way: organizations, tags, buckets.
    #[error(transparent)]
    Shared(#[from] TrailError),
    /// The store failed.
    #[error("could not read or change the event data stores")]
    Store(#[from] StoreError),
}
