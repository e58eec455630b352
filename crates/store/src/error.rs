/// Why the store could not do what it was asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// A unique key is taken; names the key.
    #[error("a record with this {0} already exists")]
    Duplicate(&'static str),
    /// Another transaction changed what this one read, and running it again did not help.
    #[error("the data changed while the operation ran")]
    Conflict,
    /// The database can't be reached, is shutting down, or has too many requests waiting.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The database holds something that this version does not understand.
    #[error("the database holds an unreadable record: {0}")]
    Corrupt(String),
    /// The database refused a statement.
    #[error("the database refused a statement: {0}")]
    Statement(String),
    /// The operation panicked; its changes were taken back.
    #[error("the operation ended unexpectedly")]
    Panicked,
}

impl StoreError {
    /// Whether a stored text that did not parse is to blame.
    pub fn corrupt(error: impl std::fmt::Display) -> Self {
        Self::Corrupt(error.to_string())
    }
}

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The URL names no engine that is known here.
    #[error("`{0}` is not a database URL: expected sqlite://FILE or postgres://…")]
    Url(String),
    /// A newer version of the program has used this database.
    #[error(
        "the database is at schema version {found}, newer than the {known} this version knows: use a newer atrium"
    )]
    TooNew {
        /// The version in the database.
        found: i64,
        /// The newest version known here.
        known: i64,
    },
    /// The database could not be reached or prepared.
    #[error("could not open the database")]
    Store(#[from] StoreError),
}
