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

/// For how long a step is a server's that has begun it, unless it says so again; also the pause after a failure. Should two be at the
/// same, the one that commits first has done it.
const TURN: Duration = Duration::from_secs(20);
/// How often it says so.
const SIGN: Duration = Duration::from_secs(5);
/// How often a step may come to nothing before it is tried with one file alone.
const RUNS: i64 = 3;
/// How often before that file is given up.
const RUNS_ALONE: i64 = 6;

/// Takes steps of imports until none is to be taken by now.
pub(super) async fn all(services: &Services) -> Result<(), LakeError> {
    let mut outcome = Ok(());
    while let Some(import) = claim(services).await? {
        let taken = tokio::select! {
            taken = step::take(services, import.clone()) => taken,
            () = lost(services, &import) => Ok(()),
        };
        if let Err(error) = &taken
            && !is_the_files_own(error)
        {
            // It doesn't count against the files that something else was out of order.
            put_turn(services, &import, import.runs - 1).await?;
        }
        // One that fails must not keep the others from going on.
        outcome = outcome.and(taken);
    }
    outcome
}

/// Whether a step may have failed over what is in its files.
const fn is_the_files_own(error: &LakeError) -> bool {
    matches!(error, LakeError::Program(_))
}

/// Keeps the turn of a step, and ends when it is lost: somebody stopped the import, or another server is at it.
async fn lost(services: &Services, import: &Import) {
    loop {
        tokio::time::sleep(SIGN).await;
        match put_turn(services, import, import.runs).await {
            Ok(true) => {}
            Ok(false) => return,
            // Whether the turn was lost shows when the step is kept.
            Err(error) => {
                tracing::warn!(import.id = %import.id, error = %error, "could not keep the turn of an import");
            }
        }
    }
}

/// Says for how long a step is this server's, and how often it came to nothing. False if it isn't any more.
async fn put_turn(services: &Services, import: &Import, runs: i64) -> Result<bool, LakeError> {
    let (import, until) = (import.clone(), services.clock.now() + TURN);
    let put = services
        .store
        .write(move |tx| tx.put_import_turn(&import, runs, until));
    Ok(put.await?)
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
