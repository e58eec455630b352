use atrium_model::iam::PolicyDocument;
use atrium_policy::{Policy, PolicyKind, size};
use atrium_store::Tx;

use crate::{IamError, Limit, Missing, Quotas, Target};

/// More inline policies than their sizes' quota lets an entity have.
const MOST: i64 = 1000;

/// Keeps an inline policy, in place of the one with the same name.
///
/// # Errors
///
/// [`IamError::ReservedRole`], a document that is refused, or more characters than the entity may have.
pub fn put_inline_policy(
    tx: &mut dyn Tx,
    quotas: &Quotas,
    target: Target<'_>,
    name: &str,
    document: &str,
) -> Result<(), IamError> {
    target.ordinary()?;
    Policy::parse(document, PolicyKind::Identity)?;
    let most = match target {
        Target::User(_) => quotas.user_inline_size,
        Target::Role(_) => quotas.role_inline_size,
        Target::Group(_) => quotas.group_inline_size,
    };
    let others = tx.inline_policies(target.account(), target.id(), "", MOST)?;
    let used: usize = others
        .iter()
        .filter(|other| other.name != name)
        .map(|other| size(&other.content, PolicyKind::Identity))
        .sum();
    if used + size(document, PolicyKind::Identity) > most {
        let name = target.name().to_owned();
        return Err(IamError::LimitExceeded(Limit::InlineSize {
            kind: target.kind(),
            name,
            most,
        }));
    }
    let policy = PolicyDocument {
        name: name.to_owned(),
        content: document.to_owned(),
    };
    tx.put_inline_policy(target.account(), target.id(), &policy)?;
    Ok(tx.bump_policy_epoch()?)
}

/// The inline policy with this name.
///
/// # Errors
///
/// [`IamError::Missing`].
pub fn find_inline_policy(
    tx: &mut dyn Tx,
    target: Target<'_>,
    name: &str,
) -> Result<PolicyDocument, IamError> {
    tx.inline_policy(target.account(), target.id(), name)?
        .ok_or_else(|| missing(target, name))
}

/// Removes an inline policy.
///
/// # Errors
///
/// [`IamError::ReservedRole`]; [`IamError::Missing`].
pub fn delete_inline_policy(
    tx: &mut dyn Tx,
    target: Target<'_>,
    name: &str,
) -> Result<(), IamError> {
    target.ordinary()?;
    if !tx.delete_inline_policy(target.account(), target.id(), name)? {
        return Err(missing(target, name));
    }
    Ok(tx.bump_policy_epoch()?)
}

fn missing(target: Target<'_>, name: &str) -> IamError {
    IamError::Missing(Missing::InlinePolicy {
        kind: target.kind(),
        name: name.to_owned(),
    })
}
