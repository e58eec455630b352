//! What in an inventory deserves somebody's attention. Only rules that the inventory decides.

mod access;
mod applications;
mod coverage;
mod instances;
mod leavers;
mod people;
mod policies;

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::inventory::Inventory;
use crate::report::{Duplicate, People, Redactor};

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Tidiness.
    Low,
    /// To be looked at.
    Medium,
    /// To be dealt with soon.
    High,
    /// To be dealt with now.
    Critical,
}

impl Severity {
    /// The word for it in the files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Severity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Low, Self::Medium, Self::High, Self::Critical]
            .into_iter()
            .find(|severity| severity.as_str() == text.trim().to_ascii_lowercase())
            .ok_or_else(|| {
                format!("unknown severity `{text}`, expected low, medium, high or critical")
            })
    }
}

/// One thing found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule, such as `IDC-010`.
    pub rule: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// The account it is in.
    pub account_id: String,
    /// The instance it is about, or empty.
    pub instance_arn: String,
    /// What exactly it is about. Together with the rule it identifies the finding for ever.
    pub resource: String,
    /// What is the matter.
    pub message: String,
    /// What to do about it, with a command.
    pub remediation: String,
}

impl Finding {
    /// The same in every run: of rule and resource, never of time.
    pub fn uid(&self) -> String {
        let digest = Sha256::digest(format!("{}\0{}", self.rule, self.resource));
        hex::encode(digest)[..16].to_owned()
    }
}

/// All findings, the gravest first.
pub(crate) fn findings(
    inventory: &Inventory,
    people: &People<'_>,
    duplicates: &[Duplicate<'_>],
    redactor: &Redactor,
) -> Vec<Finding> {
    let mut all = coverage::findings(inventory);
    all.extend(instances::findings(inventory));
    all.extend(policies::findings(inventory));
    all.extend(leavers::findings(inventory, redactor));
    all.extend(people::findings(inventory, duplicates, redactor));
    all.extend(applications::findings(inventory, people));
    all.extend(access::findings(inventory, people));
    let key = |finding: &Finding| {
        (
            std::cmp::Reverse(finding.severity),
            finding.rule,
            finding.resource.clone(),
        )
    };
    all.sort_by_cached_key(key);
    all.dedup_by(|a, b| a.rule == b.rule && a.resource == b.resource);
    all
}
