//! ListImportFailures.

use atrium_model::lake::{Import, ImportFailure};
use atrium_trail::imports::import_location;
use atrium_wire::WireError;
use atrium_wire::cloudtrail::{self as wire, ops};

use super::failure::failure;
use super::find::permitted;
use crate::call::store_failure;
use crate::cloudtrail::convert;
use crate::{Call, Registry};

/// The size of a page if nothing is said. AWS doesn't say.
const PAGE: usize = 100;

pub(super) fn register(registry: &mut Registry) {
    registry.read::<ops::ListImportFailures>(list);
}

fn list(
    call: &mut Call<'_>,
    input: wire::ListImportFailuresRequest,
) -> Result<wire::ListImportFailuresResponse, WireError> {
    let import = permitted(call, &input.import_id)?;
    let from: Option<String> = call.page(&import.id, input.next_token.as_deref())?;
    let limit = input
        .max_results
        .and_then(|most| usize::try_from(most).ok())
        .unwrap_or(PAGE);
    let most = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let from = from.unwrap_or_default();
    let found = call.tx.import_failures(&import, &from, most);
    let mut found = found.map_err(store_failure)?;
    // The page after begins with the first that this one has no room for.
    let next = found.drain(limit.min(found.len())..).next();
    let entries = found.into_iter().map(|found| entry(&import, found));
    Ok(wire::ListImportFailuresResponse {
        failures: Some(entries.collect::<Result<_, _>>()?),
        next_token: next.map(|next| call.next_token(&import.id, &next.name)),
    })
}

fn entry(import: &Import, found: ImportFailure) -> Result<wire::ImportFailureListItem, WireError> {
    let location = import_location(&import.source.location).map_err(failure)?;
    Ok(wire::ImportFailureListItem {
        location: Some(location.uri(&found.name)),
        status: Some(found.status(import.attempt).to_owned()),
        error_type: Some(found.kind),
        error_message: Some(found.message),
        last_updated_time: convert::time(found.updated),
    })
}
