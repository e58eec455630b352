//! Does imports, step by step. A step reads some files of the bucket, has their records written as Parquet, and then one
//! transaction lists these files and moves the import on, or does neither: wherever a server stops, and however many work
//! at the same import, each record comes once.

mod read;
mod step;
mod write;

use std::time::Duration;

use atrium_model::lake::Import;

use super::LakeError;
use crate::Services;

/// For how long a step is a server's that has begun it; also the pause after a failure. If it takes longer another may
/// begin the same, and the one that commits first has done it.
const TURN: Duration = Duration::from_secs(20);
/// How often a step may come to nothing before it is tried with one file alone.
const RUNS: i64 = 3;
/// How often before that file is given up.
const RUNS_ALONE: i64 = 6;

/// Takes steps of imports until none is to be taken by now.
pub(super) async fn all(services: &Services) -> Result<(), LakeError> {
    let mut outcome = Ok(());
    while let Some(import) = claim(services).await? {
        // One that fails must not keep the others from going on.
        outcome = outcome.and(step::take(services, import).await);
    }
    outcome
}

/// An import of which this server takes the next step.
async fn claim(services: &Services) -> Result<Option<Import>, LakeError> {
    if !services.settings.lake.is_there() || super::Place::of(services).is_none() {
        return Ok(None);
    }
    loop {
        let now = services.clock.now();
        let due = services.store.read(move |tx| tx.due_imports(now, 1));
        let Some(mut import) = due.await?.pop() else {
            return Ok(None);
        };
        let asked = import.clone();
        let claimed = services
            .store
            .write(move |tx| tx.claim_import(&asked, now, now + TURN));
        if claimed.await? {
            import.runs += 1;
            return Ok(Some(import));
        }
    }
}
