use std::collections::HashSet;

use atrium_model::organization::{Organization, OrganizationTag, ResponsibilityTransfer, TargetId};
use atrium_model::{PolicyId, ResponsibilityTransferId};
use atrium_store::{StoreError, Tx};

use crate::{Page, PageRequest, Quotas};

/// Why tags are refused.
#[derive(Debug, thiserror::Error)]
pub enum TagError {
    /// Two tags of the request have the same key.
    #[error("tag key `{0}` is given twice")]
    DuplicateKey(String),
    /// Keys that begin with `aws:` are AWS's own.
    #[error("tag key `{0}` is reserved")]
    Reserved(String),
    /// The resource would have too many.
    #[error("the resource would have too many tags")]
    Quota,
    /// The store failed.
    #[error("could not save the tags")]
    Store(#[from] StoreError),
}

/// What can carry tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaggedResource {
    /// The root, a unit or an account.
    Target(TargetId),
    /// A policy of the organization's own.
    Policy(atrium_model::organization::PolicySummary),
    /// The delegation policy.
    ResourcePolicy(String),
    /// A transfer by which the organization takes over.
    Transfer(Box<ResponsibilityTransfer>),
}

/// The resource could not be found or read.
#[derive(Debug, thiserror::Error)]
pub enum TaggedResourceError {
    /// The organization has no such resource.
    #[error("the organization has no such resource")]
    NotFound,
    /// The store failed.
    #[error("could not read the resource")]
    Store(#[from] StoreError),
}

/// The resource of an organization with this id.
pub fn find_tagged_resource(
    tx: &mut dyn Tx,
    organization: &Organization,
    id: &str,
) -> Result<TaggedResource, TaggedResourceError> {
    if let Ok(target) = id.parse::<TargetId>() {
        let known = crate::attachments::target_exists(tx, organization, &target)?;
        return known
            .then_some(TaggedResource::Target(target))
            .ok_or(TaggedResourceError::NotFound);
    }
    if let Ok(policy) = id.parse::<PolicyId>() {
        let policy = tx.organization_policy(&organization.id, &policy)?;
        let policy = policy.filter(|policy| !policy.summary.aws_managed);
        return policy
            .map(|p| TaggedResource::Policy(p.summary))
            .ok_or(TaggedResourceError::NotFound);
    }
    if let Ok(transfer) = id.parse::<ResponsibilityTransferId>() {
        let transfer = tx.responsibility_transfer(&transfer)?;
        return transfer
            .filter(|found| found.organization == organization.id)
            .map(|found| TaggedResource::Transfer(Box::new(found)))
            .ok_or(TaggedResourceError::NotFound);
    }
    let delegation = tx
        .resource_policy(&organization.id)?
        .filter(|policy| policy.id == id);
    delegation
        .map(|p| TaggedResource::ResourcePolicy(p.id))
        .ok_or(TaggedResourceError::NotFound)
}

/// Refuses tags that no resource may have.
pub(crate) fn check(tags: &[OrganizationTag], quotas: &Quotas) -> Result<(), TagError> {
    let mut seen = HashSet::new();
    for tag in tags {
        check_key(&tag.key)?;
        if !seen.insert(tag.key.as_str()) {
            return Err(TagError::DuplicateKey(tag.key.clone()));
        }
    }
    match i64::try_from(tags.len()) {
        Ok(count) if count <= quotas.tags => Ok(()),
        _ => Err(TagError::Quota),
    }
}

fn check_key(key: &str) -> Result<(), TagError> {
    match key
        .get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("aws:"))
    {
        true => Err(TagError::Reserved(key.to_owned())),
        false => Ok(()),
    }
}

/// Sets tags of a resource that is known to be there.
pub fn put_tags(
    tx: &mut dyn Tx,
    organization: &Organization,
    resource: &str,
    tags: &[OrganizationTag],
    quotas: &Quotas,
) -> Result<(), TagError> {
    check(tags, quotas)?;
    for tag in tags {
        tx.put_organization_tag(&organization.id, resource, tag)?;
    }
    match tx.count_organization_tags(&organization.id, resource)? > quotas.tags {
        true => Err(TagError::Quota),
        false => Ok(()),
    }
}

/// Removes tags of a resource that is known to be there.
pub fn delete_tags(
    tx: &mut dyn Tx,
    organization: &Organization,
    resource: &str,
    keys: &[String],
) -> Result<(), TagError> {
    for key in keys {
        check_key(key)?;
        tx.delete_organization_tag(&organization.id, resource, key)?;
    }
    Ok(())
}

/// The tags of a resource.
pub fn list_tags(
    tx: &mut dyn Tx,
    organization: &Organization,
    resource: &str,
    page: &PageRequest,
) -> Result<Page<OrganizationTag>, StoreError> {
    let (after, limit) = (page.after.as_deref(), page.limit());
    let found = tx.organization_tags(&organization.id, resource, after, limit)?;
    Ok(page.cut(found, |tag| tag.key.clone()))
}
