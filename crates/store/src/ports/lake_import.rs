use atrium_model::lake::{Import, ImportFailure, ImportStatus};
use atrium_model::{AccountId, Timestamp};

use crate::StoreError;

/// Imports of log files into event data stores.
pub trait ImportTx {
    /// Keeps a new import, which is due at once.
    fn insert_import(&mut self, import: &Import) -> Result<(), StoreError>;

    /// An import by its account and id.
    fn import(&mut self, account: &AccountId, id: &str) -> Result<Option<Import>, StoreError>;

    /// Whether an import of an account is under way, in any Region.
    fn has_active_import(&mut self, account: &AccountId) -> Result<bool, StoreError>;

    /// Whether an import into an event data store is under way.
    fn is_imported_into(&mut self, owner: &AccountId, store: &str) -> Result<bool, StoreError>;

    /// An account's imports, newest first.
    fn imports(&mut self, list: &ImportList) -> Result<Vec<Import>, StoreError>;

    /// Imports of which a step is to be taken: those that nobody is at, and those whose server is gone.
    fn due_imports(&mut self, now: Timestamp, limit: i64) -> Result<Vec<Import>, StoreError>;

    /// Takes the next step of an import up until `until`, as run number `runs + 1`; false if somebody else has, or nobody
    /// wants it any more.
    fn claim_import(
        &mut self,
        import: &Import,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Says of a step that was taken up, by run number `import.runs`, until when it is so and how often it came to nothing; false if
    /// it is somebody else's, or nobody wants it any more.
    fn put_import_turn(
        &mut self,
        import: &Import,
        runs: i64,
        until: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Keeps the state of an import as step number `import.step + 1`, with the next one due at `due`, or never. False if
    /// the import isn't at this step any more.
    fn advance_import(
        &mut self,
        import: &Import,
        due: Option<Timestamp>,
    ) -> Result<bool, StoreError>;

    /// Keeps what is wrong with a file, in place of what was known of it before.
    fn put_import_failure(
        &mut self,
        import: &Import,
        failure: &ImportFailure,
    ) -> Result<(), StoreError>;

    /// What is wrong with a file, if it is known to be.
    fn import_failure(
        &mut self,
        import: &Import,
        name: &str,
    ) -> Result<Option<ImportFailure>, StoreError>;

    /// What is wrong with an import's files, in the order of their keys, from `from` on.
    fn import_failures(
        &mut self,
        import: &Import,
        from: &str,
        limit: i64,
    ) -> Result<Vec<ImportFailure>, StoreError>;

    /// Files that failed in a try before the import's present one, in the order of their keys.
    fn import_retries(
        &mut self,
        import: &Import,
        limit: i64,
    ) -> Result<Vec<ImportFailure>, StoreError>;
}

/// Which imports are asked for.
#[derive(Clone, Debug)]
pub struct ImportList {
    /// Whose.
    pub account: AccountId,
    /// Asked for in which Region.
    pub region: atrium_model::Region,
    /// The event data store's owner and id.
    pub destination: Option<(AccountId, String)>,
    /// How far they have come.
    pub status: Option<ImportStatus>,
    /// The last import of the page before: when it was asked for, and its id.
    pub after: Option<(Timestamp, String)>,
    /// The most imports to answer.
    pub limit: i64,
}
