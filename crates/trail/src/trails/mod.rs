//! The rules of trails: what may be asked of them, and what each change leaves for their delivery.

mod access;
mod bucket;
mod create;
mod error;
mod insights;
mod logging;
mod name;
mod organization;
mod quotas;
mod selectors;
mod status;
mod tags;
mod topic;
mod update;

pub use access::{FoundTrail, TrailPage, find_trail, list_trails, trail_to_change};
pub(crate) use bucket::{
    Access, access as bucket_access, check as check_bucket, prefix as check_prefix,
};
pub use create::{NewTrail, create_trail};
pub use error::TrailError;
pub use insights::put_insight_selectors;
pub use logging::{delete_trail, start_logging, stop_logging};
pub use name::TrailName;
pub(crate) use organization::administers;
pub use organization::{SERVICE, trail_organization};
pub use quotas::Quotas;
pub use selectors::put_event_selectors;
pub(crate) use selectors::{DATA_FIELDS, NETWORK_FIELDS, SelectorRules, check_advanced};
pub use tags::{add_tags, remove_tags};
pub(crate) use tags::{drop_tags, merge_tags};
pub use update::{TrailUpdate, update_trail};
