use atrium_model::lake::EventDataStore;
use atrium_model::{AccountId, OpContext};
use atrium_store::{StoreError, Tx};

use super::{StoreName, StoreRuleError};
use crate::trails::administers;

/// The event data store that a request names, if the caller may use it from where the call is made.
///
/// A store is there in its home Region alone. An organization's store belongs to the management account; delegated
/// administrators use it too, members don't ("Organization event data stores" in the CloudTrail user guide).
pub fn find_store(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    named: &StoreName,
) -> Result<EventDataStore, StoreRuleError> {
    let missing = || StoreRuleError::NotFound(named.arn());
    let own = &cx.caller.account;
    let mut found = tx.event_data_store(&named.account, &named.id)?;
    let shared = governed(tx, own)?;
    if found.is_none()
        && !named.is_arn
        && let Some(management) = &shared
    {
        found = tx.event_data_store(management, &named.id)?;
    }
    let store = found.ok_or_else(missing)?;
    let is_own = store.account == *own;
    let is_shared =
        store.settings.organization.is_some() && shared.as_ref() == Some(&store.account);
    match (is_own || is_shared) && store.region == *cx.region && store.region == named.region {
        true => Ok(store),
        false => Err(missing()),
    }
}

/// The management account whose organization's stores an account administers as its delegate.
pub fn governed(tx: &mut dyn Tx, account: &AccountId) -> Result<Option<AccountId>, StoreError> {
    let Some(membership) = tx.membership(account)? else {
        return Ok(None);
    };
    let is_delegate = !membership.is_management(account) && administers(tx, account, &membership)?;
    Ok(is_delegate.then_some(membership.management))
}

/// The event data store that a request wants to change: one that is not deleted.
pub fn store_to_change(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    named: &StoreName,
) -> Result<EventDataStore, StoreRuleError> {
    let store = find_store(cx, tx, named)?;
    match store.is_deleted() {
        true => Err(StoreRuleError::Inactive(store.arn())),
        false => Ok(store),
    }
}

/// Stores, and what stands for the last of them if there are more: whether it is the organization's, and its id.
pub type StorePage = (Vec<EventDataStore>, Option<(bool, String)>);

/// The stores that an account uses in the Region: its own, then, for a delegated administrator, its organization's.
///
/// At most `limit` of them; `after` says of the page before whether it had come to the organization's, and its last id.
/// With them comes whether there may be more.
pub fn list_stores(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    after: Option<&(bool, String)>,
    limit: usize,
) -> Result<StorePage, StoreError> {
    let most = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let own = &cx.caller.account;
    let mut found: Vec<(bool, EventDataStore)> = Vec::new();
    let is_shared = after.is_some_and(|(shared, _)| *shared);
    let id = after.map_or("", |(_, id)| id.as_str());
    if !is_shared {
        let stores = tx.event_data_stores(own, cx.region, id, most)?;
        found.extend(stores.into_iter().map(|store| (false, store)));
    }
    if found.len() <= limit
        && let Some(management) = governed(tx, own)?
    {
        let mut id = if is_shared {
            id.to_owned()
        } else {
            String::new()
        };
        // Those of the management account's that are its own alone are passed over.
        while found.len() <= limit {
            let stores = tx.event_data_stores(&management, cx.region, &id, most)?;
            let Some(last) = stores.last() else { break };
            id.clone_from(&last.id);
            let of_all = |store: &EventDataStore| store.settings.organization.is_some();
            found.extend(stores.into_iter().filter(of_all).map(|store| (true, store)));
        }
    }
    let more = found.len() > limit;
    found.truncate(limit);
    let last = found.last().filter(|_| more);
    let next = last.map(|(shared, store)| (*shared, store.id.clone()));
    Ok((found.into_iter().map(|(_, store)| store).collect(), next))
}
