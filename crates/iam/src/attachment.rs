use atrium_model::AccountId;
use atrium_model::iam::{Group, HolderKind, Role, User};
use atrium_store::Tx;

use crate::{IamError, Missing, Quotas};

/// The user, role or group that a policy is put on.
#[derive(Clone, Copy, Debug)]
pub enum Target<'a> {
    /// A user.
    User(&'a User),
    /// A role.
    Role(&'a Role),
    /// A group.
    Group(&'a Group),
}

impl Target<'_> {
    /// What kind of entity it is.
    pub fn kind(&self) -> HolderKind {
        match self {
            Self::User(_) => HolderKind::User,
            Self::Role(_) => HolderKind::Role,
            Self::Group(_) => HolderKind::Group,
        }
    }

    /// Its account.
    pub fn account(&self) -> &AccountId {
        match self {
            Self::User(user) => &user.account,
            Self::Role(role) => &role.account,
            Self::Group(group) => &group.account,
        }
    }

    /// Its unique id.
    pub fn id(&self) -> &str {
        match self {
            Self::User(user) => &user.id,
            Self::Role(role) => &role.id,
            Self::Group(group) => &group.id,
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::User(user) => &user.name,
            Self::Role(role) => &role.name,
            Self::Group(group) => &group.name,
        }
    }

    /// Its ARN.
    pub fn arn(&self) -> String {
        match self {
            Self::User(user) => user.arn(),
            Self::Role(role) => role.arn(),
            Self::Group(group) => group.arn(),
        }
    }

    /// Refuses roles that belong to a service.
    pub(crate) fn ordinary(&self) -> Result<(), IamError> {
        match self {
            Self::Role(role) => crate::role::ordinary(role),
            Self::User(_) | Self::Group(_) => Ok(()),
        }
    }
}

/// Attaches a managed policy; fine if it is attached.
///
/// # Errors
///
/// [`IamError::ReservedRole`], an unknown policy, or as many attached as the quota allows.
pub fn attach(
    tx: &mut dyn Tx,
    quotas: &Quotas,
    target: Target<'_>,
    arn: &str,
) -> Result<(), IamError> {
    target.ordinary()?;
    attachable(tx, target.account(), arn)?;
    let (quota, most) = match target {
        Target::User(_) => ("PoliciesPerUser", quotas.attached_per_user),
        Target::Role(_) => ("PoliciesPerRole", quotas.attached_per_role),
        Target::Group(_) => ("PoliciesPerGroup", quotas.attached_per_group),
    };
    let attached = tx.attached_managed_policies(target.account(), target.id(), "", most)?;
    if attached.iter().any(|other| other == arn) {
        return Ok(());
    }
    IamError::quota(
        quota,
        most,
        i64::try_from(attached.len()).unwrap_or(i64::MAX),
    )?;
    tx.attach_managed_policy(target.account(), target.kind(), target.id(), arn)?;
    Ok(tx.bump_policy_epoch()?)
}

/// Refuses ARNs of policies that the account can't use.
///
/// # Errors
///
/// [`IamError::Missing`].
pub fn attachable(tx: &mut dyn Tx, account: &AccountId, arn: &str) -> Result<(), IamError> {
    match tx.policy_document(account, arn)? {
        Some(_) => Ok(()),
        None => Err(IamError::Missing(Missing::AttachablePolicy(arn.to_owned()))),
    }
}

/// Detaches a managed policy.
///
/// # Errors
///
/// [`IamError::ReservedRole`]; [`IamError::Missing`] if it is not attached.
pub fn detach(tx: &mut dyn Tx, target: Target<'_>, arn: &str) -> Result<(), IamError> {
    target.ordinary()?;
    if !tx.detach_managed_policy(target.account(), target.id(), arn)? {
        return Err(IamError::policy(arn));
    }
    Ok(tx.bump_policy_epoch()?)
}
