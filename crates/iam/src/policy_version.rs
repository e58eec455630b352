use atrium_model::OpContext;
use atrium_model::iam::{ManagedPolicy, PolicyVersion};
use atrium_store::Tx;

use crate::managed_policy::{check_document, save};
use crate::{IamError, InUse, Limit, Missing, Quotas};

/// The number in `v7`.
pub fn version_number(version: &str) -> Option<i64> {
    version
        .strip_prefix('v')?
        .parse()
        .ok()
        .filter(|number| *number > 0)
}

/// Adds a version to a policy, and makes it the one in effect if asked to.
///
/// # Errors
///
/// A document that is refused or too large, or as many versions as there may be.
pub fn create_policy_version(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    quotas: &Quotas,
    mut policy: ManagedPolicy,
    document: String,
    set_default: bool,
) -> Result<PolicyVersion, IamError> {
    check_document(quotas, &document)?;
    let most = quotas.policy_versions;
    let there = tx
        .policy_versions(&policy.account, &policy.id, i64::MAX, most)?
        .len();
    if i64::try_from(there).unwrap_or(i64::MAX) >= most {
        return Err(IamError::LimitExceeded(Limit::PolicyVersions(most)));
    }
    let version = PolicyVersion {
        number: policy.last_version + 1,
        document,
        created: cx.now(),
    };
    policy.last_version = version.number;
    policy.updated = cx.now();
    if set_default {
        policy.default_version = version.number;
    }
    tx.insert_policy_version(&policy.account, &policy.id, &version)?;
    save(tx, &policy)?;
    Ok(version)
}

/// The version with this id, such as `v2`.
///
/// # Errors
///
/// [`IamError::Missing`].
pub fn find_policy_version(
    tx: &mut dyn Tx,
    policy: &ManagedPolicy,
    version: &str,
) -> Result<PolicyVersion, IamError> {
    let found = match version_number(version) {
        Some(number) => tx.policy_version(&policy.account, &policy.id, number)?,
        None => None,
    };
    found.ok_or_else(|| {
        IamError::Missing(Missing::PolicyVersion {
            arn: policy.arn(),
            version: version.to_owned(),
        })
    })
}

/// Puts a version into effect.
///
/// # Errors
///
/// [`IamError::Missing`].
pub fn set_default_policy_version(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    mut policy: ManagedPolicy,
    version: &str,
) -> Result<(), IamError> {
    policy.default_version = find_policy_version(tx, &policy, version)?.number;
    policy.updated = cx.now();
    save(tx, &policy)
}

/// Removes a version that is not in effect.
///
/// # Errors
///
/// [`IamError::InUse`] for the default version; [`IamError::Missing`].
pub fn delete_policy_version(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    mut policy: ManagedPolicy,
    version: &str,
) -> Result<(), IamError> {
    let found = find_policy_version(tx, &policy, version)?;
    if found.number == policy.default_version {
        return Err(IamError::InUse(InUse::DefaultVersion));
    }
    tx.delete_policy_version(&policy.account, &policy.id, found.number)?;
    policy.updated = cx.now();
    save(tx, &policy)
}
