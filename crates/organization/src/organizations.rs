use atrium_model::organization::{
    FeatureSet, Joined, JoinedMethod, Organization, OrganizationPolicy, ParentId, PolicySummary,
    PolicyType,
};
use atrium_model::{AccountId, OpContext};
use atrium_store::{StoreError, Tx};

use crate::membership::managed_id;

/// Why an organization can't be made.
#[derive(Debug, thiserror::Error)]
pub enum CreateOrganizationError {
    /// The account is in an organization.
    #[error("the account is already in an organization")]
    AlreadyInOrganization,
    /// There is no such account, or it is closed.
    #[error("the account is not active")]
    NotActive,
    /// The store failed.
    #[error("could not save the organization")]
    Store(#[from] StoreError),
}

/// Makes an organization governed by `management`, with its root and AWS's own policies.
pub fn create_organization(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    management: &AccountId,
    feature_set: FeatureSet,
) -> Result<Organization, CreateOrganizationError> {
    let account = tx
        .account(management)?
        .ok_or(CreateOrganizationError::NotActive)?;
    if account.joined.is_some() {
        return Err(CreateOrganizationError::AlreadyInOrganization);
    }
    if !account.is_active() {
        return Err(CreateOrganizationError::NotActive);
    }
    let corrupt = |error: atrium_model::ParseIdError| StoreError::Corrupt(error.to_string());
    let organization = Organization {
        id: format!("o-{}", cx.new_tail(10)).parse().map_err(corrupt)?,
        management: management.clone(),
        root: format!("r-{}", cx.new_tail(4)).parse().map_err(corrupt)?,
        feature_set,
        created_at: cx.now(),
    };
    let organization = insert(cx, tx, organization)?;
    let joined = Joined {
        organization: organization.id.clone(),
        parent: ParentId::Root(organization.root.clone()),
        at: cx.now(),
        method: JoinedMethod::Invited,
    };
    tx.place_account(management, Some(&joined))?;
    for kind in PolicyType::ALL {
        let Some(managed) = kind.aws_managed() else {
            continue;
        };
        tx.insert_organization_policy(&OrganizationPolicy {
            summary: PolicySummary {
                id: managed_id(managed.id)?,
                organization: organization.id.clone(),
                kind: *kind,
                name: managed.name.to_owned(),
                description: managed.description.to_owned(),
                aws_managed: true,
            },
            content: managed.content.to_owned(),
            created_at: cx.now(),
            updated_at: cx.now(),
        })?;
    }
    tx.bump_policy_epoch()?;
    Ok(organization)
}

/// Four characters make a root id: two organizations in some thousand draw the same one, so it is drawn again,
/// longer each time.
fn insert(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    mut organization: Organization,
) -> Result<Organization, CreateOrganizationError> {
    for length in [6, 8, 12] {
        match tx.insert_organization(&organization) {
            Ok(()) => return Ok(organization),
            Err(StoreError::Duplicate(_)) => {
                organization.root = format!("r-{}", cx.new_tail(length))
                    .parse()
                    .map_err(|error| StoreError::Corrupt(format!("{error}")))?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(CreateOrganizationError::AlreadyInOrganization)
}

/// Why an organization can't be deleted.
#[derive(Debug, thiserror::Error)]
pub enum DeleteOrganizationError {
    /// It has member accounts.
    #[error("the organization has member accounts")]
    NotEmpty,
    /// A transfer of responsibilities is asked for or in force.
    #[error("the organization has a part in a transfer of responsibilities")]
    ActiveTransfer,
    /// The store failed.
    #[error("could not delete the organization")]
    Store(#[from] StoreError),
}

/// Deletes an organization without members; its management account stands alone afterwards.
pub fn delete_organization(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    organization: &Organization,
) -> Result<(), DeleteOrganizationError> {
    if tx.count_accounts(&organization.id)? > 1 {
        return Err(DeleteOrganizationError::NotEmpty);
    }
    if tx.has_open_transfers(&organization.id, cx.now())? {
        return Err(DeleteOrganizationError::ActiveTransfer);
    }
    tx.delete_organization(&organization.id)?;
    tx.bump_policy_epoch()?;
    Ok(())
}
