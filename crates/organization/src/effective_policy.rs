mod merge;
mod operators;

use atrium_model::organization::{Organization, PolicyType, TargetId};
use atrium_model::{AccountId, Timestamp};
use atrium_store::{StoreError, Tx};

use merge::Merged;

/// What the policies of one type come to for an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectivePolicy {
    /// The merged document, without inheritance operators.
    pub content: String,
    /// When a document that it is merged from last changed.
    pub updated_at: Timestamp,
}

/// Why there is no effective policy.
#[derive(Debug, thiserror::Error)]
pub enum EffectivePolicyError {
    /// The organization has no such account.
    #[error("the organization has no such account")]
    TargetNotFound,
    /// The type isn't enabled, or no policy of it is attached above or to the account.
    #[error("the account has no policy of this type")]
    NotFound,
    /// The store failed.
    #[error("could not read the policies")]
    Store(#[from] StoreError),
}

/// Merges the policies of a type that an account inherits from the root and its organizational units with its own.
///
/// The types that allow and deny have no effective policy: they are not merged.
pub fn describe_effective_policy(
    tx: &mut dyn Tx,
    organization: &Organization,
    account: &AccountId,
    kind: PolicyType,
) -> Result<EffectivePolicy, EffectivePolicyError> {
    let membership = tx
        .membership(account)?
        .filter(|membership| membership.organization == organization.id)
        .ok_or(EffectivePolicyError::TargetNotFound)?;
    if kind.is_authorization() || !tx.policy_types(&organization.id)?.contains(&kind) {
        return Err(EffectivePolicyError::NotFound);
    }
    let root = std::iter::once(TargetId::Root(membership.root));
    let units = membership.path.into_iter().map(TargetId::Unit);
    let own = std::iter::once(TargetId::Account(account.clone()));
    let mut merged = Merged::new(kind);
    let mut updated_at = None;
    for target in root.chain(units).chain(own) {
        let attached = tx.attached_policies(&organization.id, kind, &target)?;
        updated_at = updated_at.max(attached.iter().map(|policy| policy.updated_at).max());
        let documents: Vec<serde_json::Value> = attached
            .iter()
            .filter_map(|policy| serde_json::from_str(&policy.content).ok())
            .collect();
        merged.inherit(&documents);
    }
    match updated_at {
        Some(updated_at) => Ok(EffectivePolicy {
            content: merged.into_document().to_string(),
            updated_at,
        }),
        None => Err(EffectivePolicyError::NotFound),
    }
}
