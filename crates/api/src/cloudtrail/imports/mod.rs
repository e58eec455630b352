//! Imports of log files into event data stores.

mod failure;
mod failures;
mod find;
mod list;
mod start;
mod stop;

use atrium_model::lake::Import;
use atrium_wire::cloudtrail as wire;

use super::convert;
use crate::Registry;

pub(super) fn register(registry: &mut Registry) {
    start::register(registry);
    find::register(registry);
    list::register(registry);
    failures::register(registry);
    stop::register(registry);
}

fn source(import: &Import) -> wire::ImportSource {
    let source = import.source.clone();
    wire::ImportSource {
        s3: wire::S3ImportSource {
            s3_location_uri: source.location,
            s3_bucket_region: source.region,
            s3_bucket_access_role_arn: source.role,
        },
    }
}

fn statistics(import: &Import) -> wire::ImportStatistics {
    let found = import.statistics;
    wire::ImportStatistics {
        prefixes_found: Some(found.prefixes_found),
        prefixes_completed: Some(found.prefixes_completed),
        files_completed: Some(found.files),
        events_completed: Some(found.events),
        failed_entries: Some(found.failed),
    }
}

/// The members that several answers have in common.
macro_rules! described {
    ($answer:ident, $import:expr $(, $more:ident: $value:expr)*) => {{
        let import = &$import;
        wire::$answer {
            $($more: $value,)*
            destinations: Some(vec![import.destination()]),
            import_source: Some(super::source(import)),
            import_status: Some(import.status.as_str().to_owned()),
            created_timestamp: super::convert::time(import.created),
            updated_timestamp: super::convert::time(import.updated),
            start_event_time: import.from.and_then(super::convert::time),
            end_event_time: import.to.and_then(super::convert::time),
            import_id: Some(import.id.clone()),
        }
    }};
}
use described;
