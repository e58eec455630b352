//! Reading an organization.
//!
//! Accounts are walked while the pages that name them still arrive, many at once; what goes first
//! is decided call by call (see the client's ranks), so there is no moment at which everybody
//! waits for the slowest account.

mod access;
mod account;
mod applications;
mod directory;
mod instance;
mod organization;
mod policies;
mod regions;
mod sightings;
mod time;

use std::collections::BTreeMap;

use aws_config::SdkConfig;
use futures::StreamExt;
use futures::channel::mpsc;

use crate::client::{Api, At, Rank, Sessions};
use crate::coverage::{AccountCoverage, Outcome};
use crate::error::AuditError;
use crate::inventory::{Account, Caller, Instance, Inventory};
use crate::options::AuditOptions;
use crate::progress::Progress;

use account::{Walk, Walked};
use organization::{Discovered, Place};
use sightings::Sightings;

/// Reads everything that the report is made of.
///
/// Fails only if nothing could be said about completeness: the caller's credentials do not work, or
/// the accounts cannot be listed. Everything else that is refused stands in the coverage.
pub async fn collect(
    config: &SdkConfig,
    options: &AuditOptions,
    progress: &dyn Progress,
) -> Result<Inventory, AuditError> {
    let begin = (options.now)();
    let api = Api::new(options.concurrency);
    let base = Sessions::base(config);
    let caller = caller(&api, &base).await?;
    let organizations = organization::Reader::new(&api, &base, &caller.account_id);
    let organization = organizations.describe().await?;

    let sessions = Sessions::new(&api, config, &caller.arn, &caller.account_id, options);
    let sightings = Sightings::default();
    let walk = Walk {
        sessions: &sessions,
        options,
        home_region: base.region().map(|region| region.to_string()),
        management: organization
            .as_ref()
            .map(|found| found.management_account_id.clone()),
        // Either the management account or its delegate reads the organization's instance. A
        // delegate can do it with the credentials at hand, whatever the management account allows.
        delegated: organization.as_ref().is_some_and(|found| {
            let delegates = found.delegated_administrators.as_ref();
            delegates.is_some_and(|delegates| delegates.contains(&caller.account_id))
        }),
        caller_account: caller.account_id.clone(),
        sightings: &sightings,
        regions: regions::Finder::default(),
    };

    let (found, arrivals) = mpsc::unbounded();
    let listing = organizations.stream_accounts(
        organization.is_some(),
        options,
        &caller.account_id,
        found,
        progress,
    );
    let paths = organizations.paths(organization.is_some());
    let policies = organizations.policies(organization.is_some());
    let at_once = options.concurrency.max(1).saturating_mul(2);
    let walking = arrivals
        .map(|discovered| {
            let walk = &walk;
            async move {
                let id = discovered.account.id.clone();
                let result = visit(walk, discovered).await;
                progress.advance(&id);
                result
            }
        })
        .buffer_unordered(at_once)
        .collect::<Vec<_>>();
    let (listed, visited, paths, policies) = futures::join!(listing, walking, paths, policies);
    let notes = listed?;

    let mut inventory = Inventory {
        caller,
        organization,
        begin,
        ..Inventory::default()
    };
    inventory.coverage.notes = notes;
    for (account, walked) in visited {
        inventory
            .coverage
            .accounts
            .insert(account.id.clone(), walked.coverage);
        inventory.coverage.gaps.extend(walked.gaps);
        inventory.instances.extend(walked.instances);
        inventory.accounts.insert(account.id.clone(), account);
    }
    match paths {
        Ok(paths) => name_paths(&mut inventory.accounts, &paths),
        Err(note) => inventory.coverage.notes.push(note),
    }
    match (policies, &mut inventory.organization) {
        (Ok(policies), Some(organization)) => {
            organization.service_control_policies = Some(policies);
        }
        (Ok(_), None) => {}
        (Err(note), _) => inventory.coverage.notes.push(note),
    }
    settle(&mut inventory, &sightings);
    inventory.coverage.notes.extend(walk.regions.notes());
    inventory.coverage.api_calls = api.counts();
    inventory.end = (options.now)();
    inventory.sort();
    Ok(inventory)
}

async fn caller(api: &Api, base: &SdkConfig) -> Result<Caller, AuditError> {
    let sts = aws_sdk_sts::Client::new(base);
    let at = At {
        account: "",
        rank: Rank::Walk,
    };
    let output = api
        .call(at, "sts:GetCallerIdentity", || {
            sts.get_caller_identity().send()
        })
        .await
        .map_err(|failure| AuditError::Caller(failure.to_string()))?;
    let account_id = output.account().unwrap_or_default().to_owned();
    Ok(Caller {
        account_id,
        arn: output.arn().unwrap_or_default().to_owned(),
    })
}

async fn visit(walk: &Walk<'_>, discovered: Discovered) -> (Account, Walked) {
    let Discovered { account, skip } = discovered;
    let walked = match skip {
        Some(reason) => Walked::without(AccountCoverage {
            outcome: Outcome::Skipped,
            reason: Some(reason),
            region_source: None,
            regions: BTreeMap::new(),
        }),
        None => walk.account(&account.id).await,
    };
    (account, walked)
}

fn name_paths(accounts: &mut BTreeMap<String, Account>, paths: &BTreeMap<String, Place>) {
    for (id, place) in paths {
        if let Some(account) = accounts.get_mut(id) {
            account.ou_path = Some(place.names.clone());
            account.path_ids = Some(place.ids.clone());
        }
    }
}

/// Gives each instance what only the whole run knows: the Regions it was seen in, and the
/// organization's instance if nobody could read it.
fn settle(inventory: &mut Inventory, sightings: &Sightings) {
    for instance in &mut inventory.instances {
        sightings.settle(instance);
    }
    let unread: Vec<Instance> = sightings.unread();
    inventory.instances.extend(unread);
}
