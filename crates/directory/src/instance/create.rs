use atrium_model::OpContext;
use atrium_model::directory::{Instance, InstanceKind, InstanceStatus};
use atrium_store::{StoreError, Tx};

use crate::id::{new_instance_id, new_store_id};
use crate::{TagError, put_tags};

/// An account instance to be made.
#[derive(Clone, Debug, Default)]
pub struct NewInstance {
    /// Its name, if it is to have one.
    pub name: Option<String>,
    /// Its tags.
    pub tags: Vec<(String, String)>,
}

/// Why an account instance could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CreateInstanceError {
    /// A management account may have no account instance.
    #[error("the caller is the management account of an organization")]
    ManagementAccount,
    /// The organization's instance is older than account instances, and they have not been allowed.
    #[error("the organization does not allow account instances")]
    NotAllowed,
    /// The account has its one instance.
    #[error("the account has an instance already")]
    AlreadyExists,
    /// The tags can't be set.
    #[error(transparent)]
    Tag(#[from] TagError),
    /// The store failed.
    #[error("could not save the instance")]
    Store(#[from] StoreError),
}

/// Makes an account instance of the caller's account in the Region of the call, with an empty identity store.
///
/// It is active at once. `tag_quota` is the most tags it may have.
pub fn create_instance(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    new: NewInstance,
    tag_quota: i64,
) -> Result<Instance, CreateInstanceError> {
    let owner = &cx.caller.account;
    if let Some(membership) = tx.membership(owner)? {
        if membership.management == *owner {
            return Err(CreateInstanceError::ManagementAccount);
        }
        let serving = tx.instance_of_organization(&membership.organization)?;
        if serving.is_some_and(|serving| !serving.permits_account_instances()) {
            return Err(CreateInstanceError::NotAllowed);
        }
    }
    let instance = Instance {
        id: new_instance_id(cx, cx.region)?,
        kind: InstanceKind::Account,
        owner: owner.clone(),
        region: cx.region.clone(),
        organization: None,
        identity_store: new_store_id(cx, cx.region)?,
        name: new.name,
        status: InstanceStatus::Active,
        status_reason: None,
        created: cx.now(),
        kms_key_arn: None,
        encryption_settled: None,
        account_instances_allowed: false,
        permission_sets_enabled: false,
    };
    // One instance an account, over all Regions: a unique index decides, as two callers can race.
    let instance = super::insert(cx, tx, instance).map_err(|error| match error {
        StoreError::Duplicate("owner") => CreateInstanceError::AlreadyExists,
        error => CreateInstanceError::Store(error),
    })?;
    put_tags(tx, &instance.id, &instance.arn(), &new.tags, tag_quota)?;
    Ok(instance)
}
