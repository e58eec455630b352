use atrium_model::lake::{EventDataStore, LakeFile, Query, QueryStatus, StoreVersion};
use atrium_model::{AccountId, Region, Timestamp};

use super::{ChannelTx, EventPosition, ImportTx};
use crate::StoreError;

/// Event data stores. Lists answer in order of their keys, at most `limit` entries.
pub trait LakeTx: LakeRecordTx + QueryTx + ImportTx + ChannelTx {
    /// Keeps a new store. [`StoreError::Duplicate`] if account and Region have one of its name.
    fn insert_event_data_store(&mut self, store: &EventDataStore) -> Result<(), StoreError>;

    /// A store by its account and id.
    fn event_data_store(
        &mut self,
        account: &AccountId,
        id: &str,
    ) -> Result<Option<EventDataStore>, StoreError>;

    /// Keeps what has changed about a store; false if there is none. [`StoreError::Duplicate`] if the name is another's.
    fn update_event_data_store(&mut self, store: &EventDataStore) -> Result<bool, StoreError>;

    /// Deletes a store, what it did with events, and what of it is in no file. Its files are deleted one by one.
    fn delete_event_data_store(&mut self, account: &AccountId, id: &str) -> Result<(), StoreError>;

    /// The stores of an account in a Region, after the given id.
    fn event_data_stores(
        &mut self,
        account: &AccountId,
        region: &Region,
        after: &str,
        limit: i64,
    ) -> Result<Vec<EventDataStore>, StoreError>;

    /// How many stores of an account and Region are not deleted.
    fn count_event_data_stores(
        &mut self,
        account: &AccountId,
        region: &Region,
    ) -> Result<i64, StoreError>;

    /// All stores after the given account and id, for the work that nobody asks for.
    fn all_event_data_stores(
        &mut self,
        after: (&str, &str),
        limit: i64,
    ) -> Result<Vec<EventDataStore>, StoreError>;

    /// Keeps what a store does from now on, in place of what began in the same moment.
    fn put_store_version(&mut self, version: &StoreVersion) -> Result<(), StoreError>;

    /// From when on a store does what it does now.
    fn newest_store_version(
        &mut self,
        account: &AccountId,
        store: &str,
    ) -> Result<Option<Timestamp>, StoreError>;

    /// The versions of all stores after the given account, store and time.
    fn store_versions(
        &mut self,
        after: (&str, &str, Timestamp),
        limit: i64,
    ) -> Result<Vec<StoreVersion>, StoreError>;

    /// Forgets a version.
    fn delete_store_version(&mut self, version: &StoreVersion) -> Result<(), StoreError>;
}

/// A record of a store that is in no file yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingRecord {
    /// Who owns the store.
    pub account: AccountId,
    /// The store's id.
    pub store: String,
    /// The record's place in the log.
    pub position: EventPosition,
    /// Its day in UTC, such as `2026-01-05`.
    pub day: String,
    /// The record as JSON text.
    pub record: String,
}

/// How much of a store is in no file yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// Who owns the store.
    pub account: AccountId,
    /// The store's id.
    pub store: String,
    /// How many records.
    pub records: i64,
    /// Their length together.
    pub bytes: i64,
    /// Since when.
    pub since: Timestamp,
}

/// A day of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LakeDay {
    /// Who owns the store.
    pub account: AccountId,
    /// The store's id.
    pub store: String,
    /// The day in UTC, such as `2026-01-05`.
    pub day: String,
}

/// From when on records that wait are to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BacklogLimits {
    /// When the oldest is older than this.
    pub before: Timestamp,
    /// When there are so many.
    pub records: i64,
    /// When they are so long.
    pub bytes: i64,
}

/// What lies in event data stores.
pub trait LakeRecordTx {
    /// Adds records to what is in no file. All are of one store, in the order of their places.
    fn append_pending(
        &mut self,
        records: &[PendingRecord],
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// A store's records that are in no file, after a place and in their order.
    fn pending_records(
        &mut self,
        account: &AccountId,
        store: &str,
        after: EventPosition,
        limit: i64,
    ) -> Result<Vec<PendingRecord>, StoreError>;

    /// How much of a store is in no file.
    fn backlog(&mut self, account: &AccountId, store: &str) -> Result<Option<Backlog>, StoreError>;

    /// Stores with records that are to be written and that no server is writing.
    fn due_backlogs(
        &mut self,
        now: Timestamp,
        limits: BacklogLimits,
        limit: i64,
    ) -> Result<Vec<Backlog>, StoreError>;

    /// Takes the turn to write a store's records until `until`; false if another server has it.
    fn claim_backlog(
        &mut self,
        account: &AccountId,
        store: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Removes a store's records up to a place, which now are in a file, and ends the turn.
    ///
    /// [`StoreError::Conflict`] unless that are as many records as told: another server was faster.
    fn take_pending(
        &mut self,
        backlog: &Backlog,
        to: EventPosition,
        records: i64,
        bytes: i64,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Keeps a file, which nothing removes from now on. [`StoreError::Conflict`] if its time had come before.
    fn insert_lake_file(&mut self, file: &LakeFile) -> Result<(), StoreError>;

    /// A store's files after the given day and name.
    fn lake_files(
        &mut self,
        account: &AccountId,
        store: &str,
        after: (&str, &str),
        limit: i64,
    ) -> Result<Vec<LakeFile>, StoreError>;

    /// Forgets a file, which is to be removed at `due`; false if it is not there.
    fn delete_lake_file(&mut self, file: &LakeFile, due: Timestamp) -> Result<bool, StoreError>;

    /// Days of which there are at least `many` files shorter than `bytes`, after the given one.
    fn scattered_days(
        &mut self,
        bytes: i64,
        many: i64,
        after: Option<&LakeDay>,
        limit: i64,
    ) -> Result<Vec<LakeDay>, StoreError>;

    /// The files of one day of a store.
    fn lake_files_of_day(
        &mut self,
        account: &AccountId,
        store: &str,
        day: &str,
        limit: i64,
    ) -> Result<Vec<LakeFile>, StoreError>;

    /// Notes a file that is about to be written, to be removed at `due` unless something holds it by then.
    fn announce_lake_file(&mut self, path: &str, due: Timestamp) -> Result<(), StoreError>;

    /// Files that are to be removed by now.
    fn loose_lake_files(&mut self, now: Timestamp, limit: i64) -> Result<Vec<String>, StoreError>;

    /// Forgets files that have been removed.
    fn forget_lake_files(&mut self, paths: &[String]) -> Result<(), StoreError>;
}

/// Queries over event data stores.
pub trait QueryTx {
    /// Keeps a new query, which is due at once.
    fn insert_query(&mut self, query: &Query) -> Result<(), StoreError>;

    /// A query by its account and id.
    fn query(&mut self, account: &AccountId, id: &str) -> Result<Option<Query>, StoreError>;

    /// How many queries of an account are not over.
    fn count_active_queries(&mut self, account: &AccountId) -> Result<i64, StoreError>;

    /// An account's queries that read a store, newest first.
    fn queries(&mut self, list: &QueryList) -> Result<Vec<QueryEntry>, StoreError>;

    /// Queries that are to be taken up: new ones, and those whose server is gone.
    fn due_queries(&mut self, now: Timestamp, limit: i64) -> Result<Vec<Query>, StoreError>;

    /// Takes a query up until `until`, as run number `runs + 1`; false if somebody else has, or nobody wants it any more.
    fn claim_query(
        &mut self,
        query: &Query,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Keeps a run going until `until`; false if it is no longer wanted.
    fn extend_query(
        &mut self,
        account: &AccountId,
        id: &str,
        run: i64,
        until: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Keeps how a query ended, or that it is cancelled. False if it isn't in the state and run `from` any more.
    fn end_query(&mut self, query: &Query, from: (QueryStatus, i64)) -> Result<bool, StoreError>;

    /// Queries of any account that were made before `before`, for forgetting them.
    fn old_queries(&mut self, before: Timestamp, limit: i64) -> Result<Vec<Query>, StoreError>;

    /// Forgets a query.
    fn delete_query(&mut self, query: &Query) -> Result<(), StoreError>;
}

/// A query in a list: without its statement, its answer and whatever else may be long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryEntry {
    /// Its id.
    pub id: String,
    /// How far it has come.
    pub status: QueryStatus,
    /// When it was made.
    pub created: Timestamp,
}

/// Which queries are asked for.
#[derive(Clone, Debug)]
pub struct QueryList {
    /// Whose.
    pub account: AccountId,
    /// The store that they read.
    pub store: String,
    /// The earliest time at which they were made.
    pub from: Timestamp,
    /// The latest.
    pub to: Timestamp,
    /// How far they have come.
    pub status: Option<QueryStatus>,
    /// The last query of the page before: when it was made, and its id.
    pub after: Option<(Timestamp, String)>,
    /// The most queries to answer.
    pub limit: i64,
}
