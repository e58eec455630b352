//! The organization's instance, and the instances of accounts.

use std::time::Duration;

use anyhow::{Context, bail};
use aws_config::identity::IdentityCache;
use aws_config::{Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_ssoadmin::types::{InstanceMetadata, InstanceStatus, Tag};
use futures::future::try_join_all;
use futures::{StreamExt, TryStreamExt, stream};

use super::calls::Calls;
use super::directory::Filling;
use super::organization::Organization;
use super::plan::{Instance, Plan};
use crate::cli::Failure;
use crate::commands::instance::console::Console;
use crate::commands::instance::{Start, list, start};

const POLL: Duration = Duration::from_millis(250);
const POLLS: usize = 240;
const SESSION_NAME: &str = "atrium-demo";
/// Instances that are filled at once.
const AT_ONCE: usize = 8;

/// An instance and how to reach it.
pub(super) struct Reached {
    pub(super) config: SdkConfig,
    pub(super) arn: String,
    pub(super) store: String,
}

/// Finds the organization's instance in one of the Regions, or enables it in the caller's Region.
pub(super) async fn of_organization(
    calls: &Calls,
    config: &SdkConfig,
    management: &str,
    regions: &[String],
) -> Result<Reached, Failure> {
    let home = config.region().map(ToString::to_string).unwrap_or_default();
    let mut all: Vec<&str> = regions.iter().map(String::as_str).collect();
    if !all.contains(&home.as_str()) {
        all.push(&home);
    }
    let looks = all
        .iter()
        .map(async |region| anyhow::Ok((*region, list::in_region(config, region).await?)));
    for (region, instances) in try_join_all(looks).await? {
        let own = instances
            .iter()
            .find(|instance| instance.owner_account_id() == Some(management));
        if let Some(found) = own {
            calls.count("Instances", false);
            return Ok(reached(in_region(config, region), found)?);
        }
    }
    let console = Console::new(config)?;
    let how = Start {
        name: Some("harborline"),
        ..Start::default()
    };
    let enabled = start(&console, how).await?;
    calls.count("Instances", true);
    Ok(Reached {
        config: config.clone(),
        arn: enabled.instance_arn,
        store: enabled.identity_store_id,
    })
}

fn reached(config: SdkConfig, found: &InstanceMetadata) -> anyhow::Result<Reached> {
    let missing = "ListInstances: an instance without ARN or identity store";
    Ok(Reached {
        config,
        arn: found.instance_arn().context(missing)?.to_owned(),
        store: found.identity_store_id().context(missing)?.to_owned(),
    })
}

fn in_region(config: &SdkConfig, region: &str) -> SdkConfig {
    config
        .to_builder()
        .region(Region::new(region.to_owned()))
        .build()
}

/// Makes and fills the instances of accounts.
pub(super) async fn of_accounts(
    calls: &Calls,
    config: &SdkConfig,
    role_name: &str,
    organization: &Organization<'_>,
    plan: &Plan,
) -> anyhow::Result<()> {
    let sts = aws_sdk_sts::Client::new(config);
    stream::iter(&plan.instances)
        .map(async |planned| {
            let account = organization
                .accounts
                .get(planned.account)
                .context("the plan names no such account")?;
            let name = &planned.name;
            calls.doing(name);
            let inside = enter(calls, &sts, config, account, role_name).await;
            let inside = inside
                .with_context(|| format!("could not get into account {account} (`{name}`)"))?;
            let Some(reached) = open(calls, &inside, planned, account).await? else {
                return anyhow::Ok(());
            };
            let filling = Filling::new(calls, &reached.config, &reached.arn, &reached.store);
            let filled = filling.fill(&planned.directory).await;
            filled
                .map(drop)
                .with_context(|| format!("the instance of account {account} (`{name}`)"))
        })
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await
}

/// The configuration of clients in a member account.
async fn enter(
    calls: &Calls,
    sts: &aws_sdk_sts::Client,
    config: &SdkConfig,
    account: &str,
    role_name: &str,
) -> anyhow::Result<SdkConfig> {
    let role = format!("arn:aws:iam::{account}:role/{role_name}");
    let assume = || {
        sts.assume_role()
            .role_arn(&role)
            .role_session_name(SESSION_NAME)
            .send()
    };
    let output = calls.make("AssumeRole", assume).await?;
    let given = output
        .credentials()
        .context("AssumeRole: no credentials in the answer")?;
    let credentials = Credentials::new(
        given.access_key_id(),
        given.secret_access_key(),
        Some(given.session_token().to_owned()),
        None,
        "AssumeRole",
    );
    let builder = config
        .to_builder()
        .identity_cache(IdentityCache::no_cache());
    Ok(builder
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build())
}

/// The account's own instance, made if there is none. A policy that denies it now is told and passed over.
async fn open(
    calls: &Calls,
    config: &SdkConfig,
    planned: &Instance,
    account: &str,
) -> anyhow::Result<Option<Reached>> {
    let config = in_region(config, &planned.region);
    let client = aws_sdk_ssoadmin::Client::new(&config);
    if let Some(found) = own(&config, &planned.region, account).await? {
        calls.count("Instances", false);
        return reached(config, &found).map(Some);
    }
    let tag = Tag::builder().key("owner").value("demo").build()?;
    let create = || {
        client
            .create_instance()
            .name(&planned.name)
            .tags(tag.clone())
            .send()
    };
    match calls.make("CreateInstance", create).await {
        Ok(_) => {}
        Err(error) if error.is(&["AccessDeniedException"]) => {
            calls.note(&format!(
                "account {account} has no instance: {error}; in an organization that is older than account instances: \
                 atrium instance allow-account-instances"
            ));
            return Ok(None);
        }
        Err(error) if error.is(&["ConflictException"]) => {
            calls.note(&format!(
                "account {account} has an instance in another Region: {error}"
            ));
            return Ok(None);
        }
        Err(error) => return Err(error.into()),
    }
    for _ in 0..POLLS {
        let found = own(&config, &planned.region, account).await?;
        if let Some(found) = found.filter(|found| found.status() == Some(&InstanceStatus::Active)) {
            calls.count("Instances", true);
            return reached(config, &found).map(Some);
        }
        tokio::time::sleep(POLL).await;
    }
    bail!("the instance of account {account} is still not active")
}

async fn own(
    config: &SdkConfig,
    region: &str,
    account: &str,
) -> anyhow::Result<Option<InstanceMetadata>> {
    let instances = list::in_region(config, region).await?;
    Ok(instances
        .into_iter()
        .find(|instance| instance.owner_account_id() == Some(account)))
}
