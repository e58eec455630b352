//! The organization: its accounts, their paths, who is a delegate.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use aws_config::SdkConfig;
use aws_sdk_organizations::Client;
use futures::StreamExt;
use futures::channel::mpsc::UnboundedSender;
use futures::stream::FuturesUnordered;

use super::time::timestamp;
use crate::client::{Api, At, Failure, Paged, Rank, pages};
use crate::coverage::Outcome;
use crate::error::AuditError;
use crate::inventory::{Account, Organization};
use crate::options::AuditOptions;
use crate::progress::Progress;

/// The largest page of `ListAccounts` and its kin.
const PAGE: i32 = 20;

/// An account, and why it is not to be looked into, if it is not.
pub(super) struct Discovered {
    pub(super) account: Account,
    pub(super) skip: Option<String>,
}

/// Reads AWS Organizations with the caller's own credentials.
pub(super) struct Reader<'a> {
    pub(super) api: &'a Api,
    pub(super) client: Client,
    pub(super) at: At<'a>,
}

/// A place in the tree: the names of root and units from the top, joined by `/`, and their ids.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    pub(super) names: String,
    pub(super) ids: Vec<String>,
}

impl Place {
    /// The place of a unit, or of a root, below this one.
    fn below(&self, id: String, name: &str) -> Self {
        let names = match self.names.as_str() {
            "" => name.to_owned(),
            above => format!("{above}/{name}"),
        };
        let mut ids = self.ids.clone();
        ids.push(id);
        Self { names, ids }
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(api: &'a Api, base: &SdkConfig, caller: &'a str) -> Self {
        Self {
            api,
            client: Client::new(base),
            at: At {
                account: caller,
                rank: Rank::Walk,
            },
        }
    }

    /// The organization, or none for an account that stands alone.
    pub(super) async fn describe(&self) -> Result<Option<Organization>, AuditError> {
        let describe = || self.client.describe_organization().send();
        let described = self
            .api
            .call(self.at, "organizations:DescribeOrganization", describe)
            .await;
        let output = match described {
            Ok(output) => output,
            Err(failure) if failure.is("AWSOrganizationsNotInUseException") => return Ok(None),
            Err(failure) => return Err(AuditError::Organization(failure.to_string())),
        };
        let found = output.organization();
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        Ok(Some(Organization {
            id: text(found.and_then(|found| found.id())),
            management_account_id: text(found.and_then(|found| found.master_account_id())),
            delegated_administrators: self.delegates().await,
            service_control_policies: None,
        }))
    }

    async fn delegates(&self) -> Option<BTreeSet<String>> {
        const OPERATION: &str = "organizations:ListDelegatedAdministrators";
        let listed = pages(OPERATION, async |token| {
            let send = || {
                let call = self
                    .client
                    .list_delegated_administrators()
                    .service_principal("sso.amazonaws.com");
                call.set_next_token(token.clone()).send()
            };
            let output = self.api.call(self.at, OPERATION, send).await?;
            let ids = output
                .delegated_administrators()
                .iter()
                .filter_map(|entry| entry.id().map(str::to_owned));
            Ok((ids.collect(), output.next_token().map(str::to_owned)))
        })
        .await;
        listed
            .failure
            .is_none()
            .then(|| listed.items.into_iter().collect())
    }

    /// Sends accounts to `found` as their pages arrive, the caller's own before all others, as its
    /// instance is likely the one that takes longest. Answers notes for the coverage.
    pub(super) async fn stream_accounts(
        &self,
        organized: bool,
        options: &AuditOptions,
        caller: &str,
        found: UnboundedSender<Discovered>,
        progress: &dyn Progress,
    ) -> Result<Vec<String>, AuditError> {
        let missing = RefCell::new(options.accounts.clone());
        let total = Cell::new(0);
        let send = |account: Account| {
            missing.borrow_mut().remove(&account.id);
            total.set(total.get() + 1);
            progress.total(total.get());
            let skip = skip(&account, options);
            // The receiver lives as long as this future does.
            let _ = found.unbounded_send(Discovered { account, skip });
        };
        if !organized {
            send(Account {
                id: caller.to_owned(),
                status: Some("ACTIVE".to_owned()),
                ..Account::default()
            });
            return none_unknown(missing.take());
        }
        const OPERATION: &str = "organizations:ListAccounts";
        let listed: Paged<()> = pages(OPERATION, async |token| {
            let list = || {
                self.client
                    .list_accounts()
                    .max_results(PAGE)
                    .set_next_token(token.clone())
                    .send()
            };
            let output = self.api.call(self.at, OPERATION, list).await?;
            let mut accounts: Vec<Account> = output.accounts().iter().map(account).collect();
            accounts.sort_by_key(|account| account.id != caller);
            accounts.into_iter().for_each(&send);
            Ok((Vec::new(), output.next_token().map(str::to_owned)))
        })
        .await;
        match listed.failure {
            None => none_unknown(missing.take()),
            // Named accounts can be looked into without the list.
            Some(failure) if !missing.borrow().is_empty() && failure.outcome == Outcome::Denied => {
                for id in missing.take() {
                    send(Account {
                        id,
                        ..Account::default()
                    });
                }
                Ok(vec![failure.to_string()])
            }
            Some(failure) => Err(AuditError::Accounts(failure.to_string())),
        }
    }

    /// The place of each account; the error is a note for the coverage.
    pub(super) async fn paths(&self, organized: bool) -> Result<BTreeMap<String, Place>, String> {
        let mut paths = BTreeMap::new();
        if !organized {
            return Ok(paths);
        }
        let unknown =
            |failure: Failure| format!("the paths of organizational units are unknown: {failure}");
        let mut open = FuturesUnordered::new();
        for (id, name) in whole(self.roots().await).map_err(unknown)? {
            open.push(self.children(Place::default().below(id, &name)));
        }
        while let Some(children) = open.next().await {
            let (place, accounts, units) = children.map_err(unknown)?;
            for (id, name) in units {
                open.push(self.children(place.below(id, &name)));
            }
            paths.extend(accounts.into_iter().map(|account| (account, place.clone())));
        }
        Ok(paths)
    }

    async fn roots(&self) -> Paged<(String, String)> {
        const OPERATION: &str = "organizations:ListRoots";
        pages(OPERATION, async |token| {
            let list = || {
                self.client
                    .list_roots()
                    .set_next_token(token.clone())
                    .send()
            };
            let output = self.api.call(self.at, OPERATION, list).await?;
            let roots = output
                .roots()
                .iter()
                .map(|root| named(root.id(), root.name()));
            Ok((roots.collect(), output.next_token().map(str::to_owned)))
        })
        .await
    }

    async fn children(&self, place: Place) -> Result<Children, Failure> {
        let parent = place.ids.last().cloned().unwrap_or_default();
        const ACCOUNTS: &str = "organizations:ListAccountsForParent";
        const UNITS: &str = "organizations:ListOrganizationalUnitsForParent";
        let accounts = pages(ACCOUNTS, async |token| {
            let list = || {
                let call = self
                    .client
                    .list_accounts_for_parent()
                    .parent_id(&parent)
                    .max_results(PAGE);
                call.set_next_token(token.clone()).send()
            };
            let output = self.api.call(self.at, ACCOUNTS, list).await?;
            let ids = output
                .accounts()
                .iter()
                .filter_map(|account| account.id().map(str::to_owned));
            Ok((ids.collect(), output.next_token().map(str::to_owned)))
        });
        let units = pages(UNITS, async |token| {
            let list = || {
                let call = self
                    .client
                    .list_organizational_units_for_parent()
                    .parent_id(&parent)
                    .max_results(PAGE);
                call.set_next_token(token.clone()).send()
            };
            let output = self.api.call(self.at, UNITS, list).await?;
            let units = output
                .organizational_units()
                .iter()
                .map(|unit| named(unit.id(), unit.name()));
            Ok((units.collect(), output.next_token().map(str::to_owned)))
        });
        let (accounts, units) = futures::join!(accounts, units);
        Ok((place, whole(accounts)?, whole(units)?))
    }
}

/// A place, the accounts at it, and the units below it as id and name.
type Children = (Place, Vec<String>, Vec<(String, String)>);

fn whole<T>(listed: Paged<T>) -> Result<Vec<T>, Failure> {
    listed.failure.map_or(Ok(listed.items), Err)
}

fn named(id: Option<&str>, name: Option<&str>) -> (String, String) {
    let id = id.unwrap_or_default();
    (id.to_owned(), name.unwrap_or(id).to_owned())
}

fn none_unknown(mut missing: BTreeSet<String>) -> Result<Vec<String>, AuditError> {
    missing
        .pop_first()
        .map_or(Ok(Vec::new()), |id| Err(AuditError::UnknownAccount(id)))
}

fn account(seen: &aws_sdk_organizations::types::Account) -> Account {
    // `State` is the newer and finer member; services that do not send it send `Status`.
    let status = seen.status().map(|status| status.as_str());
    let state = seen.state().map(|state| state.as_str());
    Account {
        id: seen.id().unwrap_or_default().to_owned(),
        name: seen.name().map(str::to_owned),
        email: seen.email().map(str::to_owned),
        status: state.or(status).map(str::to_owned),
        ou_path: None,
        path_ids: None,
        joined_method: seen
            .joined_method()
            .map(|method| method.as_str().to_owned()),
        joined: timestamp(seen.joined_timestamp()),
    }
}

fn skip(account: &Account, options: &AuditOptions) -> Option<String> {
    if !options.accounts.is_empty() && !options.accounts.contains(&account.id) {
        return Some("the account filter leaves it out".to_owned());
    }
    // No status at all is an account that was named but could not be listed.
    let status = account.status.as_deref().unwrap_or("ACTIVE");
    (status != "ACTIVE").then(|| format!("the account is {status}"))
}
