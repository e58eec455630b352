use atrium_model::lake::{Import, ImportStatus};
use atrium_model::{AccountId, OpContext, Timestamp};
use atrium_store::{ImportList, ImportTx, StoreError};

use super::ImportRuleError;

/// An import of the caller's account and Region.
pub fn find_import(
    cx: &OpContext<'_>,
    tx: &mut dyn ImportTx,
    id: &str,
) -> Result<Import, ImportRuleError> {
    let found = tx.import(&cx.caller.account, id)?;
    found
        .filter(|import| import.region == *cx.region)
        .ok_or_else(|| ImportRuleError::NotFound(id.to_owned()))
}

/// Which imports ListImports is asked for.
#[derive(Clone, Debug, Default)]
pub struct ImportFilter {
    /// `Destination`: the event data store's owner and id.
    pub destination: Option<(AccountId, String)>,
    /// `ImportStatus`.
    pub status: Option<ImportStatus>,
    /// The last import of the page before.
    pub after: Option<(Timestamp, String)>,
}

/// Imports, and what stands for the last of them if there are more: when it was asked for, and its id.
pub type ImportPage = (Vec<Import>, Option<(Timestamp, String)>);

/// A page of the caller's imports in the Region, newest first, and where the next one begins.
pub fn list_imports(
    cx: &OpContext<'_>,
    tx: &mut dyn ImportTx,
    filter: ImportFilter,
    limit: usize,
) -> Result<ImportPage, StoreError> {
    let list = ImportList {
        account: cx.caller.account.clone(),
        region: cx.region.clone(),
        destination: filter.destination,
        status: filter.status,
        after: filter.after,
        limit: i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1),
    };
    let mut found = tx.imports(&list)?;
    let more = found.len() > limit;
    found.truncate(limit);
    let last = found.last().filter(|_| more);
    let next = last.map(|import| (import.created, import.id.clone()));
    Ok((found, next))
}
