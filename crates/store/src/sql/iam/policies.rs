use atrium_model::AccountId;
use atrium_model::iam::{PolicyDocument, PrincipalPolicies, Tag};

use super::{attachment, group, inline, policy, role, user};
use crate::StoreError;
use crate::tx::{SqlTx, values};

/// More policies than the quotas let an entity have; what lies beyond would not count.
const MOST: i64 = 1000;

pub(super) fn of_user(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    name: &str,
) -> Result<PrincipalPolicies, StoreError> {
    let Some(user) = user::find(tx, account, name)? else {
        return Ok(PrincipalPolicies::default());
    };
    let mut identity = held(tx, account, &user.id)?;
    for group in group::of_user(tx, account, &user.id, "", MOST)? {
        identity.append(&mut held(tx, account, &group.id)?);
    }
    bounded(tx, account, identity, user.boundary, user.tags)
}

pub(super) fn of_role(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    name: &str,
) -> Result<PrincipalPolicies, StoreError> {
    let Some(role) = role::find(tx, account, name)? else {
        return Ok(PrincipalPolicies::default());
    };
    let identity = held(tx, account, &role.id)?;
    bounded(tx, account, identity, role.boundary, role.tags)
}

fn held(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    holder_id: &str,
) -> Result<Vec<PolicyDocument>, StoreError> {
    let mut held = inline::list(tx, account, holder_id, "", MOST)?;
    for arn in attachment::list(tx, account, holder_id, "", MOST)? {
        held.extend(policy::document(tx, account, &arn)?);
    }
    Ok(held)
}

fn bounded(
    tx: &mut SqlTx<'_>,
    account: &AccountId,
    identity: Vec<PolicyDocument>,
    boundary: Option<String>,
    tags: Vec<Tag>,
) -> Result<PrincipalPolicies, StoreError> {
    let boundary = match boundary {
        None => None,
        // A boundary that is not there must not set anyone free.
        Some(arn) => Some(
            policy::document(tx, account, &arn)?.unwrap_or(PolicyDocument {
                name: arn,
                content: String::new(),
            }),
        ),
    };
    let tags = tags.into_iter().map(|tag| (tag.key, tag.value)).collect();
    Ok(PrincipalPolicies {
        identity,
        boundary,
        tags,
    })
}

pub(super) fn principal_arn(tx: &mut SqlTx<'_>, id: &str) -> Result<Option<String>, StoreError> {
    tx.row(
        "SELECT 'arn:aws:iam::' || account || ':user' || path || name FROM iam_user WHERE id = $1
         UNION ALL SELECT 'arn:aws:iam::' || account || ':role' || path || name FROM iam_role WHERE id = $1",
        values![id],
        |row| row.text(0),
    )
}
