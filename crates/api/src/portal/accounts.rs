//! ListAccounts and ListAccountRoles.

use atrium_model::AccountId;
use atrium_wire::WireError;
use atrium_wire::sso::{self as wire, ops};
use serde_json::json;

use super::bearer::{ShownToken, admit, no_access, person, visitor};
use crate::arrival::{Arrival, Visitor};
use crate::call::store_failure;
use crate::identitystore::cut;
use crate::{Call, Registry};

/// The most entries on a page (sso model, `MaxResultType`), and their number if nothing is asked for.
const PAGE: i64 = 100;

pub(super) fn register(registry: &mut Registry) {
    registry.read_unsigned::<ops::ListAccounts, _, _>(admit_to_accounts, list_accounts);
    registry.read_unsigned::<ops::ListAccountRoles, _, _>(admit_to_roles, list_account_roles);
}

async fn admit_to_accounts(
    arrival: Arrival,
    input: wire::ListAccountsRequest,
) -> Result<(Visitor, ShownToken), WireError> {
    admit(arrival, input.access_token).await
}

async fn admit_to_roles(
    arrival: Arrival,
    input: wire::ListAccountRolesRequest,
) -> Result<(Visitor, ShownToken), WireError> {
    admit(arrival, input.access_token).await
}

fn list_accounts(
    call: &mut Call<'_>,
    input: wire::ListAccountsRequest,
    token: &ShownToken,
) -> Result<wire::ListAccountsResponse, WireError> {
    let bearer = visitor(call, token)?;
    let scope = format!("{}/{}", bearer.instance.id, bearer.user.id);
    let after: Option<AccountId> = call.page(&scope, input.next_token.as_deref())?;
    let limit = input.max_results.unwrap_or(PAGE).clamp(1, PAGE);
    let mut page = atrium_access::accounts_of_person(
        &mut *call.tx,
        person(&bearer),
        after.as_ref(),
        limit + 1,
    )
    .map_err(store_failure)?;
    let next_token = cut(&mut page, limit).map(|(last, _)| call.next_token(&scope, last));
    let accounts = page.into_iter().filter_map(|(_, account)| account);
    let accounts = accounts.map(|account| wire::AccountInfo {
        account_id: Some(account.id.to_string()),
        account_name: Some(account.name),
        email_address: Some(account.email),
    });
    Ok(wire::ListAccountsResponse {
        account_list: Some(accounts.collect()),
        next_token,
    })
}

fn list_account_roles(
    call: &mut Call<'_>,
    input: wire::ListAccountRolesRequest,
    token: &ShownToken,
) -> Result<wire::ListAccountRolesResponse, WireError> {
    call.notes.details = Some(json!({"account_id": input.account_id}));
    let bearer = visitor(call, token)?;
    let account: AccountId = input.account_id.parse().map_err(|_| no_access())?;
    let scope = format!("{}/{}/{account}", bearer.instance.id, bearer.user.id);
    let after: Option<String> = call.page(&scope, input.next_token.as_deref())?;
    let limit = input.max_results.unwrap_or(PAGE).clamp(1, PAGE);
    let mut page = atrium_access::permission_sets_of_person(
        &mut *call.tx,
        person(&bearer),
        &account,
        after.as_deref(),
        limit + 1,
    )
    .map_err(store_failure)?;
    if page.is_empty() && after.is_none() {
        return Err(no_access());
    }
    let next_token = cut(&mut page, limit).map(|last| call.next_token(&scope, last));
    let roles = page.into_iter().map(|name| wire::RoleInfo {
        role_name: Some(name),
        account_id: Some(account.to_string()),
    });
    Ok(wire::ListAccountRolesResponse {
        role_list: Some(roles.collect()),
        next_token,
    })
}
