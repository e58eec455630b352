//! CloudTrail's codes and texts for what can go wrong with event data stores.

use atrium_trail::stores::StoreRuleError;
use atrium_wire::WireError;

use crate::call::store_failure;

/// The answer to an error of the event data stores' rules.
pub(in crate::cloudtrail) fn failure(error: StoreRuleError) -> WireError {
    let (code, message) = match error {
        StoreRuleError::Arn(arn) => (
            "EventDataStoreARNInvalidException",
            format!("{arn} is not a valid ARN of an event data store."),
        ),
        StoreRuleError::NotFound(arn) => (
            "EventDataStoreNotFoundException",
            format!("The event data store {arn} does not exist."),
        ),
        StoreRuleError::Exists(name) => (
            "EventDataStoreAlreadyExistsException",
            format!("An event data store with name {name} already exists."),
        ),
        StoreRuleError::TooMany(most) => (
            "EventDataStoreMaxLimitExceededException",
            format!("The account already has {most} event data stores in this Region."),
        ),
        StoreRuleError::Inactive(arn) => (
            "InactiveEventDataStoreException",
            format!("The event data store {arn} is pending deletion."),
        ),
        StoreRuleError::Status { store, status } => (
            "InvalidEventDataStoreStatusException",
            format!("The event data store {store} is in status {status}."),
        ),
        StoreRuleError::Protected(arn) => (
            "EventDataStoreTerminationProtectedException",
            format!("Termination protection is enabled for the event data store {arn}."),
        ),
        StoreRuleError::HasImport(arn) => (
            "EventDataStoreHasOngoingImportException",
            format!("The event data store {arn} has an ongoing import."),
        ),
        StoreRuleError::HasChannel(arn) => (
            "ChannelExistsForEDSException",
            format!("The event data store {arn} is the destination of a channel."),
        ),
        StoreRuleError::Parameter(why) => ("InvalidParameterException", why),
        StoreRuleError::Selectors(why) => ("InvalidEventSelectorsException", why),
        StoreRuleError::NotOffered(why) => ("UnsupportedOperationException", why),
        StoreRuleError::Shared(error) => return crate::cloudtrail::failure::failure(error),
        StoreRuleError::Store(error) => return store_failure(error),
    };
    WireError::new(code, message)
}

/// Why a KMS key is refused: what can't be kept must not look as if it were.
pub(super) fn refuse_key(key: Option<&str>) -> Result<(), WireError> {
    match key {
        None => Ok(()),
        Some(_) => Err(failure(StoreRuleError::NotOffered(
            "Event data stores are not encrypted with AWS KMS keys here: leave KmsKeyId out."
                .to_owned(),
        ))),
    }
}
