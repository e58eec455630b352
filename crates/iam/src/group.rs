use atrium_model::iam::{Group, User};
use atrium_model::{AccountId, OpContext};
use atrium_store::{StoreError, Tx};

use crate::ids::unique_id;
use crate::{IamError, InUse, Missing, Quotas};

/// Makes a group without users or policies.
///
/// # Errors
///
/// [`IamError::GroupExists`], `GroupsPerAccount`.
pub fn create_group(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    quotas: &Quotas,
    account: &AccountId,
    name: String,
    path: String,
) -> Result<Group, IamError> {
    IamError::quota(
        "GroupsPerAccount",
        quotas.groups,
        tx.iam_counts(account)?.groups,
    )?;
    let id = unique_id(cx, "AGPA");
    let group = Group {
        account: account.clone(),
        id,
        name,
        path,
        created: cx.now(),
    };
    tx.insert_iam_group(&group)
        .map_err(|error| taken(error, &group.name))?;
    tx.bump_policy_epoch()?;
    Ok(group)
}

fn taken(error: StoreError, name: &str) -> IamError {
    match error {
        StoreError::Duplicate(_) => IamError::GroupExists(name.to_owned()),
        other => other.into(),
    }
}

fn missing(name: &str) -> IamError {
    IamError::Missing(Missing::Group(name.to_owned()))
}

/// The group with this name.
///
/// # Errors
///
/// [`IamError::Missing`].
pub fn find_group(tx: &mut dyn Tx, account: &AccountId, name: &str) -> Result<Group, IamError> {
    tx.iam_group(account, name)?.ok_or_else(|| missing(name))
}

/// Gives a group another name or path.
///
/// # Errors
///
/// [`IamError::GroupExists`].
pub fn update_group(
    tx: &mut dyn Tx,
    mut group: Group,
    name: Option<String>,
    path: Option<String>,
) -> Result<(), IamError> {
    group.name = name.unwrap_or(group.name);
    group.path = path.unwrap_or(group.path);
    match tx.update_iam_group(&group) {
        Ok(true) => Ok(tx.bump_policy_epoch()?),
        Ok(false) => Err(missing(&group.name)),
        Err(error) => Err(taken(error, &group.name)),
    }
}

/// Removes a group that nothing hangs on.
///
/// # Errors
///
/// [`IamError::InUse`] while it has users or policies.
pub fn delete_group(tx: &mut dyn Tx, group: &Group) -> Result<(), IamError> {
    let (account, id) = (&group.account, group.id.as_str());
    if !tx.iam_group_members(account, id, "", 1)?.is_empty() {
        return Err(IamError::InUse(InUse::Membership));
    }
    if !tx.attached_managed_policies(account, id, "", 1)?.is_empty() {
        return Err(IamError::InUse(InUse::AttachedPolicies));
    }
    if !tx.inline_policies(account, id, "", 1)?.is_empty() {
        return Err(IamError::InUse(InUse::InlinePolicies));
    }
    if !tx.delete_iam_group(account, id)? {
        return Err(missing(&group.name));
    }
    Ok(tx.bump_policy_epoch()?)
}

/// Makes a user a member; fine if it is one.
///
/// # Errors
///
/// `GroupsPerUser`.
pub fn add_user_to_group(
    tx: &mut dyn Tx,
    quotas: &Quotas,
    group: &Group,
    user: &User,
) -> Result<(), IamError> {
    let most = quotas.groups_per_user;
    let groups = tx.iam_groups_of_user(&group.account, &user.id, "", most)?;
    if groups.iter().any(|other| other.id == group.id) {
        return Ok(());
    }
    IamError::quota(
        "GroupsPerUser",
        most,
        i64::try_from(groups.len()).unwrap_or(i64::MAX),
    )?;
    tx.add_iam_group_member(&group.account, &group.id, &user.id)?;
    Ok(tx.bump_policy_epoch()?)
}

/// Ends a membership; fine if there is none.
///
/// # Errors
///
/// Only of the store.
pub fn remove_user_from_group(tx: &mut dyn Tx, group: &Group, user: &User) -> Result<(), IamError> {
    if tx.remove_iam_group_member(&group.account, &group.id, &user.id)? {
        tx.bump_policy_epoch()?;
    }
    Ok(())
}
