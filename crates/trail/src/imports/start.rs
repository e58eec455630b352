use atrium_model::lake::{
    EventDataStore, Import, ImportPlace, ImportSource, ImportStatistics, ImportStatus,
};
use atrium_model::{OpContext, Timestamp};
use atrium_store::Tx;

use super::{ImportRuleError, import_location};
use crate::stores::StoreRuleError;
use crate::trails::{Access, bucket_access};

/// What StartImport is asked for, if it is a new import.
#[derive(Clone, Debug)]
pub struct NewImport {
    /// The event data store of `Destinations`.
    pub store: EventDataStore,
    /// `ImportSource`.
    pub source: ImportSource,
    /// `StartEventTime`.
    pub from: Option<Timestamp>,
    /// `EndEventTime`.
    pub to: Option<Timestamp>,
}

/// Keeps an import that a server shall do. That the role may be assumed and may read the bucket is known already.
pub fn start_import(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    new: NewImport,
) -> Result<Import, ImportRuleError> {
    let NewImport {
        store,
        source,
        from,
        to,
    } = new;
    check_store(cx, &store)?;
    check_bucket(cx, tx, &source)?;
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        let why = "StartEventTime must not be later than EndEventTime.";
        return Err(ImportRuleError::Parameter(why.to_owned()));
    }
    check_alone(cx, tx)?;
    let import = Import {
        account: cx.caller.account.clone(),
        id: cx.new_uuid(),
        region: cx.region.clone(),
        owner: store.account,
        store: store.id,
        source,
        from,
        to,
        status: ImportStatus::Initializing,
        created: cx.now(),
        updated: cx.now(),
        attempt: 1,
        step: 0,
        runs: 0,
        place: ImportPlace::default(),
        statistics: ImportStatistics::default(),
    };
    tx.insert_import(&import)?;
    Ok(import)
}

/// Takes an import up again that was stopped or had failures: where it was, and then with the files that failed.
pub fn restart_import(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    mut import: Import,
    store: &EventDataStore,
) -> Result<Import, ImportRuleError> {
    match import.status {
        ImportStatus::Stopped | ImportStatus::Failed => {}
        ImportStatus::Initializing | ImportStatus::InProgress => {
            return Err(ImportRuleError::Ongoing);
        }
        ImportStatus::Completed => {
            let why = format!(
                "The import {} is completed: there is nothing to retry.",
                import.id
            );
            return Err(ImportRuleError::Parameter(why));
        }
    }
    check_store(cx, store)?;
    check_bucket(cx, tx, &import.source)?;
    check_alone(cx, tx)?;
    import.status = match import.place.is_counted {
        true => ImportStatus::InProgress,
        false => ImportStatus::Initializing,
    };
    import.attempt += 1;
    import.runs = 0;
    import.updated = cx.now();
    match tx.advance_import(&import, Some(cx.now()))? {
        true => import.step += 1,
        false => return Err(ImportRuleError::Ongoing),
    }
    Ok(import)
}

fn check_store(cx: &OpContext<'_>, store: &EventDataStore) -> Result<(), ImportRuleError> {
    if store.account != cx.caller.account {
        // "You cannot use the delegated administrator account for the organization."
        let why = "Only the management account can import events into an organization's event data store.";
        return Err(ImportRuleError::NotPermitted(why.to_owned()));
    }
    if store.is_deleted() {
        return Err(StoreRuleError::Inactive(store.arn()).into());
    }
    match store.is_of_channels() {
        true => Err(ImportRuleError::Category(store.arn())),
        false => Ok(()),
    }
}

/// The bucket must be the account's own, as there are no bucket policies, and where the request says that it is.
fn check_bucket(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    source: &ImportSource,
) -> Result<(), ImportRuleError> {
    let bucket = import_location(&source.location)?.bucket;
    let why = match bucket_access(tx, &cx.caller.account, &bucket)? {
        Access::Missing => format!("The S3 bucket {bucket} does not exist."),
        Access::Denied => format!("The S3 bucket {bucket} belongs to another account."),
        Access::Granted => {
            let found = tx.bucket(&bucket)?;
            match found.filter(|found| found.region.as_str() != source.region) {
                None => return Ok(()),
                Some(found) => format!("The S3 bucket {bucket} is in the Region {}.", found.region),
            }
        }
    };
    Err(ImportRuleError::Source(why))
}

fn check_alone(cx: &OpContext<'_>, tx: &mut dyn Tx) -> Result<(), ImportRuleError> {
    match tx.has_active_import(&cx.caller.account)? {
        true => Err(ImportRuleError::Ongoing),
        false => Ok(()),
    }
}
