//! `atrium instance list`.

use atrium_audit::Regions;
use aws_config::{Region, SdkConfig};
use aws_sdk_account::types::RegionOptStatus;
use aws_sdk_ssoadmin::types::InstanceMetadata;
use aws_smithy_types::date_time::Format;
use clap::Args;
use futures::future::join_all;

use crate::cli::{ClientOptions, OutputFormat, Run, Table, refused};

#[derive(Args, Debug)]
pub(super) struct ListArgs {
    /// The Regions to look into: `all` that are enabled in the account, or names separated by commas.
    #[arg(long, default_value = "all", value_name = "all|R1,R2")]
    regions: Regions,

    /// How to print the list.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    output: OutputFormat,

    #[command(flatten)]
    client: ClientOptions,
}

const HEADER: &[&str] = &[
    "InstanceArn",
    "IdentityStoreId",
    "OwnerAccountId",
    "Region",
    "Name",
    "Status",
    "CreatedDate",
];

/// Lists what the caller's account sees. A Region that refuses is told on standard error and makes the
/// list incomplete, status 4.
pub(super) async fn run(args: ListArgs) -> Run {
    let config = args.client.connect().await?;
    let regions = match &args.regions {
        Regions::List(names) => names.iter().cloned().collect(),
        Regions::All => enabled_regions(&config).await?,
    };
    let looks = regions.iter().map(|region| in_region(&config, region));
    let mut table = Table::new(HEADER);
    let mut status = 0;
    for (region, found) in regions.iter().zip(join_all(looks).await) {
        match found {
            Ok(instances) => instances
                .iter()
                .for_each(|instance| table.push(row(instance, region))),
            Err(error) => {
                status = 4;
                eprintln!("warning: {region} could not be examined: {error:#}");
            }
        }
    }
    table.print(args.output)?;
    Ok(status)
}

/// The Regions that are enabled in the caller's account (`account:ListRegions`).
pub(crate) async fn enabled_regions(config: &SdkConfig) -> anyhow::Result<Vec<String>> {
    let client = aws_sdk_account::Client::new(config);
    let mut pages = client
        .list_regions()
        .region_opt_status_contains(RegionOptStatus::Enabled)
        .region_opt_status_contains(RegionOptStatus::EnabledByDefault)
        .into_paginator()
        .send();
    let mut names = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| {
            refused("ListRegions", &error)
                .context("could not find out which Regions are enabled; name them with --regions")
        })?;
        names.extend(
            page.regions()
                .iter()
                .filter_map(|region| region.region_name().map(str::to_owned)),
        );
    }
    names.sort();
    Ok(names)
}

/// The instances that the caller's account sees in a Region.
pub(crate) async fn in_region(
    config: &SdkConfig,
    region: &str,
) -> anyhow::Result<Vec<InstanceMetadata>> {
    let config = config
        .to_builder()
        .region(Region::new(region.to_owned()))
        .build();
    let client = aws_sdk_ssoadmin::Client::new(&config);
    let mut pages = client.list_instances().into_paginator().send();
    let mut instances = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| refused("ListInstances", &error))?;
        instances.extend_from_slice(page.instances());
    }
    Ok(instances)
}

fn row(instance: &InstanceMetadata, region: &str) -> Vec<String> {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let created = instance
        .created_date()
        .and_then(|date| date.fmt(Format::DateTime).ok());
    vec![
        text(instance.instance_arn()),
        text(instance.identity_store_id()),
        text(instance.owner_account_id()),
        region.to_owned(),
        text(instance.name()),
        text(instance.status().map(|status| status.as_str())),
        created.unwrap_or_default(),
    ]
}
