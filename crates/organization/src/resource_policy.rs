use atrium_model::OpContext;
use atrium_model::organization::{FeatureSet, Organization, OrganizationTag, ResourcePolicy};
use atrium_policy::{Policy, PolicyKind, PrincipalType};
use atrium_store::{StoreError, Tx};

use crate::{Quotas, TagError, put_tags};

/// Characters of a delegation policy (API model, `ResourcePolicyContent`).
const LONGEST: usize = 40_000;

/// Why a delegation policy can't be kept, read or removed.
#[derive(Debug, thiserror::Error)]
pub enum ResourcePolicyError {
    /// The organization has only consolidated billing.
    #[error("the organization does not have all features")]
    NotAllFeatures,
    /// There is none.
    #[error("the organization has no delegation policy")]
    NotFound,
    /// The text is no policy.
    #[error("the document is not a resource policy: {0}")]
    Malformed(String),
    /// It names someone other than accounts, users and roles.
    #[error("`{0}` can't be a principal of a delegation policy")]
    Principal(String),
    /// It is about actions of another service.
    #[error("`{0}` is not an action of Organizations")]
    Action(String),
    /// Tags can only be given when the policy is new.
    #[error("tags can't be given with an existing policy")]
    TagsOnUpdate,
    /// A tag is none.
    #[error(transparent)]
    Tags(#[from] TagError),
    /// The store failed.
    #[error("could not read or change the delegation policy")]
    Store(#[from] StoreError),
}

/// Keeps the organization's delegation policy, instead of the one before.
pub fn put_resource_policy(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    organization: &Organization,
    content: &str,
    tags: &[OrganizationTag],
    quotas: &Quotas,
) -> Result<ResourcePolicy, ResourcePolicyError> {
    if organization.feature_set != FeatureSet::All {
        return Err(ResourcePolicyError::NotAllFeatures);
    }
    check(content)?;
    crate::tags::check(tags, quotas)?;
    let before = tx.resource_policy(&organization.id)?;
    if before.is_some() && !tags.is_empty() {
        return Err(ResourcePolicyError::TagsOnUpdate);
    }
    let id = match before {
        Some(before) => before.id,
        None => format!("rp-{}", cx.new_tail(8)),
    };
    let policy = ResourcePolicy {
        id,
        content: content.to_owned(),
    };
    tx.put_resource_policy(&organization.id, &policy)?;
    put_tags(tx, organization, &policy.id, tags, quotas)?;
    tx.bump_policy_epoch()?;
    Ok(policy)
}

fn check(content: &str) -> Result<(), ResourcePolicyError> {
    if content.chars().count() > LONGEST {
        return Err(ResourcePolicyError::Malformed(format!(
            "it is longer than {LONGEST} characters"
        )));
    }
    let policy = Policy::parse(content, PolicyKind::Resource)
        .map_err(|error| ResourcePolicyError::Malformed(error.detail().to_owned()))?;
    for statement in policy.statements() {
        let (_, principals) = statement.principals();
        if let Some(other) = principals
            .iter()
            .find(|principal| principal.kind() != PrincipalType::Aws)
        {
            return Err(ResourcePolicyError::Principal(other.text().to_owned()));
        }
        let (_, mut actions) = statement.actions();
        let foreign = actions.find(|action| {
            let vendor = action.split(':').next().unwrap_or(action);
            !vendor.eq_ignore_ascii_case("organizations")
        });
        if let Some(action) = foreign {
            return Err(ResourcePolicyError::Action(action.to_owned()));
        }
    }
    Ok(())
}

/// The organization's delegation policy.
pub fn describe_resource_policy(
    tx: &mut dyn Tx,
    organization: &Organization,
) -> Result<ResourcePolicy, ResourcePolicyError> {
    tx.resource_policy(&organization.id)?
        .ok_or(ResourcePolicyError::NotFound)
}

/// Removes the organization's delegation policy.
pub fn delete_resource_policy(
    tx: &mut dyn Tx,
    organization: &Organization,
) -> Result<(), ResourcePolicyError> {
    if !tx.delete_resource_policy(&organization.id)? {
        return Err(ResourcePolicyError::NotFound);
    }
    tx.bump_policy_epoch()?;
    Ok(())
}
