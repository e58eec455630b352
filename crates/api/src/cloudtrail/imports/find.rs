//! GetImport, and the import that a request is about.

use atrium_model::lake::Import;
use atrium_trail::imports::{ImportRuleError, find_import};
use atrium_wire::WireError;
use atrium_wire::cloudtrail::{self as wire, ops};

use super::failure::failure;
use super::{described, statistics};
use crate::cloudtrail::find::{action, works_on_store};
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.read::<ops::GetImport>(get);
}

/// The import that a request names, once the caller may do what it asks with the import's event data store.
///
/// Imports have no ARNs (Service Authorization Reference, "AWS CloudTrail"): the event data store stands for them.
pub(super) fn permitted(call: &mut Call<'_>, id: &str) -> Result<Import, WireError> {
    let action = action(call);
    match find_import(&call.cx, &mut *call.tx, id) {
        Ok(import) => {
            call.authorize(&action, &import.destination(), &[])?;
            works_on_store(call, &import.owner, import.destination());
            Ok(import)
        }
        Err(error) => {
            // Whoever may do nothing of the kind doesn't get to know either.
            call.authorize(&action, "*", &[])?;
            Err(reworded(call, error))
        }
    }
}

/// ListImportFailures has no exception for an import that is not there.
fn reworded(call: &Call<'_>, error: ImportRuleError) -> WireError {
    let error = failure(error);
    match error.code == "ImportNotFoundException" && call.operation.error(&error.code).is_none() {
        true => WireError::new("InvalidParameterException", error.message),
        false => error,
    }
}

fn get(
    call: &mut Call<'_>,
    input: wire::GetImportRequest,
) -> Result<wire::GetImportResponse, WireError> {
    let import = permitted(call, &input.import_id)?;
    Ok(described!(
        GetImportResponse,
        import,
        import_statistics: Some(statistics(&import))
    ))
}
