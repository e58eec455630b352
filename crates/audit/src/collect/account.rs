//! One account: getting in, its Regions, the instances it can read.

use std::collections::BTreeMap;

use aws_sdk_ssoadmin::Client;
use aws_sdk_ssoadmin::types::InstanceMetadata;
use futures::future::join_all;

use super::instance;
use super::regions::Finder;
use super::sightings::Sightings;
use crate::client::{Failure, Paged, Rank, Session, Sessions, pages};
use crate::coverage::{AccountCoverage, Gap, Outcome, RegionCoverage};
use crate::inventory::{Instance, InstanceType};
use crate::options::{AuditOptions, Regions};

/// What all accounts of a run share.
pub(super) struct Walk<'a> {
    pub(super) sessions: &'a Sessions<'a>,
    pub(super) options: &'a AuditOptions,
    pub(super) home_region: Option<String>,
    pub(super) management: Option<String>,
    pub(super) delegated: bool,
    pub(super) caller_account: String,
    pub(super) sightings: &'a Sightings,
    pub(super) regions: Finder,
}

/// What one account has shown.
pub(super) struct Walked {
    pub(super) coverage: AccountCoverage,
    pub(super) instances: Vec<Instance>,
    pub(super) gaps: Vec<Gap>,
}

impl Walked {
    /// An account that was not looked into.
    pub(super) fn without(coverage: AccountCoverage) -> Self {
        Self {
            coverage,
            instances: Vec::new(),
            gaps: Vec::new(),
        }
    }
}

impl Walk<'_> {
    /// Looks into an account.
    pub(super) async fn account(&self, id: &str) -> Walked {
        let session = match self.sessions.open(id).await {
            Ok(session) => session,
            Err(failure) => return Walked::without(self.closed(&failure)),
        };
        let found = self
            .regions
            .find(&session, &self.options.regions, self.home_region.as_deref())
            .await;
        let mut walked = Walked::without(AccountCoverage {
            outcome: Outcome::Examined,
            reason: None,
            region_source: Some(found.source),
            regions: found.disabled,
        });
        let visits = found
            .enabled
            .iter()
            .map(|region| self.region(&session, region));
        for (region, (coverage, instances, gaps)) in
            found.enabled.iter().zip(join_all(visits).await)
        {
            walked.coverage.regions.insert(region.clone(), coverage);
            walked.instances.extend(instances);
            walked.gaps.extend(gaps);
        }
        walked
    }

    /// The coverage of an account that could not be entered. Regions that were asked for by name
    /// are each said to be missing.
    fn closed(&self, failure: &Failure) -> AccountCoverage {
        // Credentials that STS does not know are no sign of a disabled Region here.
        let outcome = match failure.outcome {
            Outcome::Disabled | Outcome::Unsupported => Outcome::Failed,
            other => other,
        };
        let reason = Some(failure.to_string());
        let regions = match &self.options.regions {
            Regions::All => BTreeMap::new(),
            Regions::List(names) => {
                let missing = RegionCoverage {
                    outcome,
                    reason: reason.clone(),
                };
                names
                    .iter()
                    .map(|name| (name.clone(), missing.clone()))
                    .collect()
            }
        };
        AccountCoverage {
            outcome,
            reason,
            region_source: None,
            regions,
        }
    }

    async fn region(
        &self,
        session: &Session<'_>,
        region: &str,
    ) -> (RegionCoverage, Vec<Instance>, Vec<Gap>) {
        let config = session.config(region);
        let client = Client::new(&config);
        let listed = list_instances(session, &client).await;
        let coverage = match &listed.failure {
            None => RegionCoverage {
                outcome: Outcome::Examined,
                reason: None,
            },
            Some(failure) => RegionCoverage {
                outcome: failure.outcome,
                reason: Some(failure.to_string()),
            },
        };
        let mine: Vec<Instance> = listed
            .items
            .iter()
            .filter_map(|seen| self.mine(seen, session, region))
            .collect();
        let reads = mine
            .into_iter()
            .map(|instance| instance::read(session, &config, &client, region, instance));
        let (instances, gaps): (Vec<_>, Vec<_>) = join_all(reads).await.into_iter().unzip();
        (coverage, instances, gaps.into_iter().flatten().collect())
    }

    /// The instance, if it is for this account to read it.
    fn mine(
        &self,
        seen: &InstanceMetadata,
        session: &Session<'_>,
        region: &str,
    ) -> Option<Instance> {
        let account = session.account();
        let owner = seen.owner_account_id().unwrap_or(account);
        let as_delegate = self.delegated && account == self.caller_account;
        let reader = owner == account || as_delegate;
        let mut instance = self.sightings.note(seen, account, region, reader)?;
        // A guess that reading it may correct: a management account can own an account instance.
        instance.instance_type = if self.management.as_deref() == Some(owner) {
            InstanceType::Organization
        } else {
            InstanceType::Account
        };
        Some(instance)
    }
}

async fn list_instances(session: &Session<'_>, client: &Client) -> Paged<InstanceMetadata> {
    const OPERATION: &str = "sso:ListInstances";
    pages(OPERATION, async |token| {
        let list = || client.list_instances().set_next_token(token.clone()).send();
        let output = session.call(Rank::Discover, OPERATION, list).await?;
        Ok((
            output.instances().to_vec(),
            output.next_token().map(str::to_owned),
        ))
    })
    .await
}
