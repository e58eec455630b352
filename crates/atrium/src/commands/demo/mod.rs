//! `atrium demo`: a realistic organization, made through the public APIs alone.
//!
//! First everything is planned from a seed ([`plan`]), then made step by step. A step looks for what it
//! is to make by name, so a run that broke off can be run again, and a second run makes nothing.

mod access;
mod accounts;
mod applications;
mod calls;
mod directory;
mod instances;
mod names;
mod organization;
mod people;
mod plan;
mod policy;

use anyhow::Context;
use clap::Args;

use crate::cli::{Bar, ClientOptions, Failure, OutputFormat, Run, Table};
use calls::Calls;
use directory::Filling;
use organization::Organization;

/// Load a realistic organization: accounts, people, applications, and what an audit should find.
///
/// Makes units, accounts, a service control policy, the organization's instance with people, groups, applications and
/// permission sets, and account instances in about a third of the accounts. Needs credentials of a management account,
/// or of an account that stands alone, on an Atrium server. A second run makes what is missing.
#[derive(Args, Debug)]
pub(crate) struct DemoArgs {
    /// Member accounts to make.
    #[arg(long, default_value = "36", value_name = "N", value_parser = clap::value_parser!(u32).range(8..=5000))]
    accounts: u32,

    /// People in the organization's instance.
    #[arg(long, default_value = "400", value_name = "N", value_parser = clap::value_parser!(u32).range(10..=50_000))]
    users: u32,

    /// The same seed gives the same organization.
    #[arg(long, default_value = "1", value_name = "S")]
    seed: u64,

    /// The Regions in which account instances are made.
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "us-east-1,eu-west-1,ap-southeast-2",
        value_name = "R1,R2"
    )]
    regions: Vec<String>,

    /// The role to assume in member accounts.
    #[arg(
        long,
        default_value = "OrganizationAccountAccessRole",
        value_name = "ROLE"
    )]
    role_name: String,

    #[command(flatten)]
    client: ClientOptions,
}

/// Runs `atrium demo`.
pub(crate) async fn run(args: DemoArgs) -> Run {
    let config = args.client.connect().await?;
    if config.endpoint_url().is_none() {
        return Err(Failure::Usage(
            "this would open real accounts in AWS; name an Atrium server with --endpoint-url or AWS_ENDPOINT_URL".to_owned(),
        ));
    }
    let plan = plan::plan(
        args.seed,
        args.accounts as usize,
        args.users as usize,
        &args.regions,
    );
    let bar = Bar::new(plan.size(), "things");
    let calls = Calls::new(bar.clone());
    let made = make(&calls, &config, &args, &plan).await;
    bar.clear();
    made?;

    let counts = calls.counts();
    let mut table = Table::new(&["Demo", "Made", "There already"]);
    for (kind, count) in &counts {
        table.push(vec![
            (*kind).to_owned(),
            count.made.to_string(),
            count.kept.to_string(),
        ]);
    }
    table.print(OutputFormat::Table)?;
    if counts.values().all(|count| count.made == 0) {
        println!("The organization already had the whole demo.");
    }
    println!("Next: atrium audit");
    Ok(0)
}

async fn make(
    calls: &Calls,
    config: &aws_config::SdkConfig,
    args: &DemoArgs,
    plan: &plan::Plan,
) -> Result<(), Failure> {
    calls.doing("organization");
    let mut organization = Organization::open(calls, config).await?;
    organization.make_units(plan).await?;
    organization.make_accounts(plan).await?;

    calls.doing("organization instance");
    let reached =
        instances::of_organization(calls, config, &organization.management, &args.regions).await?;
    let delegate = organization
        .accounts
        .get(plan.delegate)
        .context("the plan names no such account")?;
    organization.delegate(delegate).await?;
    let filling = Filling::new(calls, &reached.config, &reached.arn, &reached.store);
    let (users, groups) = filling
        .fill(&plan.directory)
        .await
        .context("the organization instance")?;
    access::make(calls, &reached, &organization, plan, &users, &groups).await?;

    // The policy comes after the instances: some predate it in most organizations too.
    instances::of_accounts(calls, config, &args.role_name, &organization, plan).await?;
    calls.doing("policy");
    organization.guard(plan).await?;
    organization.close_accounts(plan).await?;
    Ok(())
}
