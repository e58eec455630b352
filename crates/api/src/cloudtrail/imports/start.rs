//! StartImport.

use atrium_model::lake::{Import, ImportSource};
use atrium_model::{Arn, Timestamp};
use atrium_trail::imports::{
    ImportRuleError, NewImport, import_location, restart_import, start_import,
};
use atrium_trail::stores::{StoreName, find_store};
use atrium_trail::trails::SERVICE;
use atrium_wire::WireError;
use atrium_wire::cloudtrail::{self as wire, ops};

use super::described;
use super::failure::failure;
use super::find::permitted;
use crate::call::store_failure;
use crate::cloudtrail::stores;
use crate::service_role::{Purpose, ServiceRole};
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::StartImport>(start);
}

fn start(
    call: &mut Call<'_>,
    input: wire::StartImportRequest,
) -> Result<wire::StartImportResponse, WireError> {
    let is_bounded = input.start_event_time.is_some() || input.end_event_time.is_some();
    let import = match (input.destinations, input.import_source, input.import_id) {
        (None, None, Some(id)) if !is_bounded => restart(call, &id)?,
        (Some(destinations), Some(source), None) => {
            let named = destinations.first().map_or("", String::as_str);
            let time = |time: jiff::Timestamp| Timestamp::from_millis(time.as_millisecond());
            let range = [input.start_event_time, input.end_event_time];
            begin(call, named, source.s3, range.map(|end| end.map(time)))?
        }
        _ => {
            call.authorize("cloudtrail:StartImport", "*", &[])?;
            let why = "Specify either Destinations and ImportSource for a new import, or ImportId alone to retry one.";
            return Err(failure(ImportRuleError::Parameter(why.to_owned())));
        }
    };
    Ok(described!(StartImportResponse, import))
}

/// Begins a new import.
fn begin(
    call: &mut Call<'_>,
    named: &str,
    source: wire::S3ImportSource,
    [from, to]: [Option<Timestamp>; 2],
) -> Result<Import, WireError> {
    let store = stores::to_read(call, named)?;
    let source = ImportSource {
        location: source.s3_location_uri,
        region: source.s3_bucket_region,
        role: source.s3_bucket_access_role_arn,
    };
    check_role(call, &source, &store.arn())?;
    check_server(call)?;
    let new = NewImport {
        store,
        source,
        from,
        to,
    };
    start_import(&call.cx, &mut *call.tx, new).map_err(failure)
}

/// Takes an import up again.
fn restart(call: &mut Call<'_>, id: &str) -> Result<Import, WireError> {
    let import = permitted(call, id)?;
    let name = StoreName {
        account: import.owner.clone(),
        region: import.region.clone(),
        id: import.store.clone(),
        is_arn: true,
    };
    let store = find_store(&call.cx, &mut *call.tx, &name).map_err(stores::failure)?;
    check_role(call, &import.source, &import.destination())?;
    check_server(call)?;
    restart_import(&call.cx, &mut *call.tx, import, &store).map_err(failure)
}

/// Refuses if this server can't write the files that imported records go into.
fn check_server(call: &Call<'_>) -> Result<(), WireError> {
    match call.services.settings.lake.is_there() {
        true => Ok(()),
        false => Err(WireError::new(
            "UnsupportedOperationException",
            "This server can't import files: its program atrium-lake is missing. Install it beside atrium, or name it \
             with --lake-program.",
        )),
    }
}

/// Refuses a role that the caller may not pass on, that doesn't trust CloudTrail, or that may not list the bucket.
///
/// "Required permissions for copying trail events" in the CloudTrail user guide. Whether it may read the objects shows with
/// each of them.
fn check_role(call: &mut Call<'_>, source: &ImportSource, store: &str) -> Result<(), WireError> {
    let role = &source.role;
    let is_role = role
        .parse::<Arn>()
        .is_ok_and(|arn| arn.service() == "iam" && arn.resource().starts_with("role/"));
    if !is_role {
        let why = format!("{role} is not the ARN of a role.");
        return Err(failure(ImportRuleError::Parameter(why)));
    }
    let passed = [("iam:PassedToService", &[SERVICE][..])];
    call.authorize("iam:PassRole", role, &passed)?;
    let bucket = import_location(&source.location).map_err(failure)?.bucket;
    let account = call.account().clone();
    let purpose = Purpose {
        service: SERVICE,
        account: &account,
        source: store,
        region: call.cx.region,
    };
    let (random, now) = (&call.services.random, call.cx.now);
    let assumed = ServiceRole::assume(&mut *call.tx, random, now, role, &purpose);
    assumed
        .map_err(store_failure)?
        .and_then(|assumed| {
            let bucket = format!("arn:aws:s3:::{bucket}");
            assumed.allow("s3:ListBucket", &bucket)
        })
        .map_err(|why| failure(ImportRuleError::Source(why)))
}
