use serde::{Deserialize, Serialize};

use super::query::words;
use super::{UnknownWord, store_arn};
use crate::{AccountId, Region, Timestamp};

/// An import: log files of a bucket that become records of an event data store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Who asked for it, whose the role and the bucket are.
    pub account: AccountId,
    /// A UUID.
    pub id: String,
    /// Where it was asked for, which is the event data store's home Region.
    pub region: Region,
    /// Who owns the event data store.
    pub owner: AccountId,
    /// The event data store's id.
    pub store: String,
    /// Where the files lie.
    pub source: ImportSource,
    /// The earliest time of events that are wanted.
    pub from: Option<Timestamp>,
    /// The latest.
    pub to: Option<Timestamp>,
    /// How far it has come.
    pub status: ImportStatus,
    /// When it was asked for. Files that came later are none of its business.
    pub created: Timestamp,
    /// When something about it last changed.
    pub updated: Timestamp,
    /// Which try this is, from 1: StartImport of an import that is over begins the next one.
    pub attempt: i64,
    /// How often its state was replaced. Whoever replaces it says which one they saw.
    pub step: i64,
    /// How often a server has begun the next step and nothing came of it.
    pub runs: i64,
    /// How far the bucket was read.
    pub place: ImportPlace,
    /// What has come of it.
    pub statistics: ImportStatistics,
}

impl Import {
    /// The ARN of its event data store.
    pub fn destination(&self) -> String {
        store_arn(&self.owner, &self.region, &self.store)
    }

    /// Whether it is under way.
    pub fn is_active(&self) -> bool {
        self.status.is_active()
    }
}

/// Where the files of an import lie, as it was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportSource {
    /// `S3LocationUri`: `s3://BUCKET[/PREFIX]`.
    pub location: String,
    /// `S3BucketRegion`.
    pub region: String,
    /// `S3BucketAccessRoleArn`.
    pub role: String,
}

/// How far an import has read its bucket. It reads it twice: first to find out how much there is, then file by file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportPlace {
    /// The last key that it is through with.
    pub after: String,
    /// The folder of the last log file.
    pub folder: String,
    /// Whether it is known how much there is.
    pub is_counted: bool,
    /// Whether it is through with all keys, so that only files that failed before are left.
    pub is_through: bool,
}

/// What has come of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportStatistics {
    /// Folders with log files.
    pub prefixes_found: i64,
    /// Of these, folders that it is through with.
    pub prefixes_completed: i64,
    /// Files whose records are in the event data store.
    pub files: i64,
    /// Records that it put there.
    pub events: i64,
    /// Files that could not be imported.
    pub failed: i64,
}

words! {
    /// How far an import has come; CloudTrail API model, `ImportStatus`.
    ImportStatus {
        /// It is being found out how much there is.
        Initializing = "INITIALIZING",
        /// Files are being read.
        InProgress = "IN_PROGRESS",
        /// It is over, and some files could not be imported.
        Failed = "FAILED",
        /// Somebody has stopped it.
        Stopped = "STOPPED",
        /// It is over, and everything was imported.
        Completed = "COMPLETED",
    }
}

impl ImportStatus {
    /// Whether there is something left to do.
    pub fn is_active(self) -> bool {
        matches!(self, Self::Initializing | Self::InProgress)
    }
}

/// A file that could not be imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportFailure {
    /// Its key; empty if the bucket as a whole could not be read.
    pub name: String,
    /// What kind of trouble it is, in one word.
    pub kind: String,
    /// What is wrong with it.
    pub message: String,
    /// The import's try in which this was found.
    pub attempt: i64,
    /// Whether a later try succeeded.
    pub is_mended: bool,
    /// When this was found.
    pub updated: Timestamp,
}

impl ImportFailure {
    /// What the API shows of it while the import is at try number `attempt`; CloudTrail API model,
    /// `ImportFailureStatus`.
    pub fn status(&self, attempt: i64) -> &'static str {
        match self.is_mended {
            true => "SUCCEEDED",
            false if self.attempt < attempt => "RETRY",
            false => "FAILED",
        }
    }
}
