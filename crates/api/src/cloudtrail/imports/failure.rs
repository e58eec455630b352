//! CloudTrail's codes and texts for what can go wrong with imports.

use atrium_trail::imports::ImportRuleError;
use atrium_wire::WireError;

use crate::call::store_failure;
use crate::cloudtrail::stores;

/// The answer to an error of the imports' rules.
pub(super) fn failure(error: ImportRuleError) -> WireError {
    let (code, message) = match error {
        ImportRuleError::NotFound(id) => (
            "ImportNotFoundException",
            format!("The import {id} does not exist."),
        ),
        ImportRuleError::Ongoing => (
            "AccountHasOngoingImportException",
            "Another import of the account is in progress.".to_owned(),
        ),
        ImportRuleError::Source(why) => ("InvalidImportSourceException", why),
        ImportRuleError::Category(arn) => (
            "InvalidEventDataStoreCategoryException",
            format!("The event data store {arn} does not collect CloudTrail events."),
        ),
        ImportRuleError::NotPermitted(why) => ("OperationNotPermittedException", why),
        ImportRuleError::Parameter(why) => ("InvalidParameterException", why),
        ImportRuleError::EventDataStore(error) => return stores::failure(error),
        ImportRuleError::Store(error) => return store_failure(error),
    };
    WireError::new(code, message)
}
