use atrium_model::PolicyId;
use atrium_model::organization::{Organization, PolicySummary, PolicyTarget, PolicyType, TargetId};
use atrium_store::{StoreError, Tx};

use crate::{
    AccountError, Page, PageRequest, ParentNotFound, Quotas, describe_account, find_parent,
};

/// Why a policy can't be attached or detached.
#[derive(Debug, thiserror::Error)]
pub enum AttachmentError {
    /// The organization has no such policy.
    #[error("the organization has no such policy")]
    PolicyNotFound,
    /// The organization has no such root, unit or account.
    #[error("the organization has no such target")]
    TargetNotFound,
    /// The policy's type is not enabled.
    #[error("policy type `{0}` is not enabled")]
    TypeNotEnabled(PolicyType),
    /// The policy is attached there.
    #[error("the policy is already attached to the target")]
    AlreadyAttached,
    /// The policy is not attached there.
    #[error("the policy is not attached to the target")]
    NotAttached,
    /// As many are attached as may be.
    #[error("the target has as many policies of this type as it may")]
    TooMany,
    /// One policy of the type must stay.
    #[error("the target must keep one policy of this type")]
    Last,
    /// AWS's resource control policy can't be detached.
    #[error("the policy can't be detached")]
    NotDetachable,
    /// The store failed.
    #[error("could not read or change the attachments")]
    Store(#[from] StoreError),
}

pub(crate) fn target_exists(
    tx: &mut dyn Tx,
    organization: &Organization,
    target: &TargetId,
) -> Result<bool, StoreError> {
    let parent = match target {
        TargetId::Root(root) => return Ok(*root == organization.root),
        TargetId::Unit(unit) => atrium_model::organization::ParentId::Unit(unit.clone()),
        TargetId::Account(account) => {
            return match describe_account(tx, organization, account) {
                Ok(_) => Ok(true),
                Err(AccountError::NotFound) => Ok(false),
                Err(AccountError::Store(error)) => Err(error),
            };
        }
    };
    match find_parent(tx, organization, &parent) {
        Ok(_) => Ok(true),
        Err(ParentNotFound::NotFound) => Ok(false),
        Err(ParentNotFound::Store(error)) => Err(error),
    }
}

fn find(
    tx: &mut dyn Tx,
    organization: &Organization,
    policy: &PolicyId,
    target: &TargetId,
) -> Result<PolicySummary, AttachmentError> {
    let policy = tx.organization_policy(&organization.id, policy)?;
    let policy = policy.ok_or(AttachmentError::PolicyNotFound)?;
    match target_exists(tx, organization, target)? {
        true => Ok(policy.summary),
        false => Err(AttachmentError::TargetNotFound),
    }
}

/// Attaches a policy to a root, organizational unit or account.
pub fn attach_policy(
    tx: &mut dyn Tx,
    organization: &Organization,
    policy: &PolicyId,
    target: &TargetId,
    quotas: &Quotas,
) -> Result<(), AttachmentError> {
    let kind = find(tx, organization, policy, target)?.kind;
    if !tx.policy_types(&organization.id)?.contains(&kind) {
        return Err(AttachmentError::TypeNotEnabled(kind));
    }
    tx.attach_policy(&organization.id, kind, policy, target)
        .map_err(|error| match error {
            StoreError::Duplicate(_) => AttachmentError::AlreadyAttached,
            error => error.into(),
        })?;
    if tx.count_attached_policies(&organization.id, kind, target)? > quotas.attachments(kind) {
        return Err(AttachmentError::TooMany);
    }
    tx.bump_policy_epoch()?;
    Ok(())
}

/// Detaches a policy. A service control policy must not be the target's last.
pub fn detach_policy(
    tx: &mut dyn Tx,
    organization: &Organization,
    policy: &PolicyId,
    target: &TargetId,
) -> Result<(), AttachmentError> {
    let found = find(tx, organization, policy, target)?;
    let kind = found.kind;
    if found.aws_managed && kind == PolicyType::ResourceControlPolicy {
        return Err(AttachmentError::NotDetachable);
    }
    if !tx.detach_policy(&organization.id, kind, policy, target)? {
        return Err(AttachmentError::NotAttached);
    }
    let left = tx.count_attached_policies(&organization.id, kind, target)?;
    if left == 0 && kind == PolicyType::ServiceControlPolicy {
        return Err(AttachmentError::Last);
    }
    tx.bump_policy_epoch()?;
    Ok(())
}

/// The policies of a type attached to a target itself.
pub fn list_policies_for_target(
    tx: &mut dyn Tx,
    organization: &Organization,
    target: &TargetId,
    kind: PolicyType,
    page: &PageRequest,
) -> Result<Page<PolicySummary>, AttachmentError> {
    if !target_exists(tx, organization, target)? {
        return Err(AttachmentError::TargetNotFound);
    }
    let (after, limit) = (page.after.as_deref(), page.limit());
    let found = tx.policies_of_target(&organization.id, kind, target, after, limit)?;
    Ok(page.cut(found, |policy| policy.id.to_string()))
}

/// What a policy is attached to.
pub fn list_targets_for_policy(
    tx: &mut dyn Tx,
    organization: &Organization,
    policy: &PolicyId,
    page: &PageRequest,
) -> Result<Page<PolicyTarget>, AttachmentError> {
    if tx.organization_policy(&organization.id, policy)?.is_none() {
        return Err(AttachmentError::PolicyNotFound);
    }
    let (after, limit) = (page.after.as_deref(), page.limit());
    let found = tx.targets_of_policy(&organization.id, policy, after, limit)?;
    Ok(page.cut(found, |target| target.id.to_string()))
}
