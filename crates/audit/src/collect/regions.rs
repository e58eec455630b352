//! Which Regions an account has.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_sdk_account::types::RegionOptStatus;

use crate::client::{Rank, Session, pages};
use crate::coverage::{Outcome, RegionCoverage, RegionSource};
use crate::options::Regions;

/// The Regions of the commercial partition, for when nobody says which are enabled. One that is
/// not enabled refuses the credentials, and then counts as disabled.
const KNOWN: &[&str] = &[
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];
const KNOWN_CHINA: &[&str] = &["cn-north-1", "cn-northwest-1"];
const KNOWN_GOV: &[&str] = &["us-gov-east-1", "us-gov-west-1"];

/// The Regions to look into, and those that need no look.
pub(super) struct Found {
    pub(super) source: RegionSource,
    pub(super) enabled: Vec<String>,
    pub(super) disabled: BTreeMap<String, RegionCoverage>,
}

/// Finds Regions, and remembers when the service at the endpoint cannot tell.
#[derive(Default)]
pub(super) struct Finder {
    unsupported: AtomicBool,
    refused: Mutex<BTreeMap<String, String>>,
}

impl Finder {
    /// The Regions of the account of `session`.
    pub(super) async fn find(
        &self,
        session: &Session<'_>,
        wanted: &Regions,
        home: Option<&str>,
    ) -> Found {
        if let Regions::List(names) = wanted {
            let enabled = names.iter().cloned().collect();
            return Found {
                source: RegionSource::Options,
                enabled,
                disabled: BTreeMap::new(),
            };
        }
        if !self.unsupported.load(Ordering::Relaxed)
            && let Some(found) = self.listed(session, home).await
        {
            return found;
        }
        let known = match home {
            Some(home) if home.starts_with("cn-") => KNOWN_CHINA,
            Some(home) if home.starts_with("us-gov-") => KNOWN_GOV,
            _ => KNOWN,
        };
        let mut enabled: Vec<String> = known.iter().map(|name| (*name).to_owned()).collect();
        if let Some(home) = home
            && !known.contains(&home)
        {
            enabled.push(home.to_owned());
        }
        Found {
            source: RegionSource::BuiltIn,
            enabled,
            disabled: BTreeMap::new(),
        }
    }

    async fn listed(&self, session: &Session<'_>, home: Option<&str>) -> Option<Found> {
        const OPERATION: &str = "account:ListRegions";
        let client = aws_sdk_account::Client::new(&session.config(home.unwrap_or("us-east-1")));
        let listed = pages(OPERATION, async |token| {
            let list = || {
                client
                    .list_regions()
                    .max_results(50)
                    .set_next_token(token.clone())
                    .send()
            };
            let output = session.call(Rank::Enter, OPERATION, list).await?;
            let regions = output.regions().iter().filter_map(|region| {
                Some((
                    region.region_name()?.to_owned(),
                    region.region_opt_status().cloned(),
                ))
            });
            Ok((regions.collect(), output.next_token().map(str::to_owned)))
        })
        .await;
        if let Some(failure) = listed.failure {
            if failure.outcome == Outcome::Unsupported {
                self.unsupported.store(true, Ordering::Relaxed);
            }
            let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
            refused.insert(session.account().to_owned(), failure.to_string());
            return None;
        }
        let mut found = Found {
            source: RegionSource::ListRegions,
            enabled: Vec::new(),
            disabled: BTreeMap::new(),
        };
        for (name, status) in listed.items {
            match status {
                // What is being switched off is still there, and may hold an instance.
                None
                | Some(
                    RegionOptStatus::Enabled
                    | RegionOptStatus::EnabledByDefault
                    | RegionOptStatus::Disabling,
                ) => {
                    found.enabled.push(name);
                }
                Some(status) => {
                    let reason = Some(format!("account:ListRegions says {}", status.as_str()));
                    found.disabled.insert(
                        name,
                        RegionCoverage {
                            outcome: Outcome::Disabled,
                            reason,
                        },
                    );
                }
            }
        }
        found.enabled.sort();
        Some(found)
    }

    /// What a reader should know about where Regions come from. When the service has no such
    /// operation, that is one note, whichever accounts happened to ask before it was known.
    pub(super) fn notes(&self) -> Vec<String> {
        const INSTEAD: &str = "the built-in list of Regions was used instead";
        if self.unsupported.load(Ordering::Relaxed) {
            return vec![format!(
                "account:ListRegions is not offered at this endpoint; {INSTEAD}"
            )];
        }
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused
            .iter()
            .map(|(account, message)| format!("account {account}: {message}; {INSTEAD}"))
            .collect()
    }
}
