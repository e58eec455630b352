//! The policies of permission sets. Each change makes a new revision.

use atrium_model::access::{
    CustomerManagedPolicy, PermissionSet, PermissionSetArn, PermissionsBoundary,
};
use atrium_model::iam::aws_managed_policy;
use atrium_policy::{Policy, PolicyKind, size};
use atrium_store::{AccessTx, StoreError};

use crate::permission_set::save;
use crate::{Approach, FindError, Quotas, Refused, describe_permission_set};

/// Why a permission set's policies can't be changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The permission set is not there.
    #[error(transparent)]
    Find(#[from] FindError),
    /// It is the management account's business.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store failed.
    #[error("could not save the permission set")]
    Store(#[from] StoreError),
}

/// The permission set to change.
fn to_change(
    tx: &mut (impl AccessTx + ?Sized),
    approach: Approach<'_>,
    arn: &PermissionSetArn,
) -> Result<PermissionSet, ChangeError> {
    let set = describe_permission_set(tx, approach, arn)?;
    approach.may_change(tx, &set.id)?;
    Ok(set)
}

/// Why an inline policy was not kept.
#[derive(Debug, thiserror::Error)]
pub enum InlinePolicyError {
    /// The permission set can't be changed.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// The document is no policy of an identity.
    #[error("the document is not a valid policy")]
    Invalid,
    /// The document has more than so many characters without white space.
    #[error("the policy is longer than {0} characters")]
    TooLong(usize),
}

/// Sets the one inline policy of a permission set. It is kept as it was written.
pub fn put_inline_policy(
    tx: &mut (impl AccessTx + ?Sized),
    quotas: &Quotas,
    approach: Approach<'_>,
    arn: &PermissionSetArn,
    document: String,
) -> Result<(), InlinePolicyError> {
    let mut set = to_change(tx, approach, arn)?;
    if Policy::parse(&document, PolicyKind::Identity).is_err() {
        return Err(InlinePolicyError::Invalid);
    }
    let most = quotas.inline_policy_size;
    if size(&document, PolicyKind::Identity) > most {
        return Err(InlinePolicyError::TooLong(most));
    }
    if set.policies.inline.as_deref() != Some(&document) {
        set.policies.inline = Some(document);
        save(tx, set).map_err(ChangeError::Store)?;
    }
    Ok(())
}

/// Removes the inline policy; fine if there is none.
pub fn delete_inline_policy(
    tx: &mut (impl AccessTx + ?Sized),
    approach: Approach<'_>,
    arn: &PermissionSetArn,
) -> Result<(), ChangeError> {
    let mut set = to_change(tx, approach, arn)?;
    if set.policies.inline.take().is_some() {
        save(tx, set)?;
    }
    Ok(())
}

/// Why a policy was not attached.
#[derive(Debug, thiserror::Error)]
pub enum AttachError {
    /// The permission set can't be changed.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// No AWS managed policy has this ARN.
    #[error("there is no policy `{0}`")]
    UnknownPolicy(String),
    /// It is attached.
    #[error("the policy is attached already")]
    Attached,
    /// The permission set has all the policies that it may have.
    #[error("the permission set already has {0} managed policies")]
    QuotaExceeded(usize),
}

/// Refuses one more policy if there are as many as there may be.
fn room(quotas: &Quotas, set: &PermissionSet) -> Result<(), AttachError> {
    let most = quotas.policies_per_permission_set;
    match set.policies.aws_managed.len() + set.policies.customer_managed.len() >= most {
        true => Err(AttachError::QuotaExceeded(most)),
        false => Ok(()),
    }
}

/// Attaches an AWS managed policy.
pub fn attach_managed_policy(
    tx: &mut (impl AccessTx + ?Sized),
    quotas: &Quotas,
    approach: Approach<'_>,
    arn: &PermissionSetArn,
    policy: String,
) -> Result<(), AttachError> {
    let mut set = to_change(tx, approach, arn)?;
    if aws_managed_policy(&policy).is_none() {
        return Err(AttachError::UnknownPolicy(policy));
    }
    if set.policies.aws_managed.contains(&policy) {
        return Err(AttachError::Attached);
    }
    room(quotas, &set)?;
    set.policies.aws_managed.push(policy);
    save(tx, set).map_err(ChangeError::Store)?;
    Ok(())
}

/// Attaches a customer managed policy by its name and path. Whether accounts have it shows when it is provisioned.
pub fn attach_customer_managed_policy(
    tx: &mut (impl AccessTx + ?Sized),
    quotas: &Quotas,
    approach: Approach<'_>,
    arn: &PermissionSetArn,
    policy: CustomerManagedPolicy,
) -> Result<(), AttachError> {
    let mut set = to_change(tx, approach, arn)?;
    if set.policies.customer_managed.contains(&policy) {
        return Err(AttachError::Attached);
    }
    room(quotas, &set)?;
    set.policies.customer_managed.push(policy);
    save(tx, set).map_err(ChangeError::Store)?;
    Ok(())
}

/// Why a policy was not detached.
#[derive(Debug, thiserror::Error)]
pub enum DetachError {
    /// The permission set can't be changed.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// It is not attached.
    #[error("the policy is not attached")]
    NotAttached,
}

/// Detaches an AWS managed policy.
pub fn detach_managed_policy(
    tx: &mut (impl AccessTx + ?Sized),
    approach: Approach<'_>,
    arn: &PermissionSetArn,
    policy: &str,
) -> Result<(), DetachError> {
    let mut set = to_change(tx, approach, arn)?;
    let at = set
        .policies
        .aws_managed
        .iter()
        .position(|own| own == policy);
    set.policies
        .aws_managed
        .remove(at.ok_or(DetachError::NotAttached)?);
    save(tx, set).map_err(ChangeError::Store)?;
    Ok(())
}

/// Detaches a customer managed policy.
pub fn detach_customer_managed_policy(
    tx: &mut (impl AccessTx + ?Sized),
    approach: Approach<'_>,
    arn: &PermissionSetArn,
    policy: &CustomerManagedPolicy,
) -> Result<(), DetachError> {
    let mut set = to_change(tx, approach, arn)?;
    let policies = &mut set.policies.customer_managed;
    let at = policies.iter().position(|own| own == policy);
    policies.remove(at.ok_or(DetachError::NotAttached)?);
    save(tx, set).map_err(ChangeError::Store)?;
    Ok(())
}

/// Why a boundary was not found or set.
#[derive(Debug, thiserror::Error)]
pub enum BoundaryError {
    /// The permission set can't be changed.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// No AWS managed policy has this ARN.
    #[error("there is no policy `{0}`")]
    UnknownPolicy(String),
    /// The permission set has no boundary.
    #[error("the permission set has no permissions boundary")]
    None,
}

/// Sets the permissions boundary, in place of the one before.
pub fn put_permissions_boundary(
    tx: &mut (impl AccessTx + ?Sized),
    approach: Approach<'_>,
    arn: &PermissionSetArn,
    boundary: PermissionsBoundary,
) -> Result<(), BoundaryError> {
    let mut set = to_change(tx, approach, arn)?;
    if let PermissionsBoundary::AwsManaged(policy) = &boundary
        && aws_managed_policy(policy).is_none()
    {
        return Err(BoundaryError::UnknownPolicy(policy.clone()));
    }
    if set.policies.boundary.as_ref() != Some(&boundary) {
        set.policies.boundary = Some(boundary);
        save(tx, set).map_err(ChangeError::Store)?;
    }
    Ok(())
}

/// The permissions boundary of a permission set.
pub fn permissions_boundary(
    tx: &mut (impl AccessTx + ?Sized),
    approach: Approach<'_>,
    arn: &PermissionSetArn,
) -> Result<PermissionsBoundary, BoundaryError> {
    let set = describe_permission_set(tx, approach, arn).map_err(ChangeError::Find)?;
    set.policies.boundary.ok_or(BoundaryError::None)
}

/// Removes the permissions boundary; fine if there is none.
pub fn delete_permissions_boundary(
    tx: &mut (impl AccessTx + ?Sized),
    approach: Approach<'_>,
    arn: &PermissionSetArn,
) -> Result<(), ChangeError> {
    let mut set = to_change(tx, approach, arn)?;
    if set.policies.boundary.take().is_some() {
        save(tx, set)?;
    }
    Ok(())
}
