//! The files of a run, made from an inventory without any I/O.

mod access;
mod applications;
mod compat;
mod coverage;
mod duplicates;
mod findings;
mod html;
mod instances;
mod json;
mod manifest;
mod people;
mod redact;
mod table;

pub(crate) use duplicates::{Duplicate, MatchKind, duplicates};
pub(crate) use people::People;
pub(crate) use redact::Redactor;

use crate::findings::findings;
use crate::inventory::Inventory;
use crate::options::{AuditOptions, Format};
use crate::summary::Summary;
use table::Table;

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportFile {
    /// Its name.
    pub name: &'static str,
    /// Its media type.
    pub content_type: &'static str,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// What a run says.
#[derive(Clone, Debug)]
pub struct Report {
    /// The files in a fixed order, the manifest last.
    pub files: Vec<ReportFile>,
    /// The counts a command line prints.
    pub summary: Summary,
}

impl Report {
    /// The content of a file, by name.
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        self.files
            .iter()
            .find(|file| file.name == name)
            .map(|file| file.bytes.as_slice())
    }
}

/// Renders an inventory. Identical input gives identical bytes; only `manifest.json` holds times.
pub fn report(inventory: &Inventory, options: &AuditOptions) -> Report {
    let redactor = Redactor::new(options.redact, inventory);
    let people = People::of(inventory);
    let duplicates = duplicates(inventory);
    let findings = findings(inventory, &people, &duplicates, &redactor);
    let summary = Summary::of(inventory, &duplicates, &findings);

    let tables = vec![
        instances::table(inventory, &redactor),
        duplicates::table(&duplicates, &redactor),
        applications::assignments(inventory, &people, &redactor),
        applications::table(inventory, &people),
        access::table(inventory, &people, &redactor),
        findings::table(&findings),
    ];
    let mut files = Vec::new();
    if options.formats.contains(&Format::Csv) {
        let sample = match options.compat_aws_sample {
            true => compat::tables(inventory, &duplicates, &redactor),
            false => Vec::new(),
        };
        let kept = |table: &&Table| !sample.iter().any(|other| other.file == table.file);
        files.extend(sample.iter().map(Table::to_csv));
        files.extend(tables.iter().filter(kept).map(Table::to_csv));
    }
    files.push(coverage::file(inventory));
    if options.formats.contains(&Format::Json) {
        files.push(json::file(inventory, &redactor));
    }
    if options.formats.contains(&Format::Html) {
        files.push(html::file(&tables, inventory, &summary));
    }
    let manifest = manifest::file(inventory, options, &files);
    files.push(manifest);
    Report { files, summary }
}
