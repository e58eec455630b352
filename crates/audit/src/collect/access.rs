//! Permission sets and who is assigned to which account with them.

use std::collections::BTreeSet;

use futures::{StreamExt, stream};

use super::applications::principal_type;
use super::instance::{AT_ONCE, Reading};
use crate::client::{Failure, Paged, Rank, pages, refused_by_type};
use crate::inventory::{AccountAssignment, PermissionSet};

const PAGE: i32 = 100;

/// What could be learned.
pub(super) enum Access {
    /// The sets, and the assignments if they could be listed.
    Known {
        permission_sets: Vec<PermissionSet>,
        assignments: Option<Vec<AccountAssignment>>,
    },
    /// Refused, or not offered at this endpoint; the gap is noted.
    Unknown,
    /// Account instances have no permission sets; only they answer so.
    NotForThisType,
}

/// Reads them. An instance that cannot be the organization's is not asked.
pub(super) async fn access(reading: &Reading<'_>, instance: &str, organizational: bool) -> Access {
    if !organizational {
        return Access::NotForThisType;
    }
    let listed = permission_sets(reading, instance).await;
    if let Some(failure) = &listed.failure
        && listed.items.is_empty()
        && refused_by_type(&failure.message)
    {
        return Access::NotForThisType;
    }
    let Some(arns) = reading.kept(listed, instance) else {
        return Access::Unknown;
    };
    let read: Vec<_> = stream::iter(arns)
        .map(async |arn: String| {
            futures::join!(
                describe(reading, instance, &arn),
                assignments(reading, instance, &arn)
            )
        })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let (permission_sets, assignments): (Vec<_>, Vec<_>) = read.into_iter().unzip();
    // One list that is missing makes the whole unknown only if nothing else was read either.
    let known = assignments.is_empty() || assignments.iter().any(Option::is_some);
    let assignments: Vec<AccountAssignment> = assignments.into_iter().flatten().flatten().collect();
    Access::Known {
        permission_sets,
        assignments: known.then_some(assignments),
    }
}

async fn permission_sets(reading: &Reading<'_>, instance: &str) -> Paged<String> {
    const OPERATION: &str = "sso:ListPermissionSets";
    pages(OPERATION, async |token| {
        let list = || {
            let call = reading
                .client
                .list_permission_sets()
                .instance_arn(instance)
                .max_results(PAGE);
            call.set_next_token(token.clone()).send()
        };
        let output = reading.session.call(Rank::Walk, OPERATION, list).await?;
        Ok((
            output.permission_sets().to_vec(),
            output.next_token().map(str::to_owned),
        ))
    })
    .await
}

async fn describe(reading: &Reading<'_>, instance: &str, arn: &str) -> PermissionSet {
    let describe = || {
        reading
            .client
            .describe_permission_set()
            .instance_arn(instance)
            .permission_set_arn(arn)
            .send()
    };
    let described = async {
        match reading
            .session
            .call(Rank::Walk, "sso:DescribePermissionSet", describe)
            .await
        {
            Ok(output) => output.permission_set().cloned(),
            Err(failure) => {
                reading.gap(&failure, arn);
                None
            }
        }
    };
    let (described, managed_policies) =
        futures::join!(described, managed_policies(reading, instance, arn));
    PermissionSet {
        arn: arn.to_owned(),
        name: described
            .as_ref()
            .and_then(|set| set.name().map(str::to_owned)),
        session_duration: described
            .as_ref()
            .and_then(|set| set.session_duration().map(str::to_owned)),
        managed_policies,
    }
}

async fn managed_policies(
    reading: &Reading<'_>,
    instance: &str,
    arn: &str,
) -> Option<BTreeSet<String>> {
    const OPERATION: &str = "sso:ListManagedPoliciesInPermissionSet";
    let listed = pages(OPERATION, async |token| {
        let list = || {
            let call = reading
                .client
                .list_managed_policies_in_permission_set()
                .instance_arn(instance);
            call.permission_set_arn(arn)
                .max_results(PAGE)
                .set_next_token(token.clone())
                .send()
        };
        let output = reading.session.call(Rank::Walk, OPERATION, list).await?;
        let policies = output
            .attached_managed_policies()
            .iter()
            .filter_map(|policy| policy.arn().map(str::to_owned));
        Ok((policies.collect(), output.next_token().map(str::to_owned)))
    })
    .await;
    reading
        .kept(listed, arn)
        .map(|list| list.into_iter().collect())
}

async fn assignments(
    reading: &Reading<'_>,
    instance: &str,
    arn: &str,
) -> Option<Vec<AccountAssignment>> {
    const OPERATION: &str = "sso:ListAccountsForProvisionedPermissionSet";
    let listed = pages(OPERATION, async |token| {
        let list = || {
            let call = reading
                .client
                .list_accounts_for_provisioned_permission_set()
                .instance_arn(instance);
            call.permission_set_arn(arn)
                .max_results(PAGE)
                .set_next_token(token.clone())
                .send()
        };
        let output = reading.session.call(Rank::Walk, OPERATION, list).await?;
        Ok((
            output.account_ids().to_vec(),
            output.next_token().map(str::to_owned),
        ))
    })
    .await;
    let accounts = reading.kept(listed, arn)?;
    let lists: Vec<_> = stream::iter(accounts)
        .map(async |account: String| in_account(reading, instance, arn, &account).await)
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    Some(lists.into_iter().flatten().collect())
}

async fn in_account(
    reading: &Reading<'_>,
    instance: &str,
    arn: &str,
    account: &str,
) -> Vec<AccountAssignment> {
    const OPERATION: &str = "sso:ListAccountAssignments";
    let listed = pages(OPERATION, async |token| -> Result<_, Failure> {
        let list = || {
            let call = reading
                .client
                .list_account_assignments()
                .instance_arn(instance)
                .account_id(account);
            call.permission_set_arn(arn)
                .max_results(PAGE)
                .set_next_token(token.clone())
                .send()
        };
        let output = reading.session.call(Rank::Walk, OPERATION, list).await?;
        let assignments = output
            .account_assignments()
            .iter()
            .map(|seen| AccountAssignment {
                account_id: account.to_owned(),
                permission_set_arn: arn.to_owned(),
                principal_type: principal_type(
                    seen.principal_type().map_or("USER", |kind| kind.as_str()),
                ),
                principal_id: seen.principal_id().unwrap_or_default().to_owned(),
            });
        Ok((
            assignments.collect(),
            output.next_token().map(str::to_owned),
        ))
    })
    .await;
    reading
        .kept(listed, &format!("{arn} in {account}"))
        .unwrap_or_default()
}
