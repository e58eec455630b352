//! Fills event data stores and answers queries over them.
//!
//! What is under way is in the database: a server that stops at any moment leaves nothing undone and nothing done
//! twice, and several servers share the work. SQL and Parquet are the business of a program of its own, `atrium-lake`,
//! which is started for each piece of work and ends with it.

mod compact;
mod deliver;
mod flush;
mod import;
mod ingest;
mod keep;
mod outcome;
mod people;
mod place;
mod process;
mod query;
mod results;
mod settings;
mod snapshot;
mod turn;

use std::sync::Arc;
use std::time::Duration;

use atrium_store::StoreError;

use crate::Services;
use crate::log_reader::LogReader;
use crate::trail_worker::DeliveryError;
use crate::worker::every;
use ingest::Filling;
pub(crate) use place::Place;
pub use settings::LakeSettings;

/// How often it is looked whether there is anything to take from the log.
const INGEST: Duration = Duration::from_millis(200);
/// How often it is looked whether anything is to be imported.
const IMPORTS: Duration = Duration::from_millis(250);
/// How often it is looked whether anybody has asked something.
const QUERIES: Duration = Duration::from_millis(50);
/// The shortest and the longest time between two looks at what waits to be written.
const FLUSHES: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(5)];
/// The shortest and the longest time between two looks for files to merge or to remove.
const KEEPING: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(30)];

/// Why a piece of work broke off. It is taken up again.
#[derive(Debug, thiserror::Error)]
pub enum LakeError {
    /// The database failed.
    #[error("the database failed: {0}")]
    Store(#[from] StoreError),
    /// The object store failed.
    #[error("the object store failed: {0}")]
    Objects(String),
    /// The program did not do what it was asked.
    #[error("atrium-lake failed: {0}")]
    Program(String),
    /// This machine's disk failed.
    #[error("a file could not be written: {0}")]
    Disk(#[from] std::io::Error),
    /// The server stops.
    #[error("the server is stopping")]
    Stopping,
}

impl From<DeliveryError> for LakeError {
    fn from(error: DeliveryError) -> Self {
        match error {
            DeliveryError::Store(error) => Self::Store(error),
            DeliveryError::Stopping => Self::Stopping,
            DeliveryError::Objects(what) => Self::Objects(what),
            DeliveryError::Key(error) => Self::Objects(error.to_string()),
        }
    }
}

/// Works for as long as the server runs.
pub async fn run_lake(services: Arc<Services>) {
    let log = Arc::new(LogReader::default());
    let filling = Filling::default();
    tokio::join!(
        every(INGEST, "could not fill event data stores", || {
            log.to_the_end(&services, &filling)
        }),
        every(flush_pause(&services), "could not write records", || {
            flush::all(&services)
        }),
        every(
            keeping_pause(&services),
            "could not tidy event data stores up",
            || { keep::all(&services) }
        ),
        every(IMPORTS, "could not import files", || {
            import::all(&services)
        }),
        query::run(&services, &log),
    );
}

fn flush_pause(services: &Services) -> Duration {
    let [shortest, longest] = FLUSHES;
    (services.settings.lake.interval / 5).clamp(shortest, longest)
}

fn keeping_pause(services: &Services) -> Duration {
    let [shortest, longest] = KEEPING;
    services.settings.lake.interval.clamp(shortest, longest)
}
