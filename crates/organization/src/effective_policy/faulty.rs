//! Which accounts have policies that come to something invalid, and what is wrong with it: looked at when asked.

use std::collections::HashMap;
use std::sync::Arc;

use atrium_model::AccountId;
use atrium_model::organization::{Account, AttachedPolicy, Membership, Organization, PolicyType};
use atrium_store::{StoreError, Tx};

use super::{EffectivePolicyError, EffectivePolicyFault, Levels, merge_levels, validate};
use crate::{Page, PageRequest, Quotas};

/// The most accounts that one call looks at. A page may be empty and still go on.
const LOOKED_AT: usize = 500;

/// What is wrong with the policies of a type that bind an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectivePolicyFaults {
    /// The account's entity path, `o-…/r-…/ou-…/`, without the account.
    pub path: String,
    /// The faults in order of their places, then of their codes.
    pub faults: Vec<EffectivePolicyFault>,
}

/// Tells what is wrong with what the policies of a type come to for an account.
pub fn effective_policy_faults(
    tx: &mut dyn Tx,
    organization: &Organization,
    account: &AccountId,
    kind: PolicyType,
    quotas: &Quotas,
) -> Result<EffectivePolicyFaults, EffectivePolicyError> {
    let membership = membership(tx, organization, account)?;
    enabled(tx, organization, kind)?;
    let path = membership.entity_path();
    let levels = Levels::default().of(tx, organization, membership, account, kind)?;
    match faults(kind, &levels, quotas) {
        Some(faults) => Ok(EffectivePolicyFaults { path, faults }),
        None => Err(EffectivePolicyError::NotFound),
    }
}

/// The accounts for which the policies of a type come to something invalid.
pub fn accounts_with_invalid_policy(
    tx: &mut dyn Tx,
    organization: &Organization,
    kind: PolicyType,
    page: &PageRequest,
    quotas: &Quotas,
) -> Result<Page<Account>, EffectivePolicyError> {
    enabled(tx, organization, kind)?;
    let size = usize::try_from(page.size.max(1)).unwrap_or(usize::MAX);
    let limit = i64::try_from(LOOKED_AT + 1).unwrap_or(i64::MAX);
    let after = page.after.as_deref();
    let accounts = tx.accounts_of_organization(&organization.id, after, limit)?;
    let more = accounts.len() > LOOKED_AT;
    let mut known = Known::default();
    let (mut items, mut last) = (Vec::new(), None);
    for account in accounts.into_iter().take(LOOKED_AT) {
        if items.len() == size {
            return Ok(Page { items, next: last });
        }
        last = Some(account.id.to_string());
        if known.is_invalid(tx, organization, &account.id, kind, quotas)? {
            items.push(account);
        }
    }
    let next = last.filter(|_| more);
    Ok(Page { items, next })
}

fn membership(
    tx: &mut dyn Tx,
    organization: &Organization,
    account: &AccountId,
) -> Result<Membership, EffectivePolicyError> {
    tx.membership(account)?
        .filter(|membership| membership.organization == organization.id)
        .ok_or(EffectivePolicyError::TargetNotFound)
}

fn enabled(
    tx: &mut dyn Tx,
    organization: &Organization,
    kind: PolicyType,
) -> Result<(), EffectivePolicyError> {
    let merged = !kind.is_authorization();
    match merged && tx.policy_types(&organization.id)?.contains(&kind) {
        true => Ok(()),
        false => Err(EffectivePolicyError::NotFound),
    }
}

/// The faults of what the levels come to; none if nothing is attached.
fn faults(
    kind: PolicyType,
    levels: &[Arc<[AttachedPolicy]>],
    quotas: &Quotas,
) -> Option<Vec<EffectivePolicyFault>> {
    let attached: Vec<AttachedPolicy> = levels
        .iter()
        .flat_map(|level| level.iter())
        .cloned()
        .collect();
    let document = merge_levels(kind, levels);
    (!attached.is_empty()).then(|| validate::faults(kind, &document, &attached, quotas))
}

/// What was found in one call: accounts in one place without policies of their own have the same.
#[derive(Default)]
struct Known {
    levels: Levels,
    by_place: HashMap<String, bool>,
}

impl Known {
    fn is_invalid(
        &mut self,
        tx: &mut dyn Tx,
        organization: &Organization,
        account: &AccountId,
        kind: PolicyType,
        quotas: &Quotas,
    ) -> Result<bool, StoreError> {
        // It left since the list was read, if it has no place any more.
        let Some(membership) = tx.membership(account)? else {
            return Ok(false);
        };
        let place = membership.entity_path();
        let levels = self
            .levels
            .of(tx, organization, membership, account, kind)?;
        let invalid =
            |levels: &[_]| faults(kind, levels, quotas).is_some_and(|found| !found.is_empty());
        if levels.last().is_some_and(|own| !own.is_empty()) {
            return Ok(invalid(&levels));
        }
        if let Some(known) = self.by_place.get(&place) {
            return Ok(*known);
        }
        let found = invalid(&levels);
        self.by_place.insert(place, found);
        Ok(found)
    }
}
