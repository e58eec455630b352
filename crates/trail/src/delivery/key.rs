//! The keys of files; "Finding your CloudTrail log files" and "CloudTrail digest file structure" in the user guide.

use atrium_model::trail::TrailPlan;
use atrium_model::{AccountId, Region, Timestamp};

use crate::text::strftime;

/// `[prefix/]AWSLogs/[o-…/]ACCOUNT/KIND/REGION/YYYY/MM/DD/`.
fn folder(
    plan: &TrailPlan,
    kind: &str,
    recipient: &AccountId,
    region: &Region,
    at: Timestamp,
) -> String {
    let settings = &plan.settings;
    let prefix = settings.prefix.as_ref().map(|prefix| format!("{prefix}/"));
    let organization = settings.organization.as_ref().map(|id| format!("{id}/"));
    format!(
        "{}AWSLogs/{}{recipient}/{kind}/{region}/{}/",
        prefix.unwrap_or_default(),
        organization.unwrap_or_default(),
        strftime(at, "%Y/%m/%d")
    )
}

/// The key of a log file. `tail` keeps files of one minute apart.
pub(super) fn log_file(
    plan: &TrailPlan,
    recipient: &AccountId,
    region: &Region,
    at: Timestamp,
    tail: &str,
) -> String {
    format!(
        "{}{recipient}_CloudTrail_{region}_{}_{tail}.json.gz",
        folder(plan, "CloudTrail", recipient, region, at),
        strftime(at, "%Y%m%dT%H%MZ")
    )
}

/// The key of a digest that ends at `at`.
pub(super) fn digest(
    plan: &TrailPlan,
    recipient: &AccountId,
    region: &Region,
    at: Timestamp,
) -> String {
    format!(
        "{}{recipient}_CloudTrail-Digest_{region}_{}_{}_{}.json.gz",
        folder(plan, "CloudTrail-Digest", recipient, region, at),
        plan.name,
        plan.region,
        strftime(at, "%Y%m%dT%H%M%SZ")
    )
}
