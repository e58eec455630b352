//! One instance: its description and everything in it, read at the same time.

use std::sync::{Mutex, PoisonError};

use aws_config::SdkConfig;
use aws_sdk_ssoadmin::Client;

use super::time::timestamp;
use super::{access, applications, directory};
use crate::client::{Failure, Paged, Rank, Session};
use crate::coverage::Gap;
use crate::inventory::{Instance, InstanceType};

/// How many lists of one instance (members of groups, assignments of applications) are read at
/// once. The limit on calls in flight decides how many really are.
pub(super) const AT_ONCE: usize = 256;

/// What reading the parts of an instance needs.
pub(super) struct Reading<'a> {
    pub(super) session: &'a Session<'a>,
    pub(super) client: &'a Client,
    pub(super) region: &'a str,
    gaps: Mutex<Vec<Gap>>,
}

impl Reading<'_> {
    /// Notes a call that gave no answer.
    pub(super) fn gap(&self, failure: &Failure, resource: &str) {
        let gap = Gap {
            account_id: self.session.account().to_owned(),
            region: self.region.to_owned(),
            operation: failure.operation.to_owned(),
            resource: resource.to_owned(),
            outcome: failure.outcome,
            message: failure.message.clone(),
        };
        self.gaps
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(gap);
    }

    /// The items of a list. A list that broke off is kept if it has anything, with its gap noted.
    pub(super) fn kept<T>(&self, listed: Paged<T>, resource: &str) -> Option<Vec<T>> {
        match listed.failure {
            None => Some(listed.items),
            Some(failure) => {
                self.gap(&failure, resource);
                (!listed.items.is_empty()).then_some(listed.items)
            }
        }
    }
}

/// Reads an instance. One that is not active is only listed.
pub(super) async fn read(
    session: &Session<'_>,
    config: &SdkConfig,
    client: &Client,
    region: &str,
    mut instance: Instance,
) -> (Instance, Vec<Gap>) {
    if instance.status != "ACTIVE" {
        return (instance, Vec::new());
    }
    let reading = Reading {
        session,
        client,
        region,
        gaps: Mutex::default(),
    };
    let store = aws_sdk_identitystore::Client::new(config);
    let (arn, store_id) = (instance.arn.clone(), instance.identity_store_id.clone());
    let organizational = instance.instance_type == InstanceType::Organization;
    let (described, users, groups, applications, access) = futures::join!(
        describe(&reading, &arn),
        directory::users(&reading, &store, &store_id),
        directory::groups(&reading, &store, &store_id),
        applications::applications(&reading, &arn),
        access::access(&reading, &arn, organizational),
    );
    if let Some(described) = described {
        instance.name = described.name().map(str::to_owned).or(instance.name);
        instance.status_reason = described
            .status_reason()
            .map(str::to_owned)
            .or(instance.status_reason);
        instance.created = timestamp(described.created_date()).or(instance.created);
    }
    instance.users = users;
    instance.groups = groups;
    instance.applications = applications;
    match access {
        access::Access::Known {
            permission_sets,
            assignments,
        } => {
            instance.permission_sets = Some(permission_sets);
            instance.account_assignments = assignments;
        }
        access::Access::Unknown => {}
        access::Access::NotForThisType => instance.instance_type = InstanceType::Account,
    }
    (
        instance,
        reading
            .gaps
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner),
    )
}

async fn describe(
    reading: &Reading<'_>,
    arn: &str,
) -> Option<aws_sdk_ssoadmin::operation::describe_instance::DescribeInstanceOutput> {
    let describe = || reading.client.describe_instance().instance_arn(arn).send();
    match reading
        .session
        .call(Rank::Walk, "sso:DescribeInstance", describe)
        .await
    {
        Ok(described) => Some(described),
        Err(failure) => {
            reading.gap(&failure, arn);
            None
        }
    }
}
