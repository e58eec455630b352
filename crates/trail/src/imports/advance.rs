use atrium_model::Timestamp;
use atrium_model::lake::{Import, ImportFailure, ImportPlace, ImportStatus};
use atrium_store::{ImportTx, StoreError};

use super::FileTrouble;
use super::look::LogFile;
use super::source::folder_of;

/// What became of a file.
#[derive(Clone, Debug)]
pub struct FileOutcome {
    /// The file.
    pub file: LogFile,
    /// How many of its records go into the event data store, or why none does.
    pub result: Result<i64, FileTrouble>,
}

/// What a step of an import did.
#[derive(Clone, Debug)]
pub enum StepOutcome {
    /// The import can't go on.
    Blocked(FileTrouble),
    /// Keys were looked through.
    Counted {
        /// Where looking goes on.
        place: ImportPlace,
        /// How many folders with log files were found.
        folders: i64,
    },
    /// Files were read.
    Read {
        /// What became of them, in the order of their keys.
        files: Vec<FileOutcome>,
        /// The last key that was looked at, if the import is through with all keys up to it.
        seen: Option<String>,
        /// Whether there are no more keys.
        is_last: bool,
    },
    /// Files that had failed before were read again.
    Retried(Vec<FileOutcome>),
    /// There was nothing left to do.
    Nothing,
}

/// The state of an import after a step, to be kept together with what the step brought.
#[derive(Clone, Debug)]
pub struct NextState {
    /// The import.
    pub import: Import,
    failures: Vec<ImportFailure>,
    due: Option<Timestamp>,
}

impl NextState {
    /// Keeps it. [`StoreError::Conflict`] if somebody else was faster, or nobody wants the import any more.
    pub fn keep(&self, tx: &mut dyn ImportTx) -> Result<(), StoreError> {
        if !tx.advance_import(&self.import, self.due)? {
            return Err(StoreError::Conflict);
        }
        for failure in &self.failures {
            tx.put_import_failure(&self.import, failure)?;
        }
        Ok(())
    }
}

/// The state of an import after a step. `block` is what kept it from going on at an earlier try.
pub fn advance(
    import: &Import,
    block: Option<ImportFailure>,
    step: StepOutcome,
    now: Timestamp,
) -> NextState {
    let mut next = NextState {
        import: Import {
            runs: 0,
            updated: now,
            ..import.clone()
        },
        failures: Vec::new(),
        due: Some(now),
    };
    match (block, &step) {
        (Some(block), StepOutcome::Blocked(trouble)) => {
            next.failures
                .push(failure(import, &block.name, trouble, now));
        }
        (None, StepOutcome::Blocked(trouble)) => next.failed("", trouble, now),
        (Some(block), _) => next.mended(block, now),
        (None, _) => {}
    }
    match step {
        StepOutcome::Blocked(_) => next.end(ImportStatus::Failed),
        StepOutcome::Nothing => next.end(match next.import.statistics.failed {
            0 => ImportStatus::Completed,
            _ => ImportStatus::Failed,
        }),
        StepOutcome::Counted { place, folders } => next.counted(place, folders),
        StepOutcome::Read {
            files,
            seen,
            is_last,
        } => {
            for file in files {
                next.read(file, now);
            }
            next.through(seen, is_last);
        }
        StepOutcome::Retried(files) => {
            for file in files {
                next.retried(file, now);
            }
        }
    }
    next
}

impl NextState {
    fn end(&mut self, status: ImportStatus) {
        self.import.status = status;
        self.due = None;
    }

    fn counted(&mut self, place: ImportPlace, folders: i64) {
        self.import.statistics.prefixes_found += folders;
        if place.is_counted {
            self.import.status = ImportStatus::InProgress;
        }
        self.import.place = place;
    }

    fn read(&mut self, outcome: FileOutcome, now: Timestamp) {
        let name = outcome.file.name;
        let place = &mut self.import.place;
        if folder_of(&name) != place.folder {
            if !place.folder.is_empty() {
                self.import.statistics.prefixes_completed += 1;
            }
            folder_of(&name).clone_into(&mut place.folder);
        }
        match &outcome.result {
            Ok(events) => self.succeeded(*events),
            Err(trouble) => self.failed(&name, trouble, now),
        }
        self.import.place.after = name;
    }

    /// Notes up to where all keys were looked at.
    fn through(&mut self, seen: Option<String>, is_last: bool) {
        let (place, statistics) = (&mut self.import.place, &mut self.import.statistics);
        if let Some(seen) = seen {
            place.after = seen;
            if is_last {
                place.is_through = true;
                statistics.prefixes_completed += i64::from(!place.folder.is_empty());
                place.folder.clear();
            }
        }
        // Files may have come back since they were counted.
        let least = statistics.prefixes_completed + i64::from(!place.folder.is_empty());
        statistics.prefixes_found = statistics.prefixes_found.max(least);
    }

    fn retried(&mut self, outcome: FileOutcome, now: Timestamp) {
        let FileOutcome { file, result } = outcome;
        match result {
            Ok(events) => {
                self.succeeded(events);
                if let Some(before) = file.before {
                    self.mended(before, now);
                }
            }
            Err(trouble) => {
                let failure = failure(&self.import, &file.name, &trouble, now);
                self.failures.push(failure);
            }
        }
    }

    fn succeeded(&mut self, events: i64) {
        self.import.statistics.files += 1;
        self.import.statistics.events += events;
    }

    fn failed(&mut self, name: &str, trouble: &FileTrouble, now: Timestamp) {
        self.import.statistics.failed += 1;
        self.failures
            .push(failure(&self.import, name, trouble, now));
    }

    fn mended(&mut self, before: ImportFailure, now: Timestamp) {
        self.import.statistics.failed -= 1;
        self.failures.push(ImportFailure {
            is_mended: true,
            attempt: self.import.attempt,
            updated: now,
            ..before
        });
    }
}

fn failure(import: &Import, name: &str, trouble: &FileTrouble, now: Timestamp) -> ImportFailure {
    ImportFailure {
        name: name.to_owned(),
        kind: trouble.kind().to_owned(),
        message: trouble.to_string(),
        attempt: import.attempt,
        is_mended: false,
        updated: now,
    }
}

/// What kept an import from going on at an earlier try, if it isn't known to be mended.
pub fn block_of(
    tx: &mut dyn ImportTx,
    import: &Import,
) -> Result<Option<ImportFailure>, StoreError> {
    if import.attempt == 1 {
        return Ok(None);
    }
    let found = tx.import_failure(import, "")?;
    Ok(found.filter(|found| !found.is_mended))
}
