//! The auditor: finds every IAM Identity Center instance of an organization, in every account and
//! Region, who is in them, which applications they hold and who reaches those, and which people
//! exist more than once.
//!
//! It speaks only public AWS APIs through the official AWS SDK for Rust, so it works the same on
//! AWS and on Atrium. Three steps, each usable alone: [`collect`] reads an [`Inventory`],
//! [`report()`] turns it into files without any I/O, [`write`] puts those into a folder or a bucket.
//!
//! It is not a command line (the binary is), knows nothing of the service's crates, and changes
//! nothing in what it audits.

mod client;
mod collect;
mod coverage;
mod drift;
mod error;
mod findings;
mod guardrails;
mod inventory;
mod options;
mod progress;
mod report;
mod summary;
mod write;

pub use client::http_client;
pub use collect::collect;
pub use coverage::{AccountCoverage, Coverage, Gap, Outcome, RegionCoverage, RegionSource};
pub use drift::{Change, Drift, DriftError, Previous};
pub use error::{AuditError, WriteError};
pub use findings::{Finding, Severity};
pub use inventory::{
    Account, AccountAssignment, Application, Assignment, Caller, ControlPolicy, Group, Instance,
    InstanceType, Inventory, Organization, PermissionSet, PrincipalType, User,
};
pub use options::{AuditOptions, Clock, Format, Regions};
pub use progress::{NoProgress, Progress};
pub use report::{Report, ReportFile, report, report_against};
pub use summary::Summary;
pub use write::{Destination, write};
