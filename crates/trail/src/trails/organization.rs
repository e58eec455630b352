use atrium_model::organization::{FeatureSet, Membership};
use atrium_model::{AccountId, OpContext};
use atrium_store::{OrganizationTx, StoreError};

use super::TrailError;

/// The service principal of CloudTrail, for trusted access and delegation.
pub const SERVICE: &str = "cloudtrail.amazonaws.com";

/// The organization that the caller may make trails for.
///
/// "Creating a trail for an organization" in the CloudTrail user guide: the management account or a delegated
/// administrator makes it, in an organization with all features that trusts CloudTrail.
pub fn trail_organization(
    cx: &OpContext<'_>,
    tx: &mut dyn OrganizationTx,
) -> Result<Membership, TrailError> {
    let account = &cx.caller.account;
    let membership = tx.membership(account)?.ok_or(TrailError::NoOrganization)?;
    if membership.feature_set != FeatureSet::All {
        return Err(TrailError::NotAllFeatures(membership.organization));
    }
    if !administers(tx, account, &membership)? {
        return Err(TrailError::NotAdministrator);
    }
    if !tx.is_trusted_service(&membership.organization, SERVICE)? {
        return Err(TrailError::NotTrusted(membership.organization));
    }
    Ok(membership)
}

/// Whether an account may change the organization's trails.
pub(crate) fn administers(
    tx: &mut dyn OrganizationTx,
    account: &AccountId,
    membership: &Membership,
) -> Result<bool, StoreError> {
    Ok(membership.is_management(account) || tx.is_delegated_administrator(account, SERVICE)?)
}
