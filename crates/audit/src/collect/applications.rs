//! The applications of an instance and who is assigned to them.

use std::collections::BTreeSet;

use futures::{StreamExt, stream};

use super::instance::{AT_ONCE, Reading};
use crate::client::{Rank, pages};
use crate::inventory::{Application, Assignment, PrincipalType};

const PAGE: i32 = 100;

/// Every application of the instance, whichever account owns it.
pub(super) async fn applications(
    reading: &Reading<'_>,
    instance: &str,
) -> Option<Vec<Application>> {
    const OPERATION: &str = "sso:ListApplications";
    let listed = pages(OPERATION, async |token| {
        let list = || {
            let call = reading
                .client
                .list_applications()
                .instance_arn(instance)
                .max_results(PAGE);
            call.set_next_token(token.clone()).send()
        };
        let output = reading.session.call(Rank::Walk, OPERATION, list).await?;
        let applications = output.applications().iter().filter_map(|seen| {
            Some(Application {
                arn: seen.application_arn()?.to_owned(),
                name: seen.name().map(str::to_owned),
                provider_arn: seen.application_provider_arn().map(str::to_owned),
                account_id: seen.application_account().map(str::to_owned),
                status: seen.status().map(|status| status.as_str().to_owned()),
                assignment_required: None,
                assignments: None,
            })
        });
        Ok((
            applications.collect(),
            output.next_token().map(str::to_owned),
        ))
    })
    .await;
    let applications = reading.kept(listed, instance)?;
    let filled = stream::iter(applications).map(async |mut application: Application| {
        let (required, assignments) = futures::join!(
            assignment_required(reading, &application.arn),
            assignments(reading, &application.arn),
        );
        application.assignment_required = required;
        application.assignments = assignments;
        application
    });
    Some(filled.buffer_unordered(AT_ONCE).collect().await)
}

async fn assignment_required(reading: &Reading<'_>, application: &str) -> Option<bool> {
    let get = || {
        reading
            .client
            .get_application_assignment_configuration()
            .application_arn(application)
            .send()
    };
    match reading
        .session
        .call(Rank::Walk, "sso:GetApplicationAssignmentConfiguration", get)
        .await
    {
        Ok(output) => Some(output.assignment_required()),
        Err(failure) => {
            reading.gap(&failure, application);
            None
        }
    }
}

async fn assignments(reading: &Reading<'_>, application: &str) -> Option<BTreeSet<Assignment>> {
    const OPERATION: &str = "sso:ListApplicationAssignments";
    let listed = pages(OPERATION, async |token| {
        let list = || {
            let call = reading
                .client
                .list_application_assignments()
                .application_arn(application);
            call.max_results(PAGE).set_next_token(token.clone()).send()
        };
        let output = reading.session.call(Rank::Walk, OPERATION, list).await?;
        let assignments = output
            .application_assignments()
            .iter()
            .map(|seen| Assignment {
                principal_type: principal_type(seen.principal_type().as_str()),
                principal_id: seen.principal_id().to_owned(),
            });
        Ok((
            assignments.collect(),
            output.next_token().map(str::to_owned),
        ))
    })
    .await;
    reading
        .kept(listed, application)
        .map(|list| list.into_iter().collect())
}

/// AWS knows two types of principal, `USER` and `GROUP`.
pub(super) fn principal_type(text: &str) -> PrincipalType {
    if text == "GROUP" {
        PrincipalType::Group
    } else {
        PrincipalType::User
    }
}
