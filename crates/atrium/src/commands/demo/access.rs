//! Permission sets of the organization's instance, and who has them where.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use anyhow::{Context, bail};
use aws_sdk_ssoadmin::Client;
use aws_sdk_ssoadmin::types::{PrincipalType, StatusValues, TargetType};
use futures::{StreamExt, TryStreamExt, stream};

use super::calls::{Calls, unless};
use super::instances::Reached;
use super::organization::Organization;
use super::plan::{PermissionSet, Plan};

const POLL: Duration = Duration::from_millis(200);
const POLLS: usize = 150;
const AT_ONCE: usize = 32;

/// Makes the permission sets and the assignments. A server without them is no reason to fail.
pub(super) async fn make(
    calls: &Calls,
    reached: &Reached,
    organization: &Organization<'_>,
    plan: &Plan,
    users: &[String],
    groups: &[String],
) -> anyhow::Result<()> {
    let making = Making {
        calls,
        client: Client::new(&reached.config),
        instance: &reached.arn,
    };
    let Some(known) = making.known().await? else {
        calls.note("the server has no permission sets, so the demo has none");
        return Ok(());
    };
    for planned in &plan.permission_sets {
        let arn = match known.get(planned.name) {
            Some(arn) => arn.clone(),
            None => making.create(planned).await?,
        };
        // Also where it was there: a demo that was interrupted may have come no further.
        making.attach(&arn, planned.policy).await?;
        calls.count("Permission sets", !known.contains_key(planned.name));
        let mut wanted: BTreeMap<&str, Vec<(PrincipalType, &str)>> = BTreeMap::new();
        for group in planned.groups.iter().filter_map(|place| groups.get(*place)) {
            let accounts = planned
                .accounts
                .iter()
                .filter_map(|place| organization.accounts.get(*place));
            for account in accounts {
                let principals = wanted.entry(account).or_default();
                principals.push((PrincipalType::Group, group));
            }
        }
        if let Some(user) = planned.in_management.and_then(|place| users.get(place)) {
            let principals = wanted.entry(&organization.management).or_default();
            principals.push((PrincipalType::User, user));
        }
        stream::iter(wanted)
            .map(async |(account, principals)| making.assign_all(&arn, account, principals).await)
            .buffer_unordered(AT_ONCE)
            .try_collect::<()>()
            .await?;
    }
    Ok(())
}

struct Making<'a> {
    calls: &'a Calls,
    client: Client,
    instance: &'a str,
}

impl Making<'_> {
    /// ARNs of permission sets by name; none if the server has no such operation.
    async fn known(&self) -> anyhow::Result<Option<HashMap<String, String>>> {
        let mut known = HashMap::new();
        let mut token = None;
        loop {
            let list = || {
                self.client
                    .list_permission_sets()
                    .instance_arn(self.instance)
                    .set_next_token(token.clone())
                    .send()
            };
            let page = match self.calls.make("ListPermissionSets", list).await {
                Err(error) if error.is_unsupported() => return Ok(None),
                answer => answer?,
            };
            for arn in page.permission_sets() {
                let describe = || {
                    let call = self
                        .client
                        .describe_permission_set()
                        .instance_arn(self.instance);
                    call.permission_set_arn(arn).send()
                };
                let set = self.calls.make("DescribePermissionSet", describe).await?;
                if let Some(name) = set.permission_set().and_then(|set| set.name()) {
                    known.insert(name.to_owned(), arn.clone());
                }
            }
            token = page.next_token().map(str::to_owned);
            if token.is_none() {
                return Ok(Some(known));
            }
        }
    }

    async fn create(&self, planned: &PermissionSet) -> anyhow::Result<String> {
        let create = || {
            let call = self
                .client
                .create_permission_set()
                .instance_arn(self.instance);
            call.name(planned.name)
                .session_duration(planned.session)
                .send()
        };
        let output = self.calls.make("CreatePermissionSet", create).await?;
        let arn = output
            .permission_set()
            .and_then(|set| set.permission_set_arn());
        let arn = arn.context("CreatePermissionSet: no ARN in the answer")?;
        Ok(arn.to_owned())
    }

    async fn attach(&self, set: &str, policy: &str) -> anyhow::Result<()> {
        let attach = || {
            let call = self
                .client
                .attach_managed_policy_to_permission_set()
                .instance_arn(self.instance);
            call.permission_set_arn(set)
                .managed_policy_arn(policy)
                .send()
        };
        unless(
            self.calls
                .make("AttachManagedPolicyToPermissionSet", attach)
                .await,
            &["ConflictException"],
        )?;
        Ok(())
    }

    /// Assigns a permission set in an account to those who don't have it there.
    async fn assign_all(
        &self,
        set: &str,
        account: &str,
        principals: Vec<(PrincipalType, &str)>,
    ) -> anyhow::Result<()> {
        let has = self.assigned(set, account).await?;
        for (kind, principal) in principals {
            if has.contains(principal) {
                self.calls.count("Account assignments", false);
            } else {
                self.assign(set, kind, principal, account).await?;
            }
        }
        Ok(())
    }

    /// Ids of those who have a permission set in an account.
    async fn assigned(&self, set: &str, account: &str) -> anyhow::Result<HashSet<String>> {
        let mut has = HashSet::new();
        let mut token = None;
        loop {
            let list = || {
                self.client
                    .list_account_assignments()
                    .instance_arn(self.instance)
                    .permission_set_arn(set)
                    .account_id(account)
                    .set_next_token(token.clone())
                    .send()
            };
            let page = self.calls.make("ListAccountAssignments", list).await?;
            let ids = page.account_assignments().iter();
            has.extend(ids.filter_map(|seen| seen.principal_id().map(str::to_owned)));
            token = page.next_token().map(str::to_owned);
            if token.is_none() {
                return Ok(has);
            }
        }
    }

    /// Assigns, and waits until it is done: what runs in the background would be missing in an audit right after.
    async fn assign(
        &self,
        set: &str,
        kind: PrincipalType,
        principal: &str,
        account: &str,
    ) -> anyhow::Result<()> {
        let create = || {
            self.client
                .create_account_assignment()
                .instance_arn(self.instance)
                .permission_set_arn(set)
                .principal_type(kind.clone())
                .principal_id(principal)
                .target_type(TargetType::AwsAccount)
                .target_id(account)
                .send()
        };
        let output = self.calls.make("CreateAccountAssignment", create).await?;
        let mut status = output.account_assignment_creation_status().cloned();
        for _ in 0..POLLS {
            let now = status
                .as_ref()
                .context("CreateAccountAssignment: no status in the answer")?;
            match now.status() {
                Some(StatusValues::InProgress) => {}
                Some(StatusValues::Failed) => {
                    let why = now.failure_reason().unwrap_or("no reason given");
                    bail!("CreateAccountAssignment: {set} in account {account}: {why}");
                }
                _ => {
                    self.calls.count("Account assignments", true);
                    return Ok(());
                }
            }
            tokio::time::sleep(POLL).await;
            let request = now
                .request_id()
                .context("CreateAccountAssignment: no request id in the answer")?
                .to_owned();
            let describe = || {
                let call = self
                    .client
                    .describe_account_assignment_creation_status()
                    .instance_arn(self.instance);
                call.account_assignment_creation_request_id(&request).send()
            };
            let described = self
                .calls
                .make("DescribeAccountAssignmentCreationStatus", describe)
                .await?;
            status = described.account_assignment_creation_status().cloned();
        }
        bail!("CreateAccountAssignment: {set} in account {account} is still in progress")
    }
}
