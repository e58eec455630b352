use atrium_model::RootId;
use atrium_model::organization::{FeatureSet, Organization, PolicyType};
use atrium_store::{StoreError, Tx};

use crate::membership::managed_id;

/// Why a policy type can't be enabled or disabled.
#[derive(Debug, thiserror::Error)]
pub enum PolicyTypeError {
    /// The organization has another root.
    #[error("the organization has no such root")]
    RootNotFound,
    /// It is enabled.
    #[error("policy type `{0}` is already enabled")]
    AlreadyEnabled(PolicyType),
    /// It is not enabled.
    #[error("policy type `{0}` is not enabled")]
    NotEnabled(PolicyType),
    /// The organization has only consolidated billing.
    #[error("the organization does not have all features")]
    NotAllFeatures,
    /// The store failed.
    #[error("could not change the policy types")]
    Store(#[from] StoreError),
}

/// Enables a policy type in the root. If AWS has a policy for it that allows everything, it is attached everywhere.
pub fn enable_policy_type(
    tx: &mut dyn Tx,
    organization: &Organization,
    root: &RootId,
    kind: PolicyType,
) -> Result<(), PolicyTypeError> {
    if *root != organization.root {
        return Err(PolicyTypeError::RootNotFound);
    }
    if organization.feature_set != FeatureSet::All {
        return Err(PolicyTypeError::NotAllFeatures);
    }
    tx.enable_policy_type(&organization.id, kind)
        .map_err(|error| match error {
            StoreError::Duplicate(_) => PolicyTypeError::AlreadyEnabled(kind),
            error => error.into(),
        })?;
    if let Some(managed) = kind.aws_managed() {
        tx.attach_policy_everywhere(&organization.id, kind, &managed_id(managed.id)?)?;
    }
    tx.bump_policy_epoch()?;
    Ok(())
}

/// Disables a policy type in the root, which detaches every policy of the type.
pub fn disable_policy_type(
    tx: &mut dyn Tx,
    organization: &Organization,
    root: &RootId,
    kind: PolicyType,
) -> Result<(), PolicyTypeError> {
    if *root != organization.root {
        return Err(PolicyTypeError::RootNotFound);
    }
    if !tx.disable_policy_type(&organization.id, kind)? {
        return Err(PolicyTypeError::NotEnabled(kind));
    }
    tx.bump_policy_epoch()?;
    Ok(())
}
