use crate::{AccountId, Timestamp};

/// A Parquet file with some records of one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LakeFile {
    /// Who owns the event data store.
    pub account: AccountId,
    /// The event data store's id.
    pub store: String,
    /// The records' day in UTC, such as `2026-01-05`.
    pub day: String,
    /// The file's name in the day's folder.
    pub name: String,
    /// How many records it holds.
    pub records: i64,
    /// How long it is.
    pub bytes: i64,
    /// When it was made.
    pub made: Timestamp,
}

impl LakeFile {
    /// Where it lies in the object store.
    pub fn path(&self) -> String {
        let (folder, day, name) = (
            Self::folder(&self.account, &self.store),
            &self.day,
            &self.name,
        );
        format!("{folder}/eventday={day}/{name}")
    }

    /// The folder of an event data store in the object store. Beneath it there is one for each day, in the form that
    /// other engines read as a partition.
    pub fn folder(account: &AccountId, store: &str) -> String {
        format!("lake/{account}/{store}")
    }
}
