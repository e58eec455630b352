//! `inventory.json`: everything that was read.

use serde::Serialize;

use super::ReportFile;
use super::redact::Redactor;
use crate::inventory::Inventory;

pub(super) fn file(inventory: &Inventory, redactor: &Redactor) -> ReportFile {
    let bytes = pretty(redactor.inventory(inventory).as_ref());
    ReportFile {
        name: "inventory.json",
        content_type: "application/json",
        bytes,
    }
}

/// JSON for people and machines, ending in a line break.
pub(super) fn pretty(value: &impl Serialize) -> Vec<u8> {
    let mut bytes =
        serde_json::to_vec_pretty(value).expect("plain values with text keys serialise");
    bytes.push(b'\n');
    bytes
}
