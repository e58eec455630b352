use atrium_model::OpContext;
use atrium_model::organization::{FeatureSet, Organization, TrustedService};
use atrium_store::{StoreError, Tx};

use crate::{Page, PageRequest, is_recognized_principal};

/// Why trust in a service can't be given, taken away or listed.
#[derive(Debug, thiserror::Error)]
pub enum ServiceAccessError {
    /// There is no such service.
    #[error("`{0}` is not a known service principal")]
    Unrecognized(String),
    /// The organization has only consolidated billing.
    #[error("the organization does not have all features")]
    NotAllFeatures,
    /// An account administers the service for the organization.
    #[error("a delegated administrator exists for `{0}`")]
    DelegatedAdministratorExists(String),
    /// The store failed.
    #[error("could not read or change the trusted services")]
    Store(#[from] StoreError),
}

fn check(organization: &Organization, principal: &str) -> Result<(), ServiceAccessError> {
    if organization.feature_set != FeatureSet::All {
        return Err(ServiceAccessError::NotAllFeatures);
    }
    match is_recognized_principal(principal) {
        true => Ok(()),
        false => Err(ServiceAccessError::Unrecognized(principal.to_owned())),
    }
}

/// Trusts a service; nothing changes if the organization already does.
pub fn enable_service_access(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    organization: &Organization,
    principal: &str,
) -> Result<(), ServiceAccessError> {
    check(organization, principal)?;
    tx.trust_service(&organization.id, principal, cx.now())?;
    Ok(())
}

/// No longer trusts a service; nothing changes if the organization does not.
pub fn disable_service_access(
    tx: &mut dyn Tx,
    organization: &Organization,
    principal: &str,
) -> Result<(), ServiceAccessError> {
    check(organization, principal)?;
    if tx.count_delegated_administrators(&organization.id, principal)? > 0 {
        return Err(ServiceAccessError::DelegatedAdministratorExists(
            principal.to_owned(),
        ));
    }
    tx.distrust_service(&organization.id, principal)?;
    Ok(())
}

/// The services that an organization trusts.
pub fn list_service_access(
    tx: &mut dyn Tx,
    organization: &Organization,
    page: &PageRequest,
) -> Result<Page<TrustedService>, ServiceAccessError> {
    if organization.feature_set != FeatureSet::All {
        return Err(ServiceAccessError::NotAllFeatures);
    }
    let found = tx.trusted_services(&organization.id, page.after.as_deref(), page.limit())?;
    Ok(page.cut(found, |service| service.principal.clone()))
}
