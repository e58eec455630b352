use atrium_store::StoreError;

use super::log::{MAX_DAYS, MAX_PACKED, MAX_UNPACKED};
use crate::stores::StoreRuleError;

/// Why something can't be done with an import.
#[derive(Debug, thiserror::Error)]
pub enum ImportRuleError {
    /// There is no such import, or none that the caller may see.
    #[error("there is no import `{0}`")]
    NotFound(String),
    /// Only one import of an account is under way at a time.
    #[error("another import of the account is under way")]
    Ongoing,
    /// Files can't be had from there.
    #[error("{0}")]
    Source(String),
    /// The event data store holds other events than those of log files.
    #[error("event data store `{0}` is not for events that trails log")]
    Category(String),
    /// Somebody else has to do this.
    #[error("{0}")]
    NotPermitted(String),
    /// A parameter has no sense.
    #[error("{0}")]
    Parameter(String),
    /// Something is wrong with the event data store.
    #[error(transparent)]
    EventDataStore(#[from] StoreRuleError),
    /// The store failed.
    #[error("could not read or change the imports")]
    Store(#[from] StoreError),
}

/// Why a file, or a whole bucket, could not be imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileTrouble {
    /// The role may not read it, or may not be assumed.
    #[error("{0}")]
    AccessDenied(String),
    /// It is gone.
    #[error("the object does not exist any more")]
    Missing,
    /// It is longer than log files are.
    #[error(
        "the object is longer than {MAX_PACKED} bytes, or than {MAX_UNPACKED} bytes once it is unpacked"
    )]
    TooLarge,
    /// It isn't packed as log files are.
    #[error("the object is not compressed with gzip")]
    NotGzip,
    /// It can't be unpacked to its end.
    #[error("the object can't be unpacked: {0}")]
    Damaged(String),
    /// What is in it is no log.
    #[error("the object is not a CloudTrail log file: {0}")]
    NotALog(String),
    /// One of its records is none.
    #[error("record {number} of the object is not a CloudTrail record: {reason}")]
    Record {
        /// Its place in the file, from 1.
        number: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// Its records are of more days than a log file's ever are.
    #[error("the records of the object are of more than {MAX_DAYS} days")]
    Days,
    /// Servers came to grief over it, again and again.
    #[error("the import of the object was interrupted too often")]
    Interrupted,
    /// The event data store takes no records any more.
    #[error("the event data store does not exist or is pending deletion")]
    NoStore,
}

impl FileTrouble {
    /// The kind of trouble in one word: `ErrorType` of ListImportFailures. AWS doesn't say which words it uses.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::AccessDenied(_) => "AccessDenied",
            Self::Missing => "NoSuchKey",
            Self::TooLarge => "FileTooLarge",
            Self::NotGzip
            | Self::Damaged(_)
            | Self::NotALog(_)
            | Self::Record { .. }
            | Self::Days => "InvalidLogFile",
            Self::Interrupted => "InternalFailure",
            Self::NoStore => "InactiveEventDataStore",
        }
    }
}
