//! Who administers the organization's instance, the policy against account instances, and accounts that close.

use anyhow::Context;
use aws_sdk_organizations::types::PolicyType;
use serde_json::json;

use super::calls::unless;
use super::organization::Organization;
use super::plan::Plan;

const POLICY: &str = "DenyAccountInstances";

impl Organization<'_> {
    /// Hands the administration of Identity Center to a member account.
    pub(super) async fn delegate(&self, account: &str) -> anyhow::Result<()> {
        const SSO: &str = "sso.amazonaws.com";
        let enable = || {
            self.client
                .enable_aws_service_access()
                .service_principal(SSO)
                .send()
        };
        self.calls.make("EnableAWSServiceAccess", enable).await?;
        let register = || {
            self.client
                .register_delegated_administrator()
                .account_id(account)
                .service_principal(SSO)
                .send()
        };
        match self
            .calls
            .make("RegisterDelegatedAdministrator", register)
            .await
        {
            Err(error) if error.is(&["AccountAlreadyRegisteredException"]) => {}
            Err(error) if error.is(&["ConstraintViolationException"]) || error.is_unsupported() => {
                self.calls.note(&format!(
                    "no delegated administrator was registered: {error}"
                ));
            }
            answer => drop(answer?),
        }
        Ok(())
    }

    /// Lets service control policies count, and denies account instances in some units to all accounts but a few.
    pub(super) async fn guard(&self, plan: &Plan) -> anyhow::Result<()> {
        let enable = || {
            let call = self.client.enable_policy_type().root_id(&self.root);
            call.policy_type(PolicyType::ServiceControlPolicy).send()
        };
        unless(
            self.calls.make("EnablePolicyType", enable).await,
            &["PolicyTypeAlreadyEnabledException"],
        )?;
        let policy = match self.policy().await? {
            Some(id) => id,
            None => self.create_policy(plan).await?,
        };
        for path in &plan.guardrail.units {
            let unit = self.unit(path)?;
            let attach = || {
                self.client
                    .attach_policy()
                    .policy_id(&policy)
                    .target_id(unit)
                    .send()
            };
            unless(
                self.calls.make("AttachPolicy", attach).await,
                &["DuplicatePolicyAttachmentException"],
            )?;
        }
        Ok(())
    }

    async fn policy(&self) -> anyhow::Result<Option<String>> {
        let mut token = None;
        loop {
            let list = || {
                let call = self
                    .client
                    .list_policies()
                    .filter(PolicyType::ServiceControlPolicy);
                call.set_next_token(token.clone()).send()
            };
            let page = self.calls.make("ListPolicies", list).await?;
            let found = page
                .policies()
                .iter()
                .find(|policy| policy.name() == Some(POLICY));
            if let Some(id) = found.and_then(|policy| policy.id()) {
                return Ok(Some(id.to_owned()));
            }
            token = page.next_token().map(str::to_owned);
            if token.is_none() {
                return Ok(None);
            }
        }
    }

    /// The policy that AWS publishes for this, with a list of accounts that may.
    async fn create_policy(&self, plan: &Plan) -> anyhow::Result<String> {
        let allowed: Vec<&String> = plan
            .guardrail
            .allowed
            .iter()
            .filter_map(|place| self.accounts.get(*place))
            .collect();
        let document = json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Sid": "DenyCreateAccountInstances",
                "Effect": "Deny",
                "Action": ["sso:CreateInstance"],
                "Resource": "*",
                "Condition": { "StringNotEquals": { "aws:PrincipalAccount": allowed } },
            }],
        });
        let create = || {
            self.client
                .create_policy()
                .name(POLICY)
                .description("No account instances of IAM Identity Center, but for a few accounts")
                .r#type(PolicyType::ServiceControlPolicy)
                .content(document.to_string())
                .send()
        };
        let output = self.calls.make("CreatePolicy", create).await?;
        let id = output
            .policy()
            .and_then(|policy| policy.policy_summary())
            .and_then(|summary| summary.id());
        Ok(id.context("CreatePolicy: no id in the answer")?.to_owned())
    }

    /// Closes what the plan closes. A server that cannot is no reason to fail: the account just stays open.
    pub(super) async fn close_accounts(&self, plan: &Plan) -> anyhow::Result<()> {
        for (account, id) in plan
            .accounts
            .iter()
            .zip(&self.accounts)
            .filter(|(account, _)| account.closed)
        {
            let close = || self.client.close_account().account_id(id).send();
            match self.calls.make("CloseAccount", close).await {
                Ok(_) => {}
                Err(error) if error.is(&["AccountAlreadyClosedException"]) => {}
                Err(error)
                    if error.is_unsupported()
                        || error.is(&["ConflictException", "ConstraintViolationException"]) =>
                {
                    self.calls
                        .note(&format!("account `{}` stays open: {error}", account.name));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}
