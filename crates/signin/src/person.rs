use atrium_model::UserId;
use atrium_model::application::Application;
use atrium_model::control::TrustedTokenIssuer;
use atrium_model::directory::{ExternalId, Instance, UniqueAttribute, UniqueKey, User, UserStatus};
use atrium_store::{StoreError, Tx};

use crate::{Assertion, ExchangeError};

/// Whom an assertion stands for: the one user whose attribute has the claim's value.
///
/// Only attributes that are unique in an identity store can tell.
pub(crate) fn of_assertion(
    tx: &mut dyn Tx,
    instance: &Instance,
    issuer: &TrustedTokenIssuer,
    assertion: &Assertion<'_>,
) -> Result<User, ExchangeError> {
    let value = (assertion.claim)(&issuer.claim_attribute_path)
        .filter(|value| !value.is_empty())
        .ok_or(ExchangeError::Nobody)?;
    let key = match issuer.identity_store_attribute_path.to_lowercase().as_str() {
        "username" => UniqueKey::folded(UniqueAttribute::UserName, &value),
        "emails.value" => UniqueKey::folded(UniqueAttribute::Email, &value),
        "externalids.id" | "externalid" => UniqueKey::external(
            UniqueAttribute::UserExternalId,
            &ExternalId {
                issuer: issuer.issuer_url.clone(),
                id: value,
            },
        ),
        _ => return Err(ExchangeError::Nobody),
    };
    let id = tx
        .key_owner(&instance.identity_store, &key)?
        .ok_or(ExchangeError::Nobody)?;
    let id: UserId = id.parse().map_err(StoreError::corrupt)?;
    let user = tx
        .user(&instance.identity_store, &id)?
        .ok_or(ExchangeError::Nobody)?;
    may_sign_in(&user)?;
    Ok(user)
}

pub(crate) fn may_sign_in(user: &User) -> Result<(), ExchangeError> {
    match user.status {
        UserStatus::Enabled => Ok(()),
        UserStatus::Disabled => Err(ExchangeError::Disabled),
    }
}

/// Refuses who is not assigned to an application that demands it.
pub(crate) fn check_assigned(
    tx: &mut dyn Tx,
    instance: &Instance,
    application: &Application,
    user: &UserId,
) -> Result<(), ExchangeError> {
    if !application.assignment_required {
        return Ok(());
    }
    let store = &instance.identity_store;
    match tx.is_assigned_to_application(&instance.id, &application.id, store, user)? {
        true => Ok(()),
        false => Err(ExchangeError::NotAssigned),
    }
}
