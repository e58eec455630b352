mod faulty;
mod merge;
mod operators;
mod validate;

use std::collections::HashMap;
use std::sync::Arc;

use atrium_model::organization::{AttachedPolicy, Membership, Organization, PolicyType, TargetId};
use atrium_model::{AccountId, Timestamp};
use atrium_store::{StoreError, Tx};

use merge::Merged;

pub use faulty::*;
pub use validate::EffectivePolicyFault;

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
    let levels = Levels::default().of(tx, organization, membership, account, kind)?;
    let updated_at = levels
        .iter()
        .flat_map(|level| level.iter())
        .map(|policy| policy.updated_at)
        .max();
    match updated_at {
        Some(updated_at) => Ok(EffectivePolicy {
            content: merge_levels(kind, &levels).to_string(),
            updated_at,
        }),
        None => Err(EffectivePolicyError::NotFound),
    }
}

/// The document that policies come to, level by level.
fn merge_levels(kind: PolicyType, levels: &[Arc<[AttachedPolicy]>]) -> serde_json::Value {
    let mut merged = Merged::new(kind);
    for level in levels {
        let documents: Vec<serde_json::Value> = level
            .iter()
            .filter_map(|policy| serde_json::from_str(&policy.content).ok())
            .collect();
        merged.inherit(&documents);
    }
    merged.into_document()
}

/// What is attached to roots and units, read once for all accounts below them.
#[derive(Default)]
struct Levels(HashMap<String, Arc<[AttachedPolicy]>>);

impl Levels {
    /// The policies of a type from the root down to an account.
    fn of(
        &mut self,
        tx: &mut dyn Tx,
        organization: &Organization,
        membership: Membership,
        account: &AccountId,
        kind: PolicyType,
    ) -> Result<Vec<Arc<[AttachedPolicy]>>, StoreError> {
        let root = std::iter::once(TargetId::Root(membership.root));
        let units = membership.path.into_iter().map(TargetId::Unit);
        let mut levels = Vec::new();
        for target in root.chain(units) {
            let known = self.0.get(target.as_str()).map(Arc::clone);
            let level = match known {
                Some(known) => known,
                None => {
                    let read = tx.attached_policies(&organization.id, kind, &target)?;
                    let read: Arc<[AttachedPolicy]> = read.into();
                    self.0.insert(target.as_str().to_owned(), Arc::clone(&read));
                    read
                }
            };
            levels.push(level);
        }
        let own = TargetId::Account(account.clone());
        levels.push(tx.attached_policies(&organization.id, kind, &own)?.into());
        Ok(levels)
    }
}
