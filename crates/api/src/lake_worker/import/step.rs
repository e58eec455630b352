//! One step of an import.

use std::sync::Arc;

use atrium_model::lake::{EventDataStore, Import, ImportFailure, LakeFile};
use atrium_model::{Random, Timestamp};
use atrium_store::{StoreError, Tx};
use atrium_trail::imports::{
    FileOutcome, FileTrouble, Found, LogFile, StepOutcome, advance, block_of, import_location, look,
};
use atrium_trail::trails::SERVICE;

use super::read::read;
use super::write::write;
use super::{RUNS, RUNS_ALONE};
use crate::Services;
use crate::lake_worker::LakeError;
use crate::service_role::{Purpose, ServiceRole};

/// The most files of a step.
const FILES: usize = 500;

/// What a step is about, and what kept the import from going on before.
struct Looked {
    found: Found,
    block: Option<ImportFailure>,
    /// Of each file that was found, why the role may not read it, if it may not.
    denied: Vec<Option<FileTrouble>>,
}

/// Takes a step.
pub(super) async fn take(services: &Services, import: Import) -> Result<(), LakeError> {
    let many = if import.runs > RUNS { 1 } else { FILES };
    let Looked {
        found,
        block,
        denied,
    } = find(services, &import, many).await?;
    match found {
        Found::Blocked(trouble) => {
            keep(
                services,
                &import,
                block,
                StepOutcome::Blocked(trouble),
                Vec::new(),
            )
            .await
        }
        Found::Counted { place, folders } => {
            let step = StepOutcome::Counted { place, folders };
            keep(services, &import, block, step, Vec::new()).await
        }
        Found::Nothing => keep(services, &import, block, StepOutcome::Nothing, Vec::new()).await,
        Found::Files {
            store,
            files,
            seen,
            is_last,
        } => {
            let all = files.len();
            let (outcomes, written) = bring(services, &import, &store, zip(files, denied)).await?;
            let seen = (outcomes.len() == all).then_some(seen);
            let step = StepOutcome::Read {
                files: outcomes,
                seen,
                is_last,
            };
            keep(services, &import, block, step, written).await
        }
        Found::Retries { store, files } => {
            let (outcomes, written) = bring(services, &import, &store, zip(files, denied)).await?;
            keep(
                services,
                &import,
                block,
                StepOutcome::Retried(outcomes),
                written,
            )
            .await
        }
    }
}

fn zip<A, B>(left: Vec<A>, right: Vec<B>) -> Vec<(A, B)> {
    left.into_iter().zip(right).collect()
}

/// Finds out what the step is about, with the role's eyes.
async fn find(services: &Services, import: &Import, many: usize) -> Result<Looked, LakeError> {
    let (import, random) = (import.clone(), Arc::clone(&services.random));
    let now = services.clock.now();
    let looked = services.store.read(move |tx| {
        let block = block_of(tx, &import)?;
        let blocked = |why, block| Looked {
            found: Found::Blocked(FileTrouble::AccessDenied(why)),
            block,
            denied: Vec::new(),
        };
        let role = match may_list(tx, &random, now, &import)? {
            Ok(role) => role,
            Err(why) => return Ok::<_, StoreError>(blocked(why, block)),
        };
        let found = look(tx, &import, many)?;
        let denied = match &found {
            Found::Files { files, .. } | Found::Retries { files, .. } => files
                .iter()
                .map(|file| may_read(&role, &import, file))
                .collect(),
            _ => Vec::new(),
        };
        Ok(Looked {
            found,
            block,
            denied,
        })
    });
    Ok(looked.await?)
}

/// The import's role, if it may be assumed and may list the bucket.
fn may_list(
    tx: &mut dyn Tx,
    random: &Arc<dyn Random>,
    now: Timestamp,
    import: &Import,
) -> Result<Result<ServiceRole, String>, StoreError> {
    let source = import.destination();
    let purpose = Purpose {
        service: SERVICE,
        account: &import.account,
        source: &source,
        region: &import.region,
    };
    let assumed = ServiceRole::assume(tx, random, now, &import.source.role, &purpose)?;
    Ok(assumed.and_then(|role| {
        let bucket = format!("arn:aws:s3:::{}", bucket_of(import));
        role.allow("s3:ListBucket", &bucket).map(|()| role)
    }))
}

/// Why the role may not read a file, if it may not.
fn may_read(role: &ServiceRole, import: &Import, file: &LogFile) -> Option<FileTrouble> {
    let object = format!("arn:aws:s3:::{}/{}", bucket_of(import), file.name);
    let refused = role.allow("s3:GetObject", &object).err();
    refused.map(FileTrouble::AccessDenied)
}

fn bucket_of(import: &Import) -> String {
    import_location(&import.source.location)
        .map(|location| location.bucket)
        .unwrap_or_default()
}

/// Reads files, and has their records written. Answers what became of the files, or of the first of them if there is too
/// much in them for one step, and the files that were written.
async fn bring(
    services: &Services,
    import: &Import,
    store: &EventDataStore,
    files: Vec<(LogFile, Option<FileTrouble>)>,
) -> Result<(Vec<FileOutcome>, Vec<LakeFile>), LakeError> {
    let mut batch = if import.runs > RUNS_ALONE {
        let given_up = |(file, _)| (file, Err(FileTrouble::Interrupted));
        files.into_iter().take(1).map(given_up).collect()
    } else {
        read(services, import, store, files).await?
    };
    let written = write(services, import, &mut batch).await?;
    let outcomes = batch.into_iter().map(|(file, result)| FileOutcome {
        file,
        result: result.map(|records| i64::try_from(records.len()).unwrap_or(i64::MAX)),
    });
    Ok((outcomes.collect(), written))
}

/// Keeps what a step did: the import's next state, and the files that were written, or neither.
async fn keep(
    services: &Services,
    import: &Import,
    block: Option<ImportFailure>,
    step: StepOutcome,
    written: Vec<LakeFile>,
) -> Result<(), LakeError> {
    let now = services.clock.now();
    let next = advance(import, block, step, now);
    let kept = services
        .store
        .write(move |tx| {
            next.keep(tx)?;
            if !written.is_empty() {
                let store = tx.event_data_store(&next.import.owner, &next.import.store)?;
                if store.is_none_or(|store| store.is_deleted()) {
                    return Err(StoreError::Conflict);
                }
            }
            for file in &written {
                tx.insert_lake_file(&LakeFile {
                    made: now,
                    ..file.clone()
                })?;
            }
            Ok(())
        })
        .await;
    match kept {
        // Another server was faster, or somebody has stopped it; the files are removed when their time has come.
        Err(StoreError::Conflict) => Ok(()),
        other => Ok(other?),
    }
}
