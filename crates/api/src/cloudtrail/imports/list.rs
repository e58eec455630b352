//! ListImports.

use atrium_model::lake::Import;
use atrium_trail::imports::{ImportFilter, list_imports};
use atrium_trail::stores::StoreName;
use atrium_wire::WireError;
use atrium_wire::cloudtrail::{self as wire, ops};

use crate::call::store_failure;
use crate::cloudtrail::{convert, stores};
use crate::{Call, Registry};

/// The size of a page if nothing is said. AWS doesn't say.
const PAGE: usize = 100;

pub(super) fn register(registry: &mut Registry) {
    registry.read::<ops::ListImports>(list);
}

fn list(
    call: &mut Call<'_>,
    input: wire::ListImportsRequest,
) -> Result<wire::ListImportsResponse, WireError> {
    call.authorize("cloudtrail:ListImports", "*", &[])?;
    let destination = input
        .destination
        .as_deref()
        .map(|arn| StoreName::parse(&call.cx, arn).map_err(stores::failure))
        .transpose()?
        .map(|name| (name.account, name.id));
    let status = input.import_status;
    let scope = format!("{destination:?}/{status:?}");
    let filter = ImportFilter {
        destination,
        // The model allows no others.
        status: status.as_deref().and_then(|status| status.parse().ok()),
        after: call.page(&scope, input.next_token.as_deref())?,
    };
    let limit = input
        .max_results
        .and_then(|most| usize::try_from(most).ok())
        .unwrap_or(PAGE);
    let found = list_imports(&call.cx, &mut *call.tx, filter, limit);
    let (imports, next) = found.map_err(store_failure)?;
    Ok(wire::ListImportsResponse {
        imports: Some(imports.into_iter().map(entry).collect()),
        next_token: next.map(|after| call.next_token(&scope, &after)),
    })
}

fn entry(import: Import) -> wire::ImportsListItem {
    wire::ImportsListItem {
        destinations: Some(vec![import.destination()]),
        import_status: Some(import.status.as_str().to_owned()),
        created_timestamp: convert::time(import.created),
        updated_timestamp: convert::time(import.updated),
        import_id: Some(import.id),
    }
}
