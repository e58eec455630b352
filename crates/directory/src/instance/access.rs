use atrium_model::control::RegionStatus;
use atrium_model::directory::Instance;
use atrium_model::{IdentityStoreId, InstanceId, OpContext};
use atrium_store::{StoreError, Tx};

/// The service principal that trusted access and delegated administration of Identity Center go by.
pub const SSO_PRINCIPAL: &str = "sso.amazonaws.com";

/// What an account is to an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstanceAccess {
    /// It owns the instance.
    Owner,
    /// It administers the organization's instance in place of the owner.
    DelegatedAdministrator,
    /// It belongs to the organization that the instance serves.
    Member,
}

impl InstanceAccess {
    /// Whether the account may administer the instance: owner or delegated administrator.
    pub fn administers(self) -> bool {
        match self {
            Self::Owner | Self::DelegatedAdministrator => true,
            Self::Member => false,
        }
    }
}

/// Why an account has nothing to do with an instance.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// There is no such instance in this Region.
    #[error("there is no such instance in this Region")]
    NotFound,
    /// It belongs to another account or organization.
    #[error("the instance belongs to another account or organization")]
    Foreign,
    /// The store failed.
    #[error("could not read the instance")]
    Store(#[from] StoreError),
}

/// The instance with this id and what the caller's account is to it.
///
/// Instances are found in their own Region, and in those that they were added to.
pub fn access_to_instance(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    id: &InstanceId,
) -> Result<(Instance, InstanceAccess), AccessError> {
    let instance = tx.instance(id)?;
    access(cx, tx, instance)
}

/// The instance that owns an identity store and what the caller's account is to it; see [`access_to_instance`].
pub fn access_to_store(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    store: &IdentityStoreId,
) -> Result<(Instance, InstanceAccess), AccessError> {
    let instance = tx.instance_of_store(store)?;
    access(cx, tx, instance)
}

fn access(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    instance: Option<Instance>,
) -> Result<(Instance, InstanceAccess), AccessError> {
    let instance = instance.ok_or(AccessError::NotFound)?;
    if !is_here(cx, tx, &instance)? {
        return Err(AccessError::NotFound);
    }
    let account = &cx.caller.account;
    if instance.owner == *account {
        return Ok((instance, InstanceAccess::Owner));
    }
    let Some(organization) = &instance.organization else {
        return Err(AccessError::Foreign);
    };
    match tx.membership(account)? {
        Some(membership) if membership.organization == *organization => {}
        _ => return Err(AccessError::Foreign),
    }
    let access = if tx.is_delegated_administrator(account, SSO_PRINCIPAL)? {
        InstanceAccess::DelegatedAdministrator
    } else {
        InstanceAccess::Member
    };
    Ok((instance, access))
}

/// Whether an instance can be used in the Region of the call.
fn is_here(cx: &OpContext<'_>, tx: &mut dyn Tx, instance: &Instance) -> Result<bool, StoreError> {
    if instance.region == *cx.region {
        return Ok(true);
    }
    let added = tx.instance_region(&instance.id, cx.region)?;
    Ok(added.is_some_and(|added| added.status_at(cx.now()) == Some(RegionStatus::Active)))
}
