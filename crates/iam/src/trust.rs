//! Trust policies as IAM keeps them: users and roles stand in them by their unique ids, so that an entity that is made
//! anew under an old name isn't trusted, and they are shown by ARN as long as they exist.

use atrium_model::AccountId;
use atrium_model::iam::Role;
use atrium_policy::{Policy, PolicyKind, size};
use atrium_store::{StoreError, Tx};
use serde_json::Value;

use crate::{IamError, Quotas};

/// Checks a trust policy and puts unique ids in place of the ARNs of users and roles.
///
/// ARNs of accounts that are not known here stay as they are.
pub(crate) fn bound(tx: &mut dyn Tx, quotas: &Quotas, document: &str) -> Result<String, IamError> {
    Policy::parse(document, PolicyKind::Trust)?;
    let most = quotas.trust_policy_size;
    if size(document, PolicyKind::Trust) > most {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        IamError::quota("ACLSizePerRole", most, i64::MAX)?;
    }
    rewritten(document, |text| unique_id(tx, text))
}

/// The trust policy of a role as its readers see it.
///
/// # Errors
///
/// Only of the store.
pub fn shown_trust_policy(tx: &mut dyn Tx, role: &Role) -> Result<String, StoreError> {
    rewritten(&role.trust_policy, |text| match text.get(..4) {
        Some("AIDA" | "AROA") => tx.iam_principal_arn(text),
        _ => Ok(None),
    })
}

fn unique_id(tx: &mut dyn Tx, text: &str) -> Result<Option<String>, IamError> {
    if text.parse::<AccountId>().is_ok() {
        // An account by its number is shown as its root.
        return Ok(Some(format!("arn:aws:iam::{text}:root")));
    }
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", "aws", "iam", "", account, resource] = parts.as_slice() else {
        return Ok(None);
    };
    let (Ok(account), Some((kind, rest))) =
        (account.parse::<AccountId>(), resource.split_once('/'))
    else {
        return Ok(None);
    };
    if tx.account(&account)?.is_none() {
        return Ok(None);
    }
    let name = rest.rsplit('/').next().unwrap_or(rest);
    let found = match kind {
        "user" => tx
            .iam_user(&account, name)?
            .map(|user| (user.arn(), user.id)),
        "role" => tx.role(&account, name)?.map(|role| (role.arn(), role.id)),
        _ => return Ok(None),
    };
    match found {
        Some((arn, id)) if arn == text => Ok(Some(id)),
        _ => Err(IamError::UnknownPrincipal(text.to_owned())),
    }
}

/// The document with other texts for `AWS` principals, where `change` has one. Unchanged, it stays as it was written.
fn rewritten<E>(
    document: &str,
    mut change: impl FnMut(&str) -> Result<Option<String>, E>,
) -> Result<String, E> {
    let Ok(mut json) = serde_json::from_str::<Value>(document) else {
        return Ok(document.to_owned());
    };
    let mut changed = false;
    let statements = match json.get_mut("Statement") {
        Some(Value::Array(statements)) => statements.iter_mut().collect(),
        Some(statement) => vec![statement],
        None => Vec::new(),
    };
    for statement in statements {
        for element in ["Principal", "NotPrincipal"] {
            let texts = match statement
                .get_mut(element)
                .and_then(|element| element.get_mut("AWS"))
            {
                Some(Value::Array(texts)) => texts.iter_mut().collect(),
                Some(text) => vec![text],
                None => Vec::new(),
            };
            for text in texts {
                if let Some(other) = text.as_str().map(&mut change).transpose()?.flatten() {
                    *text = Value::String(other);
                    changed = true;
                }
            }
        }
    }
    Ok(if changed {
        json.to_string()
    } else {
        document.to_owned()
    })
}
