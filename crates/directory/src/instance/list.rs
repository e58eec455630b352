use atrium_model::directory::Instance;
use atrium_model::{InstanceId, OpContext, OrganizationId, Region};
use atrium_store::{InstanceListing, StoreError, Tx};

/// Up to `limit` instances that the caller's account sees, by id: its own, and its organization's.
///
/// Other accounts' account instances are invisible, to the management account too.
pub fn list_instances(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    region: Option<&Region>,
    after: Option<&InstanceId>,
    limit: i64,
) -> Result<Vec<Instance>, StoreError> {
    let organization = organization(cx, tx)?;
    tx.instances(&InstanceListing {
        owner: &cx.caller.account,
        organization: organization.as_ref(),
        region,
        now: cx.now(),
        after,
        limit,
    })
}

/// How Identity Center stands for an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SsoStatus {
    /// The organization's instance, or for an account without one its own.
    pub instance: Option<Instance>,
    /// Whether the organization lets its accounts have account instances.
    pub account_instances: bool,
}

/// How Identity Center stands for the caller's account, in whichever Region.
pub fn sso_status(cx: &OpContext<'_>, tx: &mut dyn Tx) -> Result<SsoStatus, StoreError> {
    let serving = match organization(cx, tx)? {
        Some(organization) => tx.instance_of_organization(&organization)?,
        None => None,
    };
    let account_instances = serving
        .as_ref()
        .is_none_or(Instance::permits_account_instances);
    let instance = match serving {
        Some(serving) => Some(serving),
        None => tx.instance_of_owner(&cx.caller.account)?,
    };
    Ok(SsoStatus {
        instance,
        account_instances,
    })
}

fn organization(cx: &OpContext<'_>, tx: &mut dyn Tx) -> Result<Option<OrganizationId>, StoreError> {
    Ok(tx
        .membership(&cx.caller.account)?
        .map(|membership| membership.organization))
}
