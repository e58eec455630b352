//! What the requests name: the store, and the users, groups and memberships in it, each by id or ARN.

use std::fmt::Display;
use std::str::FromStr;

use atrium_directory::{AccessError, access_to_store};
use atrium_model::directory::Instance;
use atrium_model::{Arn, GroupId, IdentityStoreId, MembershipId, UserId};
use atrium_wire::WireError;
use atrium_wire::identitystore as wire;

use super::denied;
use super::error::{ResourceType, not_found, validation, with_request_id};
use crate::Call;
use crate::call::store_failure;
use crate::sso_admin::in_primary_region;

/// Whether an operation changes the store. The accounts of an organization may read its store; only the owner and
/// the delegated administrator may change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    Read,
    Change,
}

/// The instance of a store, once the caller may do `action` there.
///
/// An unknown store is not found, another's is refused: that is how the service tells them apart.
pub(super) fn open(
    call: &mut Call<'_>,
    store: &str,
    action: &str,
    how: Use,
) -> Result<Instance, WireError> {
    let (id, owner) = match store.parse::<Arn>() {
        Ok(arn) => (
            arn.resource()
                .trim_start_matches("identitystore/")
                .to_owned(),
            Some(arn.account().to_owned()),
        ),
        Err(_) => (store.to_owned(), None),
    };
    let missing = |call: &Call<'_>| not_found(call, ResourceType::Store, None);
    let id: IdentityStoreId = id.parse().map_err(|_| missing(call))?;
    let (instance, access) = match access_to_store(&call.cx, &mut *call.tx, &id) {
        Ok(found) => found,
        Err(AccessError::NotFound) => return Err(missing(call)),
        Err(AccessError::Foreign) => {
            let account = call.account();
            let arn = format!("arn:aws:identitystore::{account}:identitystore/{id}");
            let error = denied(call, action, &arn);
            return Err(with_request_id(call, error));
        }
        Err(AccessError::Store(error)) => return Err(store_failure(error)),
    };
    if owner.is_some_and(|owner| owner != instance.owner.as_str()) {
        return Err(missing(call));
    }
    let arn = instance.identity_store_arn();
    call.authorize(action, &arn, &[])
        .map_err(|error| with_request_id(call, error))?;
    if how == Use::Change && !access.administers() {
        let error = denied(call, action, &arn);
        return Err(with_request_id(call, error));
    }
    call.works_on(&instance);
    in_primary_region(call, &instance).map_err(|error| with_request_id(call, error))?;
    Ok(instance)
}

/// A user named by id or ARN.
pub(super) fn user(call: &Call<'_>, text: &str) -> Result<UserId, WireError> {
    parse(call, text, "user", "userId")
}

/// A group named by id or ARN.
pub(super) fn group(call: &Call<'_>, text: &str) -> Result<GroupId, WireError> {
    parse(call, text, "group", "groupId")
}

/// A membership named by id or ARN.
pub(super) fn membership(call: &Call<'_>, text: &str) -> Result<MembershipId, WireError> {
    parse(call, text, "membership", "membershipId")
}

/// The user in a `MemberId`.
pub(super) fn member(call: &Call<'_>, member: &wire::MemberId) -> Result<UserId, WireError> {
    match &member.user_id {
        Some(id) => user(call, id),
        None => Err(validation(call, "memberId must name a userId")),
    }
}

/// The revision that a caller expects.
pub(super) fn revision(call: &Call<'_>, text: Option<&str>) -> Result<Option<i64>, WireError> {
    text.map(|text| {
        text.parse()
            .map_err(|_| validation(call, "revision is not a valid number"))
    })
    .transpose()
}

fn parse<T>(call: &Call<'_>, text: &str, kind: &str, member: &str) -> Result<T, WireError>
where
    T: FromStr,
    T::Err: Display,
{
    let id = match text.rsplit_once('/') {
        None => Some(text),
        Some((prefix, id)) => prefix.ends_with(&format!(":{kind}")).then_some(id),
    };
    id.and_then(|id| id.parse().ok())
        .ok_or_else(|| validation(call, format!("{member} does not name a {kind}")))
}
