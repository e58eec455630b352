//! The files of a run, made from an inventory without any I/O.

mod access;
mod accounts;
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

pub(crate) use duplicates::{Duplicate, MatchKind, duplicates, normalised};
pub(crate) use people::People;
pub(crate) use redact::Redactor;

use crate::drift::{Drift, DriftError, Previous};
use crate::findings::findings;
use crate::guardrails::Guardrails;
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
    /// What has changed since the run that this one was compared with, if it was.
    pub drift: Option<Drift>,
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
    let (mut files, summary) = files(inventory, options);
    seal(&mut files, inventory, options);
    Report {
        files,
        summary,
        drift: None,
    }
}

/// As [`report()`], compared with an earlier run: `diff.json` holds the rows that came and went, and
/// the summary counts them. Fails if the earlier run
/// has other columns.
pub fn report_against(
    inventory: &Inventory,
    options: &AuditOptions,
    previous: &Previous,
) -> Result<Report, DriftError> {
    let (mut files, mut summary) = files(inventory, options);
    let own = AuditOptions {
        compat_aws_sample: false,
        formats: [Format::Csv].into(),
        ..options.clone()
    };
    let drift = if options.compat_aws_sample || !options.formats.contains(&Format::Csv) {
        Drift::between(previous, &self::files(inventory, &own).0)?
    } else {
        Drift::between(previous, &files)?
    };
    summary.changes = drift.added() + drift.removed();
    files.push(ReportFile {
        name: "diff.json",
        content_type: "application/json",
        bytes: json::pretty(&drift),
    });
    seal(&mut files, inventory, options);
    Ok(Report {
        files,
        summary,
        drift: Some(drift),
    })
}

/// Adds the manifest, which knows the digests of all others.
fn seal(files: &mut Vec<ReportFile>, inventory: &Inventory, options: &AuditOptions) {
    let manifest = manifest::file(inventory, options, files);
    files.push(manifest);
}

fn files(inventory: &Inventory, options: &AuditOptions) -> (Vec<ReportFile>, Summary) {
    let redactor = Redactor::new(options.redact, inventory);
    let people = People::of(inventory);
    let duplicates = duplicates(inventory);
    let findings = findings(inventory, &people, &duplicates, &redactor);
    let summary = Summary::of(inventory, &duplicates, &findings);

    let guardrails = Guardrails::of(inventory);
    let tables = vec![
        instances::table(inventory, guardrails.as_ref(), &redactor),
        duplicates::table(&duplicates, &redactor),
        applications::assignments(inventory, &people, &redactor),
        applications::table(inventory, &people),
        access::table(inventory, &people, &redactor),
        accounts::table(inventory, guardrails.as_ref(), &redactor),
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
    (files, summary)
}
