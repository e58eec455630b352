//! StopImport.

use atrium_trail::imports::stop_import;
use atrium_wire::WireError;
use atrium_wire::cloudtrail::{self as wire, ops};

use super::failure::failure;
use super::find::permitted;
use super::{described, statistics};
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::StopImport>(stop);
}

fn stop(
    call: &mut Call<'_>,
    input: wire::StopImportRequest,
) -> Result<wire::StopImportResponse, WireError> {
    let import = permitted(call, &input.import_id)?;
    let import = stop_import(&call.cx, &mut *call.tx, import).map_err(failure)?;
    Ok(described!(
        StopImportResponse,
        import,
        import_statistics: Some(statistics(&import))
    ))
}
