//! The organization: its units, its accounts, its policies.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use anyhow::{Context, bail};
use aws_config::SdkConfig;
use aws_sdk_organizations::Client;
use aws_sdk_organizations::types::{CreateAccountState, OrganizationFeatureSet, Tag};
use futures::{StreamExt, TryStreamExt, stream};

use super::accounts::address;
use super::calls::{Calls, unless};
use super::plan::{Account, Plan};

/// How often, and how long, an account is waited for.
const POLL: Duration = Duration::from_millis(250);
const POLLS: usize = 240;

/// The organization as far as it has been made.
pub(super) struct Organization<'a> {
    pub(super) calls: &'a Calls,
    pub(super) client: Client,
    pub(super) management: String,
    pub(super) root: String,
    /// Ids of units by path; the root's is the empty one.
    units: BTreeMap<String, String>,
    /// Ids of accounts in the order of the plan.
    pub(super) accounts: Vec<String>,
}

impl<'a> Organization<'a> {
    /// Finds the caller's organization or makes one. Only its management account can go on from there.
    pub(super) async fn open(calls: &'a Calls, config: &SdkConfig) -> anyhow::Result<Self> {
        let client = Client::new(config);
        let sts = aws_sdk_sts::Client::new(config);
        let caller = calls
            .make("GetCallerIdentity", || sts.get_caller_identity().send())
            .await?;
        let caller = caller
            .account()
            .context("GetCallerIdentity: no account in the answer")?
            .to_owned();
        let described = calls
            .make("DescribeOrganization", || {
                client.describe_organization().send()
            })
            .await;
        match unless(described, &["AWSOrganizationsNotInUseException"])? {
            Some(output) => {
                let management = output
                    .organization()
                    .and_then(|found| found.master_account_id())
                    .unwrap_or_default();
                if management != caller {
                    bail!(
                        "account {caller} is a member of an organization; run it with credentials of its management \
                         account {management}"
                    );
                }
            }
            None => {
                let create = || {
                    client
                        .create_organization()
                        .feature_set(OrganizationFeatureSet::All)
                        .send()
                };
                calls.make("CreateOrganization", create).await?;
            }
        }
        let roots = calls
            .make("ListRoots", || client.list_roots().send())
            .await?;
        let root = roots
            .roots()
            .first()
            .and_then(|root| root.id())
            .context("ListRoots: there is no root")?
            .to_owned();
        let units = BTreeMap::from([(String::new(), root.clone())]);
        Ok(Self {
            calls,
            client,
            management: caller,
            root,
            units,
            accounts: Vec::new(),
        })
    }

    /// Makes the units, parents first.
    pub(super) async fn make_units(&mut self, plan: &Plan) -> anyhow::Result<()> {
        for path in &plan.units {
            let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
            let parent = self.unit(above)?.to_owned();
            let found = self.unit_below(&parent, name).await?;
            self.calls.count("Organizational units", found.is_none());
            let id = match found {
                Some(id) => id,
                None => {
                    let create = || {
                        self.client
                            .create_organizational_unit()
                            .parent_id(&parent)
                            .name(name)
                            .send()
                    };
                    let output = self.calls.make("CreateOrganizationalUnit", create).await?;
                    let id = output.organizational_unit().and_then(|unit| unit.id());
                    id.context("CreateOrganizationalUnit: no id in the answer")?
                        .to_owned()
                }
            };
            self.units.insert((*path).to_owned(), id);
        }
        Ok(())
    }

    async fn unit_below(&self, parent: &str, name: &str) -> anyhow::Result<Option<String>> {
        let mut token = None;
        loop {
            let list = || {
                let call = self
                    .client
                    .list_organizational_units_for_parent()
                    .parent_id(parent);
                call.set_next_token(token.clone()).send()
            };
            let page = self
                .calls
                .make("ListOrganizationalUnitsForParent", list)
                .await?;
            let found = page
                .organizational_units()
                .iter()
                .find(|unit| unit.name() == Some(name));
            if let Some(id) = found.and_then(|unit| unit.id()) {
                return Ok(Some(id.to_owned()));
            }
            token = page.next_token().map(str::to_owned);
            if token.is_none() {
                return Ok(None);
            }
        }
    }

    pub(super) fn unit(&self, path: &str) -> anyhow::Result<&str> {
        self.units
            .get(path)
            .map(String::as_str)
            .with_context(|| format!("there is no unit `{path}`"))
    }

    /// Makes the accounts and puts each into its unit.
    pub(super) async fn make_accounts(&mut self, plan: &Plan) -> anyhow::Result<()> {
        let known = self.known_accounts().await?;
        let this = &*self;
        let ids = stream::iter(&plan.accounts)
            .map(async |account| {
                this.calls.doing(&account.name);
                let found = known
                    .get(&address(&this.management, &account.name))
                    .cloned();
                let made = found.is_none();
                let id = match found {
                    Some(id) => id,
                    None => this.create_account(account).await?,
                };
                this.place(&id, this.unit(account.unit)?).await?;
                this.calls.count("Accounts", made);
                anyhow::Ok(id)
            })
            .buffered(32)
            .try_collect()
            .await?;
        self.accounts = ids;
        Ok(())
    }

    /// Ids of accounts by their addresses.
    async fn known_accounts(&self) -> anyhow::Result<HashMap<String, String>> {
        let mut known = HashMap::new();
        let mut token = None;
        loop {
            let list = || {
                self.client
                    .list_accounts()
                    .set_next_token(token.clone())
                    .send()
            };
            let page = self.calls.make("ListAccounts", list).await?;
            let accounts = page
                .accounts()
                .iter()
                .filter_map(|account| account.email().zip(account.id()));
            known.extend(accounts.map(|(email, id)| (email.to_lowercase(), id.to_owned())));
            token = page.next_token().map(str::to_owned);
            if token.is_none() {
                return Ok(known);
            }
        }
    }

    async fn create_account(&self, account: &Account) -> anyhow::Result<String> {
        let tag = Tag::builder()
            .key("product")
            .value(&account.product)
            .build()?;
        let create = || {
            let call = self
                .client
                .create_account()
                .account_name(&account.name)
                .email(address(&self.management, &account.name));
            call.tags(tag.clone()).send()
        };
        let output = self.calls.make("CreateAccount", create).await?;
        let mut status = output.create_account_status().cloned();
        for _ in 0..POLLS {
            let now = status
                .as_ref()
                .context("CreateAccount: no status in the answer")?;
            match now.state() {
                Some(CreateAccountState::Succeeded) => {
                    return Ok(now
                        .account_id()
                        .context("CreateAccount: no account id in the answer")?
                        .to_owned());
                }
                Some(CreateAccountState::Failed) => {
                    let why = now
                        .failure_reason()
                        .map_or("no reason given", |reason| reason.as_str());
                    bail!(
                        "CreateAccount: account `{}` could not be created: {why}",
                        account.name
                    );
                }
                _ => {}
            }
            tokio::time::sleep(POLL).await;
            let request = now
                .id()
                .context("CreateAccount: no request id in the answer")?
                .to_owned();
            let describe = || {
                self.client
                    .describe_create_account_status()
                    .create_account_request_id(&request)
                    .send()
            };
            let described = self
                .calls
                .make("DescribeCreateAccountStatus", describe)
                .await?;
            status = described.create_account_status().cloned();
        }
        bail!(
            "CreateAccount: account `{}` is still not there",
            account.name
        )
    }

    /// Moves an account to where it belongs.
    async fn place(&self, account: &str, unit: &str) -> anyhow::Result<()> {
        let parents = self
            .calls
            .make("ListParents", || {
                self.client.list_parents().child_id(account).send()
            })
            .await?;
        let parent = parents
            .parents()
            .first()
            .and_then(|parent| parent.id())
            .unwrap_or(&self.root);
        if parent == unit {
            return Ok(());
        }
        let move_it = || {
            let call = self.client.move_account().account_id(account);
            call.source_parent_id(parent)
                .destination_parent_id(unit)
                .send()
        };
        let moved = self.calls.make("MoveAccount", move_it).await;
        unless(moved, &["DuplicateAccountException"])?;
        Ok(())
    }
}
