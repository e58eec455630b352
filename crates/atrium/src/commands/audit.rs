//! `atrium audit`: reads the organization, writes the report, says what matters and ends with its status.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use atrium_audit::{
    AuditOptions, Coverage, Destination, Format, Outcome, Previous, Regions, Report, Severity,
    collect, report, report_against, write,
};
use clap::{ArgAction, Args, ValueEnum};
use jiff::Timestamp;

use crate::cli::{Bar, ClientOptions, OutputFormat, Run, Table};

/// So many accounts that were not examined are named on standard error; the rest stands in the report.
const NAMED: usize = 5;

/// Find every Identity Center instance of the organization, in every account and Region.
///
/// Reads who is in them, which applications they hold and who reaches those, and who exists more than once.
/// Changes nothing. Run it as the management account or as the delegated administrator.
#[derive(Args, Debug)]
pub(crate) struct AuditArgs {
    /// The role to assume in every account but the caller's own.
    #[arg(long, default_value = "OrganizationAccountAccessRole", value_name = "ROLE", value_parser = role_name)]
    role_name: String,

    /// The external id that the role's trust policy asks for.
    #[arg(long, value_name = "ID", hide_env_values = true)]
    external_id: Option<String>,

    /// The Regions to look into: `all` that are enabled in each account, or names separated by commas.
    #[arg(long, default_value = "all", value_name = "all|R1,R2")]
    regions: Regions,

    /// Only these accounts, separated by commas.
    #[arg(long, value_delimiter = ',', value_name = "IDS", value_parser = account_id)]
    accounts: Vec<String>,

    /// How many calls may be in flight at once.
    #[arg(long, default_value = "64", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    concurrency: u16,

    /// Where the report goes: a folder, or s3://bucket/prefix.
    #[arg(long, default_value = "atrium-report", value_name = "DIR|s3://B/P")]
    output: Destination,

    /// What to write: csv, json, html.
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "csv,json,html",
        value_name = "FORMATS"
    )]
    format: Vec<Format>,

    /// End with status 3 if there are findings of this severity or a graver one: low, medium, high, critical.
    #[arg(long, value_name = "SEVERITY")]
    fail_on: Option<Severity>,

    /// Replace what names a person by a hash.
    #[arg(long, action = ArgAction::Set, num_args = 0..=1, require_equals = true, default_value = "false",
          default_missing_value = "true", value_name = "BOOL", hide_default_value = true)]
    redact: bool,

    /// Write three of the files with exactly the columns of another tool.
    #[arg(long, value_enum, value_name = "TOOL")]
    compat: Option<Compat>,

    /// Compare with the report of an earlier run in this folder; end with status 5 if anything changed.
    #[arg(long, value_name = "DIR")]
    against: Option<PathBuf>,

    /// End with status 0 whatever is found, for steps that must not fail; not if the tool itself fails.
    #[arg(long, action = ArgAction::Set, num_args = 0..=1, require_equals = true, default_value = "false",
          default_missing_value = "true", value_name = "BOOL", hide_default_value = true)]
    exit_zero: bool,

    #[command(flatten)]
    client: ClientOptions,
}

/// A tool whose files others parse already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Compat {
    /// AWS's published sample, aws-samples/multiple-iam-identity-center-instance-management.
    AwsSample,
}

/// Runs `atrium audit`.
pub(crate) async fn run(args: AuditArgs) -> Run {
    let options = options(&args);
    // Read first: the new report may go to the same folder.
    let previous = args.against.as_deref().map(Previous::read).transpose();
    let previous = previous.context("could not read the report to compare with")?;
    let config = args.client.connect().await?;

    let bar = Bar::new(0, "accounts");
    let collected = collect(&config, &options, &bar).await;
    bar.clear();
    let inventory = collected.context("could not read the organization")?;
    let made = match &previous {
        None => report(&inventory, &options),
        Some(previous) => report_against(&inventory, &options, previous)
            .context("could not compare with the earlier report")?,
    };
    write(&made, &args.output, &config)
        .await
        .context("could not write the report")?;

    summary(&made).print(OutputFormat::Table)?;
    warn(&inventory.coverage);
    println!("The report is in {}", args.output);
    let status = made.summary.exit_status(args.fail_on);
    Ok(if args.exit_zero { 0 } else { status })
}

fn options(args: &AuditArgs) -> AuditOptions {
    let mut options = AuditOptions::new(Arc::new(Timestamp::now));
    options.role_name.clone_from(&args.role_name);
    options.external_id.clone_from(&args.external_id);
    options.regions = args.regions.clone();
    options.concurrency = args.concurrency.into();
    options.accounts = args.accounts.iter().cloned().collect();
    options.compat_aws_sample = args.compat == Some(Compat::AwsSample);
    options.redact = args.redact;
    options.formats = args.format.iter().copied().collect();
    options
}

fn summary(report: &Report) -> Table {
    let summary = &report.summary;
    let mut table = Table::new(&["Summary", ""]);
    let mut row = |name: &str, value: String| table.push(vec![name.to_owned(), value]);
    row(
        "Accounts examined",
        format!("{} of {}", summary.accounts_examined, summary.accounts),
    );
    row(
        "Accounts × Regions examined",
        summary.account_regions_examined.to_string(),
    );
    row(
        "Coverage",
        if summary.complete {
            "complete"
        } else {
            "incomplete"
        }
        .to_owned(),
    );
    row(
        "Organization instances",
        summary.organization_instances.to_string(),
    );
    row("Account instances", summary.account_instances.to_string());
    row("Users", summary.users.to_string());
    row("Groups", summary.groups.to_string());
    row("Applications", summary.applications.to_string());
    row(
        "People in several instances",
        summary.duplicated_users.to_string(),
    );
    for severity in [
        Severity::Critical,
        Severity::High,
        Severity::Medium,
        Severity::Low,
    ] {
        let count = summary.findings.get(&severity).copied().unwrap_or_default();
        row(&format!("Findings, {severity}"), count.to_string());
    }
    if let Some(drift) = &report.drift {
        let changes = format!("{} added, {} removed", drift.added(), drift.removed());
        row("Changes since the earlier report", changes);
    }
    row("API calls", summary.api_calls.to_string());
    table
}

/// Says what was not looked at: a report that hides it is worse than none.
fn warn(coverage: &Coverage) {
    let missing = coverage
        .accounts
        .iter()
        .filter(|(_, account)| account.outcome.is_incomplete());
    for (id, account) in missing.clone().take(NAMED) {
        let outcome: Outcome = account.outcome;
        let reason = account.reason.as_deref().unwrap_or("no reason given");
        eprintln!(
            "warning: account {id} was not examined ({}): {reason}",
            outcome.as_str()
        );
    }
    let more = missing.count().saturating_sub(NAMED);
    if more > 0 {
        eprintln!("warning: {more} more accounts were not examined; see coverage.json");
    }
    let regions = coverage
        .accounts
        .values()
        .filter(|account| !account.outcome.is_incomplete());
    let regions = regions.flat_map(|account| account.regions.values());
    let closed = regions
        .filter(|region| region.outcome.is_incomplete())
        .count();
    let gaps = coverage
        .gaps
        .iter()
        .filter(|gap| gap.outcome.is_incomplete())
        .count();
    if closed + gaps > 0 {
        eprintln!(
            "warning: {closed} Regions and {gaps} parts of instances gave no answer; see coverage.json"
        );
    }
}

fn account_id(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err("expected an account id of twelve digits".to_owned())
    }
}

/// IAM's rule for the names of roles, with the path that may stand before them.
fn role_name(text: &str) -> Result<String, String> {
    let name = text.rsplit('/').next().unwrap_or_default();
    let allowed = |c: char| c.is_ascii_alphanumeric() || "+=,.@-_/".contains(c);
    if (1..=64).contains(&name.len()) && text.len() <= 512 && text.chars().all(allowed) {
        Ok(text.to_owned())
    } else {
        Err("expected the name of a role, up to 64 letters, digits and +=,.@-_".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_ids_are_checked_before_the_first_call() {
        for (text, want) in [
            ("Audit", true),
            ("path/to/Audit", true),
            ("", false),
            ("a b", false),
            ("a/", false),
        ] {
            assert_eq!(role_name(text).is_ok(), want, "{text:?}");
        }
        for (text, want) in [
            ("123456789012", true),
            (" 123456789012", true),
            ("12345678901", false),
            ("12345678901x", false),
        ] {
            assert_eq!(account_id(text).is_ok(), want, "{text:?}");
        }
    }
}
