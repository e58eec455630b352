use atrium_model::lake::{EventDataStore, Import, ImportFailure, ImportPlace};
use atrium_store::{Object, ObjectSummary, StoreError, Tx};

use super::source::folder_of;
use super::{FileTrouble, ImportLocation, import_location};
use crate::trails::{Access, bucket_access};

/// How many keys are read at once.
const PAGE: usize = 1_000;
/// How many pages of keys one step goes through.
const PAGES: usize = 20;

/// What the next step of an import is about.
#[derive(Clone, Debug)]
pub enum Found {
    /// The import can't go on.
    Blocked(FileTrouble),
    /// Keys were looked through, and so many folders with log files found beyond those that were known.
    Counted {
        /// Where looking goes on.
        place: ImportPlace,
        /// How many folders.
        folders: i64,
    },
    /// Files come next.
    Files {
        /// The event data store that they go into.
        store: Box<EventDataStore>,
        /// The files, in the order of their keys.
        files: Vec<LogFile>,
        /// The last key that was looked at, log file or not.
        seen: String,
        /// Whether there are no more keys.
        is_last: bool,
    },
    /// Files that failed before come next.
    Retries {
        /// The event data store that they go into.
        store: Box<EventDataStore>,
        /// The files, in the order of their keys.
        files: Vec<LogFile>,
    },
    /// There is nothing left to do.
    Nothing,
}

/// A file that an import shall read.
#[derive(Clone, Debug)]
pub struct LogFile {
    /// Its key.
    pub name: String,
    /// Where its bytes lie; none if it is gone.
    pub object: Option<Object>,
    /// What was wrong with it before.
    pub before: Option<ImportFailure>,
}

/// Finds out what the next step of an import is about. It takes `many` files at most.
pub fn look(tx: &mut dyn Tx, import: &Import, many: usize) -> Result<Found, StoreError> {
    let store = tx.event_data_store(&import.owner, &import.store)?;
    let Some(store) = store.filter(|store| !store.is_deleted()) else {
        return Ok(Found::Blocked(FileTrouble::NoStore));
    };
    let store = Box::new(store);
    let blocked = |why: &str| Ok(Found::Blocked(FileTrouble::AccessDenied(why.to_owned())));
    let Ok(location) = import_location(&import.source.location) else {
        return blocked("the location is not one of a bucket");
    };
    match bucket_access(tx, &import.account, &location.bucket)? {
        Access::Granted => {}
        Access::Missing => return blocked("the bucket does not exist any more"),
        Access::Denied => return blocked("the bucket belongs to another account"),
    }
    if !import.place.is_counted {
        return count(tx, import, &location);
    }
    if !import.place.is_through {
        return files(tx, import, &location, store, many);
    }
    let most = i64::try_from(many).unwrap_or(i64::MAX);
    let mut again = Vec::new();
    for failure in tx.import_retries(import, most)? {
        again.push(LogFile {
            object: tx.object(&location.bucket, &failure.name)?,
            name: failure.name.clone(),
            before: Some(failure),
        });
    }
    Ok(match again.is_empty() {
        true => Found::Nothing,
        false => Found::Retries {
            store,
            files: again,
        },
    })
}

/// Counts the folders of log files, some pages further.
fn count(tx: &mut dyn Tx, import: &Import, location: &ImportLocation) -> Result<Found, StoreError> {
    let mut place = import.place.clone();
    let mut folders = 0;
    for _ in 0..PAGES {
        let (page, is_last) = page(tx, location, &place.after)?;
        for object in page {
            if location.takes(import, &object) && folder_of(&object.name) != place.folder {
                folder_of(&object.name).clone_into(&mut place.folder);
                folders += 1;
            }
            place.after = object.name;
        }
        if is_last {
            place = ImportPlace {
                is_counted: true,
                ..ImportPlace::default()
            };
            break;
        }
    }
    Ok(Found::Counted { place, folders })
}

/// The next files, from where the import is.
fn files(
    tx: &mut dyn Tx,
    import: &Import,
    location: &ImportLocation,
    store: Box<EventDataStore>,
    many: usize,
) -> Result<Found, StoreError> {
    let mut files = Vec::new();
    let mut seen = import.place.after.clone();
    let mut is_last = false;
    'pages: for _ in 0..PAGES {
        let page;
        (page, is_last) = self::page(tx, location, &seen)?;
        for object in page {
            if location.takes(import, &object) {
                if files.len() >= many {
                    is_last = false;
                    break 'pages;
                }
                files.push(LogFile {
                    object: tx.object(&location.bucket, &object.name)?,
                    name: object.name.clone(),
                    before: None,
                });
            }
            seen = object.name;
        }
        if is_last {
            break;
        }
    }
    Ok(Found::Files {
        store,
        files,
        seen,
        is_last,
    })
}

/// Keys of the location after a given one, and whether there are no more.
fn page(
    tx: &mut dyn Tx,
    location: &ImportLocation,
    after: &str,
) -> Result<(Vec<ObjectSummary>, bool), StoreError> {
    // No text lies between a text and itself followed by the smallest character a key may hold.
    let next = match after {
        "" => String::new(),
        after => format!("{after}\u{1}"),
    };
    let from = next.max(location.prefix.clone());
    let mut page = tx.objects(&location.bucket, &from, None, PAGE as i64)?;
    let all = page.len();
    page.retain(|object| object.name.starts_with(&location.prefix));
    let is_last = all < PAGE || page.len() < all;
    Ok((page, is_last))
}
