//! Applications of one instance, and who is assigned to them.

use std::collections::HashMap;

use anyhow::Context;
use aws_sdk_ssoadmin::types::{ApplicationStatus, PrincipalType};

use super::calls::unless;
use super::directory::{Filling, TAKEN};
use super::plan::Application;

/// The provider of applications that customers manage themselves.
const CUSTOM: &str = "arn:aws:sso::aws:applicationProvider/custom";
impl Filling<'_> {
    /// ARNs of applications by name.
    pub(super) async fn known_applications(&self) -> anyhow::Result<HashMap<String, String>> {
        let mut known = HashMap::new();
        let mut token = None;
        loop {
            let list = || {
                self.sso
                    .list_applications()
                    .instance_arn(&self.instance_arn)
                    .set_next_token(token.clone())
                    .send()
            };
            let page = self.calls.make("ListApplications", list).await?;
            let named = page
                .applications()
                .iter()
                .filter_map(|one| one.name().zip(one.application_arn()));
            known.extend(named.map(|(name, arn)| (name.to_owned(), arn.to_owned())));
            token = page.next_token().map(str::to_owned);
            if token.is_none() {
                return Ok(known);
            }
        }
    }

    /// Makes an application and its assignments, as far as they are missing.
    pub(super) async fn application(
        &self,
        planned: &Application,
        known: Option<&String>,
        users: &[String],
        groups: &[String],
    ) -> anyhow::Result<()> {
        let arn = match known {
            Some(arn) => arn.clone(),
            None => self.create_application(planned).await?,
        };
        self.calls.count("Applications", known.is_none());
        let user_ids = planned.users.iter().filter_map(|place| users.get(*place));
        let group_ids = planned.groups.iter().filter_map(|place| groups.get(*place));
        let principals = user_ids.map(|id| (PrincipalType::User, id));
        let principals = principals.chain(group_ids.map(|id| (PrincipalType::Group, id)));
        for (kind, id) in principals {
            let create = || {
                let call = self
                    .sso
                    .create_application_assignment()
                    .application_arn(&arn);
                call.principal_type(kind.clone()).principal_id(id).send()
            };
            let made = unless(
                self.calls.make("CreateApplicationAssignment", create).await,
                TAKEN,
            )?;
            self.calls.count("Application assignments", made.is_some());
        }
        Ok(())
    }

    async fn create_application(&self, planned: &Application) -> anyhow::Result<String> {
        let create = || {
            self.sso
                .create_application()
                .instance_arn(&self.instance_arn)
                .application_provider_arn(CUSTOM)
                .name(planned.name)
                .description(planned.description)
                .status(ApplicationStatus::Enabled)
                .send()
        };
        let output = self.calls.make("CreateApplication", create).await?;
        let arn = output
            .application_arn()
            .context("CreateApplication: no ARN in the answer")?
            .to_owned();
        if !planned.assignment_required {
            let open = || {
                let call = self
                    .sso
                    .put_application_assignment_configuration()
                    .application_arn(&arn);
                call.assignment_required(false).send()
            };
            self.calls
                .make("PutApplicationAssignmentConfiguration", open)
                .await?;
        }
        Ok(arn)
    }
}
