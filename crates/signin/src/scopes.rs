use std::collections::BTreeSet;

use atrium_model::application::Application;
use atrium_store::{ApplicationPart, ApplicationPartKind, StoreError, Tx};

use crate::ExchangeError;

/// The scope that opens AWS accounts.
pub const ACCOUNT_ACCESS: &str = "sso:account:access";
/// The scope that lets an application's roles act for the person.
pub const IDENTITY_CONTEXT: &str = "sts:identity_context";

/// What every application has (OIDC API reference, CreateTokenWithIAM, `scope`).
const DEFAULTS: [&str; 3] = ["aws", "openid", IDENTITY_CONTEXT];
/// More than an application may have by any quota.
const MOST: i64 = 1000;

/// The access scopes of an application.
pub(crate) fn configured(
    tx: &mut dyn Tx,
    application: &Application,
) -> Result<Vec<ApplicationPart>, StoreError> {
    let (instance, id) = (&application.instance, &application.id);
    tx.application_parts(instance, id, ApplicationPartKind::AccessScope, None, MOST)
}

/// The scopes of a token: those asked for, or all that may be had. `before` are those of the token it comes of.
pub(crate) fn granted(
    tx: &mut dyn Tx,
    application: &Application,
    asked: Option<&[String]>,
    before: Option<&[String]>,
) -> Result<Vec<String>, ExchangeError> {
    let own = configured(tx, application)?;
    let mut may: BTreeSet<&str> = own.iter().map(|part| part.name.as_str()).collect();
    may.extend(DEFAULTS);
    if let Some(before) = before {
        may.retain(|scope| before.iter().any(|known| known == scope));
    }
    let asked = asked.filter(|asked| !asked.is_empty());
    let scopes: BTreeSet<&str> = match asked {
        None => may,
        Some(asked) => {
            let asked: BTreeSet<&str> = asked.iter().map(String::as_str).collect();
            if let Some(foreign) = asked.iter().find(|scope| !may.contains(*scope)) {
                let shown = foreign.chars().take(64).collect();
                return Err(ExchangeError::Scope(shown));
            }
            asked
        }
    };
    Ok(scopes.into_iter().map(str::to_owned).collect())
}

/// Whether tokens of `from` with these scopes are meant for `to`: a scope names the application, or its instance, among
/// its authorized targets.
pub(crate) fn reach(
    tx: &mut dyn Tx,
    from: &Application,
    scopes: &[String],
    to: &Application,
) -> Result<bool, StoreError> {
    let targets = [
        to.arn(),
        atrium_model::directory::Instance::arn_of(&to.instance),
    ];
    for part in configured(tx, from)? {
        let named: Option<Vec<String>> =
            serde_json::from_str(&part.content).map_err(StoreError::corrupt)?;
        let hits = |target: &String| targets.contains(target);
        if scopes.contains(&part.name) && named.unwrap_or_default().iter().any(hits) {
            return Ok(true);
        }
    }
    Ok(false)
}
