use atrium_model::organization::{
    FeatureSet, Organization, OrganizationPolicy, OrganizationTag, PolicySummary, PolicyType,
};
use atrium_model::{OpContext, PolicyId};
use atrium_store::{StoreError, Tx};

use crate::policy_content::check;
use crate::{Page, PageRequest, PolicyContentError, Quotas, TagError, put_tags};

/// A policy to be made.
#[derive(Clone, Debug)]
pub struct NewPolicy {
    /// What kind of policy it is.
    pub kind: PolicyType,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Its document.
    pub content: String,
    /// Its tags.
    pub tags: Vec<OrganizationTag>,
}

/// Why a policy can't be made or changed.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The organization has no such policy.
    #[error("the organization has no such policy")]
    NotFound,
    /// The policy is AWS's own.
    #[error("the policy is managed by AWS")]
    Immutable,
    /// A policy of the type has the name.
    #[error("a policy named `{0}` already exists")]
    NameTaken(String),
    /// The organization has only consolidated billing.
    #[error("the organization does not have all features")]
    NotAllFeatures,
    /// The organization keeps as many policies of the type as it may.
    #[error("the organization has as many policies of this type as it may")]
    Quota,
    /// The policy is attached to something.
    #[error("the policy is attached")]
    InUse,
    /// The document is not one.
    #[error(transparent)]
    Content(#[from] PolicyContentError),
    /// A tag is none.
    #[error(transparent)]
    Tags(#[from] TagError),
    /// The store failed.
    #[error("could not read or change the policy")]
    Store(#[from] StoreError),
}

/// Makes a policy, attached to nothing yet.
pub fn create_policy(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    organization: &Organization,
    new: NewPolicy,
    quotas: &Quotas,
) -> Result<OrganizationPolicy, PolicyError> {
    if organization.feature_set != FeatureSet::All {
        return Err(PolicyError::NotAllFeatures);
    }
    crate::tags::check(&new.tags, quotas)?;
    check(new.kind, &new.content, quotas)?;
    if tx.count_organization_policies(&organization.id, new.kind)? >= quotas.policies(new.kind) {
        return Err(PolicyError::Quota);
    }
    let policy = OrganizationPolicy {
        summary: PolicySummary {
            id: format!("p-{}", cx.new_tail(10))
                .parse()
                .map_err(|error| StoreError::Corrupt(format!("{error}")))?,
            organization: organization.id.clone(),
            kind: new.kind,
            name: new.name,
            description: new.description,
            aws_managed: false,
        },
        content: new.content,
        created_at: cx.now(),
        updated_at: cx.now(),
    };
    tx.insert_organization_policy(&policy)
        .map_err(|error| name_taken(error, &policy))?;
    put_tags(
        tx,
        organization,
        policy.summary.id.as_str(),
        &new.tags,
        quotas,
    )?;
    Ok(policy)
}

fn name_taken(error: StoreError, policy: &OrganizationPolicy) -> PolicyError {
    match error {
        StoreError::Duplicate(_) => PolicyError::NameTaken(policy.summary.name.clone()),
        error => error.into(),
    }
}

/// What of a policy is to be changed.
#[derive(Clone, Debug, Default)]
pub struct PolicyChange {
    /// The new name.
    pub name: Option<String>,
    /// The new description.
    pub description: Option<String>,
    /// The new document.
    pub content: Option<String>,
}

/// Changes a policy; it takes effect wherever it is attached.
pub fn update_policy(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    organization: &Organization,
    id: &PolicyId,
    change: PolicyChange,
    quotas: &Quotas,
) -> Result<OrganizationPolicy, PolicyError> {
    let mut policy = own_policy(tx, organization, id)?;
    if let Some(content) = change.content {
        check(policy.summary.kind, &content, quotas)?;
        policy.content = content;
        policy.updated_at = cx.now();
    }
    if let Some(name) = change.name {
        policy.summary.name = name;
    }
    if let Some(description) = change.description {
        policy.summary.description = description;
    }
    tx.update_organization_policy(&policy)
        .map_err(|error| name_taken(error, &policy))?;
    tx.bump_policy_epoch()?;
    Ok(policy)
}

/// Deletes a policy that is attached to nothing.
pub fn delete_policy(
    tx: &mut dyn Tx,
    organization: &Organization,
    id: &PolicyId,
) -> Result<(), PolicyError> {
    own_policy(tx, organization, id)?;
    if tx.is_policy_attached(&organization.id, id)? {
        return Err(PolicyError::InUse);
    }
    tx.delete_organization_policy(&organization.id, id)?;
    Ok(())
}

/// A policy of the organization that is not AWS's.
fn own_policy(
    tx: &mut dyn Tx,
    organization: &Organization,
    id: &PolicyId,
) -> Result<OrganizationPolicy, PolicyError> {
    let policy = describe_policy(tx, organization, id)?;
    match policy.summary.aws_managed {
        true => Err(PolicyError::Immutable),
        false => Ok(policy),
    }
}

/// A policy of the organization, AWS's own included.
pub fn describe_policy(
    tx: &mut dyn Tx,
    organization: &Organization,
    id: &PolicyId,
) -> Result<OrganizationPolicy, PolicyError> {
    tx.organization_policy(&organization.id, id)?
        .ok_or(PolicyError::NotFound)
}

/// The policies of a type.
pub fn list_policies(
    tx: &mut dyn Tx,
    organization: &Organization,
    kind: PolicyType,
    page: &PageRequest,
) -> Result<Page<PolicySummary>, StoreError> {
    let (after, limit) = (page.after.as_deref(), page.limit());
    let found = tx.organization_policies(&organization.id, kind, after, limit)?;
    Ok(page.cut(found, |policy| policy.id.to_string()))
}
