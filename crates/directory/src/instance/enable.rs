use atrium_model::directory::{Instance, InstanceKind, InstanceStatus};
use atrium_model::organization::{FeatureSet, Membership};
use atrium_model::{OpContext, Timestamp};
use atrium_store::{StoreError, Tx};

use super::SSO_PRINCIPAL;
use crate::id::{new_instance_id, new_store_id};

/// Why the organization instance could not be enabled.
#[derive(Debug, thiserror::Error)]
pub enum EnableError {
    /// The account is in no organization.
    #[error("the account is in no organization")]
    NoOrganization,
    /// Only the management account may.
    #[error("the account does not manage its organization")]
    NotManagement,
    /// The organization only shares its bills.
    #[error("the organization does not have all features enabled")]
    NotAllFeatures,
    /// The day it shall have been enabled has not come yet.
    #[error("the instance can not have been enabled in the future")]
    Future,
    /// There is an instance: the organization's, or the account's own from before it had an organization.
    #[error("an instance is enabled already")]
    AlreadyEnabled,
    /// The store failed.
    #[error("could not save the instance")]
    Store(#[from] StoreError),
}

/// How the instance of an organization is to begin.
#[derive(Clone, Debug)]
pub struct NewOrganizationInstance {
    /// Its name, if it gets one.
    pub name: Option<String>,
    /// Rehearses an older organization: the instance counts as enabled then.
    pub enabled_at: Option<Timestamp>,
    /// Whether it has permission sets from the start; they can be switched on later.
    pub permission_sets_enabled: bool,
}

impl Default for NewOrganizationInstance {
    fn default() -> Self {
        Self {
            name: None,
            enabled_at: None,
            permission_sets_enabled: true,
        }
    }
}

/// Enables the instance of the caller's organization in the Region of the call, and has the organization trust
/// Identity Center.
pub fn enable_organization_instance(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    new: NewOrganizationInstance,
) -> Result<Instance, EnableError> {
    let membership = management(cx, tx)?.ok_or(EnableError::NoOrganization)?;
    if membership.management != cx.caller.account {
        return Err(EnableError::NotManagement);
    }
    match membership.feature_set {
        FeatureSet::All => {}
        FeatureSet::ConsolidatedBilling => return Err(EnableError::NotAllFeatures),
    }
    let created = new.enabled_at.unwrap_or(cx.now());
    if created > cx.now() {
        return Err(EnableError::Future);
    }
    let instance = Instance {
        id: new_instance_id(cx, cx.region)?,
        kind: InstanceKind::Organization,
        owner: membership.management,
        region: cx.region.clone(),
        organization: Some(membership.organization.clone()),
        identity_store: new_store_id(cx, cx.region)?,
        name: new.name,
        status: InstanceStatus::Active,
        status_reason: None,
        created,
        kms_key_arn: None,
        encryption_settled: None,
        account_instances_allowed: false,
        permission_sets_enabled: new.permission_sets_enabled,
    };
    let instance = super::insert(cx, tx, instance).map_err(|error| match error {
        StoreError::Duplicate("owner" | "organization") => EnableError::AlreadyEnabled,
        error => EnableError::Store(error),
    })?;
    tx.trust_service(&membership.organization, SSO_PRINCIPAL, cx.now())?;
    Ok(instance)
}

/// Why account instances could not be allowed.
#[derive(Debug, thiserror::Error)]
pub enum AllowAccountInstancesError {
    /// Only the management account may.
    #[error("the account manages no organization")]
    NotManagement,
    /// The organization has no instance.
    #[error("the organization has no instance")]
    NotEnabled,
    /// They are: the instance is new enough, or they have been allowed before.
    #[error("account instances are allowed already")]
    AlreadyAllowed,
    /// The store failed.
    #[error("could not save the instance")]
    Store(#[from] StoreError),
}

/// Lets the accounts of the caller's organization have account instances. There is no way back.
pub fn allow_account_instances(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
) -> Result<(), AllowAccountInstancesError> {
    let membership = management(cx, tx)?
        .filter(|membership| membership.management == cx.caller.account)
        .ok_or(AllowAccountInstancesError::NotManagement)?;
    let mut instance = tx
        .instance_of_organization(&membership.organization)?
        .ok_or(AllowAccountInstancesError::NotEnabled)?;
    if instance.permits_account_instances() {
        return Err(AllowAccountInstancesError::AlreadyAllowed);
    }
    instance.account_instances_allowed = true;
    tx.update_instance(&instance)?;
    Ok(())
}

fn management(cx: &OpContext<'_>, tx: &mut dyn Tx) -> Result<Option<Membership>, StoreError> {
    tx.membership(&cx.caller.account)
}
