use atrium_model::iam::{ManagedPolicy, PolicyArn, PolicyVersion, Tag};
use atrium_model::{AccountId, OpContext};
use atrium_policy::{Policy, PolicyKind, size};
use atrium_store::{StoreError, Tx};

use crate::ids::unique_id;
use crate::{IamError, InUse, Quotas, tags};

/// A managed policy to be made.
#[derive(Clone, Debug, Default)]
pub struct NewPolicy {
    /// The name.
    pub name: String,
    /// `/` or `/…/`.
    pub path: String,
    /// The document of its first version.
    pub document: String,
    /// What it is for.
    pub description: Option<String>,
    /// Tags.
    pub tags: Vec<Tag>,
}

/// Makes a managed policy with the version `v1`.
///
/// # Errors
///
/// [`IamError::PolicyExists`], `PoliciesPerAccount`, a document that is refused or too large, tags that break a rule.
pub fn create_policy(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    quotas: &Quotas,
    account: &AccountId,
    new: NewPolicy,
) -> Result<ManagedPolicy, IamError> {
    check_document(quotas, &new.document)?;
    IamError::quota(
        "PoliciesPerAccount",
        quotas.policies,
        tx.iam_counts(account)?.policies,
    )?;
    let policy = ManagedPolicy {
        account: account.clone(),
        id: unique_id(cx, "ANPA"),
        name: new.name,
        path: new.path,
        description: new.description,
        default_version: 1,
        last_version: 1,
        tags: tags::checked(new.tags, quotas.tags)?,
        created: cx.now(),
        updated: cx.now(),
    };
    tx.insert_managed_policy(&policy)
        .map_err(|error| match error {
            StoreError::Duplicate(_) => IamError::PolicyExists(policy.name.clone()),
            other => other.into(),
        })?;
    let version = PolicyVersion {
        number: 1,
        document: new.document,
        created: cx.now(),
    };
    tx.insert_policy_version(account, &policy.id, &version)?;
    tx.bump_policy_epoch()?;
    Ok(policy)
}

pub(crate) fn check_document(quotas: &Quotas, document: &str) -> Result<(), IamError> {
    Policy::parse(document, PolicyKind::Managed)?;
    let most = quotas.policy_size;
    if size(document, PolicyKind::Managed) > most {
        return IamError::quota(
            "PolicySize",
            i64::try_from(most).unwrap_or(i64::MAX),
            i64::MAX,
        );
    }
    Ok(())
}

/// The account's policy with this ARN, path and letter case included.
///
/// # Errors
///
/// [`IamError::Missing`], also for AWS managed policies and those of other accounts.
pub fn find_policy(
    tx: &mut dyn Tx,
    account: &AccountId,
    arn: &str,
) -> Result<ManagedPolicy, IamError> {
    let missing = || IamError::policy(arn);
    let parts: PolicyArn = arn.parse().map_err(|_| missing())?;
    if parts.account.as_ref() != Some(account) {
        return Err(missing());
    }
    tx.managed_policy(account, &parts.name)?
        .filter(|policy| policy.name == parts.name && policy.path == parts.path)
        .ok_or_else(missing)
}

/// As [`find_policy`], for changes: policies of others are refused as such.
///
/// # Errors
///
/// [`IamError::ForeignPolicy`]; [`IamError::Missing`].
pub fn own_policy(
    tx: &mut dyn Tx,
    account: &AccountId,
    arn: &str,
) -> Result<ManagedPolicy, IamError> {
    match arn.parse::<PolicyArn>() {
        Ok(parts) if parts.account.as_ref() != Some(account) => Err(IamError::ForeignPolicy),
        _ => find_policy(tx, account, arn),
    }
}

/// Removes a policy that nobody uses and that has no version but its default one.
///
/// # Errors
///
/// [`IamError::InUse`].
pub fn delete_policy(tx: &mut dyn Tx, policy: &ManagedPolicy) -> Result<(), IamError> {
    let usage = tx.policy_usage(&policy.account, &policy.arn())?;
    if usage.attachments > 0 || usage.boundaries > 0 {
        return Err(IamError::InUse(InUse::Attachments));
    }
    if tx
        .policy_versions(&policy.account, &policy.id, i64::MAX, 2)?
        .len()
        > 1
    {
        return Err(IamError::InUse(InUse::Versions));
    }
    if !tx.delete_managed_policy(&policy.account, &policy.id)? {
        return Err(IamError::policy(&policy.arn()));
    }
    Ok(tx.bump_policy_epoch()?)
}

/// Sets tags of a policy.
///
/// # Errors
///
/// A key given twice, or too many tags.
pub fn tag_policy(
    tx: &mut dyn Tx,
    quotas: &Quotas,
    mut policy: ManagedPolicy,
    new: Vec<Tag>,
) -> Result<(), IamError> {
    tags::merge(&mut policy.tags, new, quotas.tags)?;
    save(tx, &policy)
}

/// Removes tags of a policy.
///
/// # Errors
///
/// Only of the store.
pub fn untag_policy(
    tx: &mut dyn Tx,
    mut policy: ManagedPolicy,
    keys: &[String],
) -> Result<(), IamError> {
    tags::remove(&mut policy.tags, keys);
    save(tx, &policy)
}

pub(crate) fn save(tx: &mut dyn Tx, policy: &ManagedPolicy) -> Result<(), IamError> {
    match tx.update_managed_policy(policy)? {
        true => Ok(tx.bump_policy_epoch()?),
        false => Err(IamError::policy(&policy.arn())),
    }
}
