use atrium_model::iam::{Tag, User};
use atrium_model::{AccountId, OpContext};
use atrium_store::{StoreError, Tx};

use crate::ids::unique_id;
use crate::{IamError, InUse, Quotas, boundary, tags};

/// A user to be made.
#[derive(Clone, Debug, Default)]
pub struct NewUser {
    /// The name.
    pub name: String,
    /// `/` or `/…/`.
    pub path: String,
    /// The ARN of the managed policy that bounds the user's permissions.
    pub boundary: Option<String>,
    /// Tags.
    pub tags: Vec<Tag>,
}

/// Makes a user without permissions or keys.
///
/// # Errors
///
/// [`IamError::UserExists`], `UsersPerAccount`, an unknown boundary, or tags that break a rule.
pub fn create_user(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    quotas: &Quotas,
    account: &AccountId,
    new: NewUser,
) -> Result<User, IamError> {
    IamError::quota(
        "UsersPerAccount",
        quotas.users,
        tx.iam_counts(account)?.users,
    )?;
    if let Some(arn) = &new.boundary {
        boundary::check(tx, account, arn)?;
    }
    let user = User {
        account: account.clone(),
        id: unique_id(cx, "AIDA"),
        name: new.name,
        path: new.path,
        boundary: new.boundary,
        tags: tags::checked(new.tags, quotas.tags)?,
        created: cx.now(),
    };
    tx.insert_iam_user(&user)
        .map_err(|error| taken(error, &user.name))?;
    tx.bump_policy_epoch()?;
    Ok(user)
}

fn taken(error: StoreError, name: &str) -> IamError {
    match error {
        StoreError::Duplicate(_) => IamError::UserExists(name.to_owned()),
        other => other.into(),
    }
}

/// The user with this name.
///
/// # Errors
///
/// [`IamError::Missing`].
pub fn find_user(tx: &mut dyn Tx, account: &AccountId, name: &str) -> Result<User, IamError> {
    tx.iam_user(account, name)?
        .ok_or_else(|| IamError::user(name))
}

/// Gives a user another name or path. Its keys, policies and groups stay.
///
/// # Errors
///
/// [`IamError::UserExists`].
pub fn update_user(
    tx: &mut dyn Tx,
    user: &User,
    name: Option<String>,
    path: Option<String>,
) -> Result<User, IamError> {
    let mut changed = user.clone();
    changed.name = name.unwrap_or(changed.name);
    changed.path = path.unwrap_or(changed.path);
    save(tx, &changed)?;
    Ok(changed)
}

/// Removes a user that nothing hangs on.
///
/// # Errors
///
/// [`IamError::InUse`] while it has keys, policies or groups.
pub fn delete_user(tx: &mut dyn Tx, user: &User) -> Result<(), IamError> {
    let (account, id) = (&user.account, user.id.as_str());
    if !tx.access_keys(account, Some(id), "", 1)?.is_empty() {
        return Err(IamError::InUse(InUse::AccessKeys));
    }
    if !tx.inline_policies(account, id, "", 1)?.is_empty() {
        return Err(IamError::InUse(InUse::InlinePolicies));
    }
    if !tx.attached_managed_policies(account, id, "", 1)?.is_empty() {
        return Err(IamError::InUse(InUse::AttachedPolicies));
    }
    if !tx.iam_groups_of_user(account, id, "", 1)?.is_empty() {
        return Err(IamError::InUse(InUse::Membership));
    }
    if !tx.delete_iam_user(account, id)? {
        return Err(IamError::user(&user.name));
    }
    Ok(tx.bump_policy_epoch()?)
}

/// Sets tags of a user.
///
/// # Errors
///
/// A key given twice, or too many tags.
pub fn tag_user(
    tx: &mut dyn Tx,
    quotas: &Quotas,
    mut user: User,
    new: Vec<Tag>,
) -> Result<(), IamError> {
    tags::merge(&mut user.tags, new, quotas.tags)?;
    save(tx, &user)
}

/// Removes tags of a user.
///
/// # Errors
///
/// Only of the store.
pub fn untag_user(tx: &mut dyn Tx, mut user: User, keys: &[String]) -> Result<(), IamError> {
    tags::remove(&mut user.tags, keys);
    save(tx, &user)
}

pub(crate) fn save(tx: &mut dyn Tx, user: &User) -> Result<(), IamError> {
    match tx.update_iam_user(user) {
        Ok(true) => Ok(tx.bump_policy_epoch()?),
        Ok(false) => Err(IamError::user(&user.name)),
        Err(error) => Err(taken(error, &user.name)),
    }
}
