//! The service control policies of the organization, and what they are attached to.

use aws_sdk_organizations::types::{PolicyType, PolicyTypeStatus};
use futures::{StreamExt, stream};

use super::instance::AT_ONCE;
use super::organization::Reader;
use crate::client::{Failure, Paged, pages};
use crate::inventory::ControlPolicy;

const SCP: PolicyType = PolicyType::ServiceControlPolicy;

impl Reader<'_> {
    /// The policies that count: none if the policy type is not enabled. The error is a note for the
    /// coverage; without policies the report is as complete as before, but for what they permit.
    pub(super) async fn policies(&self, organized: bool) -> Result<Vec<ControlPolicy>, String> {
        if !organized {
            return Ok(Vec::new());
        }
        let unknown = |failure: Failure| {
            format!(
                "what service control policies permit is unknown: {failure}; allow it to the auditor"
            )
        };
        if !self.enabled().await.map_err(unknown)? {
            return Ok(Vec::new());
        }
        let listed = self.list().await;
        if let Some(failure) = listed.failure {
            return Err(unknown(failure));
        }
        let read: Vec<Result<ControlPolicy, Failure>> = stream::iter(listed.items)
            .map(async |(id, name)| {
                let (content, targets) = futures::join!(self.content(&id), self.targets(&id));
                if let Some(failure) = targets.failure {
                    return Err(failure);
                }
                Ok(ControlPolicy {
                    content: content?,
                    targets: targets.items.into_iter().collect(),
                    id,
                    name,
                })
            })
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        let mut policies: Vec<ControlPolicy> = read
            .into_iter()
            .collect::<Result<_, _>>()
            .map_err(unknown)?;
        policies.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(policies)
    }

    async fn enabled(&self) -> Result<bool, Failure> {
        let list = || self.client.list_roots().send();
        let output = self
            .api
            .call(self.at, "organizations:ListRoots", list)
            .await?;
        let types = output.roots().iter().flat_map(|root| root.policy_types());
        let enabled = types
            .filter(|seen| seen.r#type() == Some(&SCP))
            .any(|seen| seen.status() == Some(&PolicyTypeStatus::Enabled));
        Ok(enabled)
    }

    /// Ids and names.
    async fn list(&self) -> Paged<(String, String)> {
        const OPERATION: &str = "organizations:ListPolicies";
        pages(OPERATION, async |token| {
            let list = || {
                let call = self.client.list_policies().filter(SCP);
                call.set_next_token(token.clone()).send()
            };
            let output = self.api.call(self.at, OPERATION, list).await?;
            let policies = output.policies().iter().filter_map(|policy| {
                let id = policy.id()?;
                Some((id.to_owned(), policy.name().unwrap_or(id).to_owned()))
            });
            Ok((policies.collect(), output.next_token().map(str::to_owned)))
        })
        .await
    }

    async fn content(&self, id: &str) -> Result<String, Failure> {
        const OPERATION: &str = "organizations:DescribePolicy";
        let describe = || self.client.describe_policy().policy_id(id).send();
        let output = self.api.call(self.at, OPERATION, describe).await?;
        let content = output.policy().and_then(|policy| policy.content());
        content
            .map(str::to_owned)
            .ok_or_else(|| Failure::other(OPERATION, "no content in the answer"))
    }

    async fn targets(&self, id: &str) -> Paged<String> {
        const OPERATION: &str = "organizations:ListTargetsForPolicy";
        pages(OPERATION, async |token| {
            let list = || {
                let call = self.client.list_targets_for_policy().policy_id(id);
                call.set_next_token(token.clone()).send()
            };
            let output = self.api.call(self.at, OPERATION, list).await?;
            let targets = output
                .targets()
                .iter()
                .filter_map(|target| target.target_id().map(str::to_owned));
            Ok((targets.collect(), output.next_token().map(str::to_owned)))
        })
        .await
    }
}
