//! What `ListInstances` showed, over all accounts and Regions.
//!
//! The organization's instance appears in the list of every member, and in each Region it is
//! replicated to; here is where it becomes one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use aws_sdk_ssoadmin::types::InstanceMetadata;

use super::time::timestamp;
use crate::inventory::{Instance, InstanceType};

#[derive(Default)]
struct Sighting {
    instance: Instance,
    primary: Option<String>,
    regions: BTreeSet<String>,
    by_others: bool,
    claimed: bool,
}

/// Every instance seen, by ARN.
#[derive(Default)]
pub(super) struct Sightings(Mutex<BTreeMap<String, Sighting>>);

impl Sightings {
    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Sighting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes an entry of a list. The answer is the instance, if whoever asks is to read it: once.
    pub(super) fn note(
        &self,
        seen: &InstanceMetadata,
        account: &str,
        region: &str,
        reader: bool,
    ) -> Option<Instance> {
        let arn = seen.instance_arn()?.to_owned();
        let owner = seen.owner_account_id().unwrap_or(account).to_owned();
        let mut all = self.all();
        let sighting = all.entry(arn.clone()).or_default();
        sighting.regions.insert(region.to_owned());
        sighting.by_others |= owner != account;
        if let Some(primary) = seen.primary_region() {
            sighting.primary = Some(primary.to_owned());
        }
        if sighting.instance.arn.is_empty() {
            sighting.instance = Instance {
                account_id: owner,
                arn,
                identity_store_id: seen.identity_store_id().unwrap_or_default().to_owned(),
                region: region.to_owned(),
                name: seen.name().map(str::to_owned),
                // Older services do not send a status; what they list is in use.
                status: seen
                    .status()
                    .map_or("ACTIVE", |status| status.as_str())
                    .to_owned(),
                status_reason: seen.status_reason().map(str::to_owned),
                created: timestamp(seen.created_date()),
                ..Instance::default()
            };
        }
        if !reader || sighting.claimed {
            return None;
        }
        sighting.claimed = true;
        Some(Instance {
            region: region.to_owned(),
            ..sighting.instance.clone()
        })
    }

    /// Whether an account other than its owner has seen the instance, which is so for
    /// organization instances only.
    fn seen_by_others(&self, arn: &str) -> bool {
        self.all()
            .get(arn)
            .is_some_and(|sighting| sighting.by_others)
    }

    /// Fills in the Regions. An instance seen by other accounts is the organization's.
    pub(super) fn settle(&self, instance: &mut Instance) {
        if self.seen_by_others(&instance.arn) {
            instance.instance_type = InstanceType::Organization;
        }
        if let Some(sighting) = self.all().get(&instance.arn) {
            instance.regions.clone_from(&sighting.regions);
            let first = sighting.regions.first().cloned();
            if let Some(region) = sighting.primary.clone().or(first) {
                instance.region = region;
            }
        }
    }

    /// What was seen in lists, but never from an account that could read it.
    pub(super) fn unread(&self) -> Vec<Instance> {
        let unread: Vec<Instance> = self
            .all()
            .values()
            .filter(|sighting| !sighting.claimed)
            .map(|sighting| sighting.instance.clone())
            .collect();
        unread
            .into_iter()
            .map(|mut instance| {
                self.settle(&mut instance);
                instance
            })
            .collect()
    }
}
