//! The query that a request is about, once the caller may do what it asks with all stores that the query reads.

use atrium_model::AccountId;
use atrium_model::lake::{Query, store_arn};
use atrium_trail::queries::find_query;
use atrium_trail::stores::governed;
use atrium_wire::WireError;

use super::failure::failure;
use crate::Call;
use crate::call::store_failure;
use crate::cloudtrail::find::action;

/// The query that a request names. `owner` is its `EventDataStoreOwnerAccountId`, which names who owns one of the stores.
pub(super) fn query(
    call: &mut Call<'_>,
    id: &str,
    owner: Option<&str>,
) -> Result<Query, WireError> {
    let action = action(call);
    let found = find_query(&call.cx, &mut *call.tx, id);
    let query = match found {
        Ok(query) => query,
        Err(error) => {
            // Whoever may do nothing of the kind doesn't get to know either.
            call.authorize(&action, "*", &[])?;
            return Err(failure(error));
        }
    };
    for (account, store) in &query.stores {
        let arn = store_arn(account, &query.region, store);
        call.authorize(&action, &arn, &[])?;
    }
    let is_theirs = may_read_still(call, &query)?;
    match is_theirs && owner.is_none_or(|owner| owns(&query, owner)) {
        true => Ok(query),
        false => Err(failure(atrium_trail::queries::QueryRuleError::NotFound(
            query.id,
        ))),
    }
}

/// Whether the caller's account still administers the organization whose stores the query reads, if it reads any but the caller's.
fn may_read_still(call: &mut Call<'_>, query: &Query) -> Result<bool, WireError> {
    let own = call.account().clone();
    let mut foreign = query
        .stores
        .iter()
        .map(|(account, _)| account)
        .filter(|account| **account != own)
        .peekable();
    if foreign.peek().is_none() {
        return Ok(true);
    }
    let governed = governed(&mut *call.tx, &own).map_err(store_failure)?;
    Ok(foreign.all(|account| Some(account) == governed.as_ref()))
}

fn owns(query: &Query, owner: &str) -> bool {
    let mut owners = query.stores.iter().map(|(account, _)| account);
    owners.any(|account| account.as_str() == owner)
}

/// Who owns the stores, if it isn't the caller.
pub(super) fn foreign_owner(call: &Call<'_>, query: &Query) -> Option<String> {
    let own = call.account();
    let mut owners = query.stores.iter().map(|(account, _)| account);
    let foreign: Option<&AccountId> = owners.find(|account| *account != own);
    foreign.map(ToString::to_string)
}
