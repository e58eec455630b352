//! `manifest.json`: which tool made the files, for whom, when, and what their digests are.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::ReportFile;
use super::json::pretty;
use crate::inventory::Inventory;
use crate::options::AuditOptions;

pub(super) fn file(
    inventory: &Inventory,
    options: &AuditOptions,
    files: &[ReportFile],
) -> ReportFile {
    let entries: Vec<Value> = files
        .iter()
        .map(|file| {
            let digest = hex::encode(Sha256::digest(&file.bytes));
            json!({ "Name": file.name, "Bytes": file.bytes.len(), "Sha256": digest })
        })
        .collect();
    let value = json!({
        "SchemaVersion": 1,
        "Tool": { "Name": "atrium", "Version": env!("CARGO_PKG_VERSION") },
        "Caller": inventory.caller,
        "Organization": inventory.organization,
        "Begin": inventory.begin,
        "End": inventory.end,
        "Options": {
            "RoleName": options.role_name,
            "Regions": options.regions.to_string(),
            "Concurrency": options.concurrency,
            "Accounts": options.accounts,
            "CompatAwsSample": options.compat_aws_sample,
            "Redact": options.redact,
            "Formats": options.formats,
        },
        "Files": entries,
    });
    ReportFile {
        name: "manifest.json",
        content_type: "application/json",
        bytes: pretty(&value),
    }
}
