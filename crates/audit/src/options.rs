//! What a run is asked to do.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

/// Where the run takes the time for its manifest from.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The Regions to look into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Regions {
    /// Every Region that is enabled in the account (`account:ListRegions`).
    All,
    /// Exactly these.
    List(BTreeSet<String>),
}

impl FromStr for Regions {
    type Err = Infallible;

    /// Reads `all`, or names separated by commas.
    fn from_str(text: &str) -> Result<Self, Infallible> {
        let names: BTreeSet<String> = text
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect();
        Ok(if names.is_empty() || names.contains("all") {
            Self::All
        } else {
            Self::List(names)
        })
    }
}

impl fmt::Display for Regions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::List(names) => f.write_str(
                &names
                    .iter()
                    .map(String::as_str)
                    .collect::<Vec<_>>()
                    .join(","),
            ),
        }
    }
}

/// A kind of file that the report is rendered in. `coverage.json` and `manifest.json` are always there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// The CSV files.
    Csv,
    /// `inventory.json`: everything that was read.
    Json,
    /// `report.html`: one page that needs no network.
    Html,
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.trim().to_ascii_lowercase().as_str() {
            "csv" => Ok(Self::Csv),
            "json" => Ok(Self::Json),
            "html" => Ok(Self::Html),
            _ => Err(format!(
                "unknown format `{text}`, expected csv, json or html"
            )),
        }
    }
}

/// How to run an audit and how to render it.
#[derive(Clone)]
pub struct AuditOptions {
    /// The role to assume in every account but the caller's own.
    pub role_name: String,
    /// The external id that the role's trust policy asks for, if it does.
    pub external_id: Option<String>,
    /// The Regions to look into.
    pub regions: Regions,
    /// How many calls may be in flight at once.
    pub concurrency: usize,
    /// Only these accounts, or all of them when empty.
    pub accounts: BTreeSet<String>,
    /// Renders the three CSV files with exactly the columns of AWS's published sample.
    pub compat_aws_sample: bool,
    /// Replaces what names a person by a hash.
    pub redact: bool,
    /// What to render.
    pub formats: BTreeSet<Format>,
    /// The clock of the manifest.
    pub now: Clock,
}

impl AuditOptions {
    /// The documented defaults, with the given clock.
    pub fn new(now: Clock) -> Self {
        Self {
            role_name: "OrganizationAccountAccessRole".to_owned(),
            external_id: None,
            regions: Regions::All,
            concurrency: 64,
            accounts: BTreeSet::new(),
            compat_aws_sample: false,
            redact: false,
            formats: BTreeSet::from([Format::Csv]),
            now,
        }
    }
}

impl fmt::Debug for AuditOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The external id is a shared secret of sorts, and a clock has nothing to show.
        f.debug_struct("AuditOptions")
            .field("role_name", &self.role_name)
            .field("regions", &self.regions)
            .field("concurrency", &self.concurrency)
            .field("accounts", &self.accounts)
            .field("formats", &self.formats)
            .finish_non_exhaustive()
    }
}
