//! `atrium instance`: what AWS offers in its console only, and a look at what there is.

pub(crate) mod console;
pub(crate) mod list;

use anyhow::{Context, anyhow};
use aws_config::SdkConfig;
use aws_sdk_organizations::types::OrganizationFeatureSet;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use clap::{ArgAction, Args, Subcommand};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Map, json};

use crate::cli::{ClientOptions, Failure, OutputFormat, Run, Table, refused};
use console::Console;

/// Enable the organization's instance, let members have instances of their own, list instances.
#[derive(Args, Debug)]
#[command(arg_required_else_help = true)]
pub(crate) struct InstanceArgs {
    #[command(subcommand)]
    command: InstanceCommand,
}

#[derive(Debug, Subcommand)]
enum InstanceCommand {
    /// Enable the organization instance in the Region of the call.
    ///
    /// Only the management account may, once. AWS offers this in its console only, so it needs an Atrium server.
    Enable(EnableArgs),
    /// Let member accounts create account instances, in an organization whose instance is older than those.
    ///
    /// Only the management account may. It cannot be undone; a service control policy can restrict it later.
    AllowAccountInstances(AllowArgs),
    /// List the instances that the calling account sees, in every enabled Region.
    List(list::ListArgs),
}

#[derive(Args, Debug)]
struct EnableArgs {
    /// A name for the instance.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// The day on which it shall have been enabled, such as 2023-06-01, or an exact time
    /// (2023-06-01T12:00:00Z); for rehearsals on a server that runs with --dev.
    #[arg(long, value_name = "DATE", value_parser = day)]
    enabled_at: Option<Timestamp>,

    /// Begin without permission sets; UpdateInstance enables them later, and nothing disables them again.
    #[arg(long, action = ArgAction::Set, num_args = 0..=1, require_equals = true, default_value = "false",
          default_missing_value = "true", value_name = "BOOL", hide_default_value = true)]
    without_permission_sets: bool,

    /// Create the organization first if the account is in none, as the console does.
    #[arg(long, action = ArgAction::Set, num_args = 0..=1, require_equals = true, default_value = "false",
          default_missing_value = "true", value_name = "BOOL", hide_default_value = true)]
    create_organization: bool,

    /// How to print the new instance.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    output: OutputFormat,

    #[command(flatten)]
    client: ClientOptions,
}

#[derive(Args, Debug)]
struct AllowArgs {
    #[command(flatten)]
    client: ClientOptions,
}

/// Runs `atrium instance`.
pub(crate) async fn run(args: InstanceArgs) -> Run {
    match args.command {
        InstanceCommand::Enable(args) => enable(args).await,
        InstanceCommand::AllowAccountInstances(args) => allow(args).await,
        InstanceCommand::List(args) => list::run(args).await,
    }
}

async fn enable(args: EnableArgs) -> Run {
    let config = args.client.connect().await?;
    let console = Console::new(&config)?;
    if args.create_organization {
        create_organization(&config).await?;
    }
    let how = Start {
        name: args.name.as_deref(),
        enabled_at: args.enabled_at,
        without_permission_sets: args.without_permission_sets,
    };
    let enabled = start(&console, how).await?;
    let mut table = Table::new(&["InstanceArn", "IdentityStoreId", "Region"]);
    table.push(vec![
        enabled.instance_arn,
        enabled.identity_store_id,
        console.region().to_owned(),
    ]);
    table.print(args.output)?;
    Ok(0)
}

/// Creates an organization, unless the account is in one.
async fn create_organization(config: &SdkConfig) -> anyhow::Result<()> {
    let client = aws_sdk_organizations::Client::new(config);
    let create = client
        .create_organization()
        .feature_set(OrganizationFeatureSet::All);
    match create.send().await {
        Ok(_) => Ok(()),
        Err(error) if is_member(&error) => Ok(()),
        Err(error) => Err(refused("CreateOrganization", &error)),
    }
}

fn is_member(error: &impl ProvideErrorMetadata) -> bool {
    error.code() == Some("AlreadyInOrganizationException")
}

async fn allow(args: AllowArgs) -> Run {
    let console = Console::new(&args.client.connect().await?)?;
    console.call("AllowAccountInstances", &json!({})).await?;
    eprintln!(
        "member accounts may now create account instances; a service control policy can restrict that"
    );
    Ok(0)
}

/// An organization instance that has been enabled.
#[derive(Clone, Debug)]
pub(crate) struct Enabled {
    /// Its ARN.
    pub(crate) instance_arn: String,
    /// The id of its identity store.
    pub(crate) identity_store_id: String,
}

/// How an organization instance is to begin.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Start<'a> {
    /// Its name.
    pub(crate) name: Option<&'a str>,
    /// When it shall have been enabled.
    pub(crate) enabled_at: Option<Timestamp>,
    /// Whether permission sets are left switched off.
    pub(crate) without_permission_sets: bool,
}

/// Enables the organization instance of the calling account's organization.
pub(crate) async fn start(console: &Console, how: Start<'_>) -> Result<Enabled, Failure> {
    let mut input = Map::new();
    if let Some(name) = how.name {
        input.insert("Name".to_owned(), name.into());
    }
    if let Some(time) = how.enabled_at {
        input.insert("EnabledAt".to_owned(), time.as_second().into());
    }
    if how.without_permission_sets {
        input.insert("PermissionSetsEnabled".to_owned(), false.into());
    }
    let output = console.call("StartSSO", &input.into()).await?;
    let member = |name: &str| {
        let text = output.get(name).and_then(|value| value.as_str());
        text.map(str::to_owned)
            .ok_or_else(|| anyhow!("StartSSO: the answer has no {name}"))
    };
    Ok(Enabled {
        instance_arn: member("InstanceArn")?,
        identity_store_id: member("IdentityStoreId")?,
    })
}

/// Reads a day in UTC, or an exact time.
fn day(text: &str) -> Result<Timestamp, anyhow::Error> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time);
    }
    let day: Date = text
        .parse()
        .context("expected a day such as 2023-06-01, or a time such as 2023-06-01T12:00:00Z")?;
    Ok(TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0))?)
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should say where"
)]
mod tests {
    use super::day;

    #[test]
    fn days_are_in_utc() {
        let cases = [
            ("2023-06-01", Some(1_685_577_600)),
            ("2023-06-01T12:00:00Z", Some(1_685_620_800)),
            ("2023-06-01T14:00:00+02:00", Some(1_685_620_800)),
            ("yesterday", None),
            ("2023-13-01", None),
        ];
        for (text, want) in cases {
            assert_eq!(day(text).ok().map(|time| time.as_second()), want, "{text}");
        }
        assert!(
            day("x")
                .unwrap_err()
                .to_string()
                .starts_with("expected a day")
        );
    }
}
