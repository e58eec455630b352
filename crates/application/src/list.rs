use atrium_model::application::{
    Application, ApplicationArn, ApplicationAssignment, AssignedPrincipal,
};
use atrium_model::{ApplicationId, IdentityStoreId};
use atrium_store::{ApplicationFilter, ApplicationTx, DirectoryTx, StoreError};

use crate::assignment::exists;
use crate::{ApplicationError, Approach, Standing, describe_application};

/// Why applications were not listed.
#[derive(Debug, thiserror::Error)]
pub enum ListApplicationsError {
    /// A member must ask for its own account's applications.
    #[error("a member account lists only its own applications")]
    Denied,
    /// The store failed.
    #[error("could not list applications")]
    Store(#[from] StoreError),
}

/// A page of an instance's applications, in order of their ids.
///
/// A member that is not the administrator must filter by its own account (API reference, `ListApplications`).
pub fn list_applications(
    tx: &mut (impl ApplicationTx + ?Sized),
    approach: Approach<'_>,
    filter: &ApplicationFilter,
    after: Option<&ApplicationId>,
    limit: i64,
) -> Result<Vec<Application>, ListApplicationsError> {
    if approach.standing == Standing::Member && filter.account.as_ref() != Some(approach.account) {
        return Err(ListApplicationsError::Denied);
    }
    Ok(tx.applications(approach.instance, filter, after, limit)?)
}

/// A page of an application's assignments.
pub fn list_application_assignments(
    tx: &mut (impl ApplicationTx + ?Sized),
    approach: Approach<'_>,
    arn: &ApplicationArn,
    after: Option<&AssignedPrincipal>,
    limit: i64,
) -> Result<Vec<ApplicationAssignment>, ApplicationError> {
    describe_application(tx, approach, arn)?;
    Ok(tx.application_assignments(&arn.instance, &arn.id, after, limit)?)
}

/// Why a principal's assignments were not listed.
#[derive(Debug, thiserror::Error)]
pub enum ListForPrincipalError {
    /// A member must name one of its own applications.
    #[error("a member account asks for one of its own applications")]
    Denied,
    /// The identity store has no such user or group.
    #[error("the {} does not exist", .0.kind())]
    UnknownPrincipal(AssignedPrincipal),
    /// The application asked for is not there.
    #[error(transparent)]
    Application(ApplicationError),
    /// The store failed.
    #[error("could not list assignments")]
    Store(#[from] StoreError),
}

/// A page of the applications that a principal is assigned to, itself and not through a group.
///
/// A member that is not the administrator must filter by an application of its own (API reference,
/// `ListApplicationAssignmentsForPrincipal`); everyone else may leave the filter out.
pub fn list_application_assignments_for_principal(
    tx: &mut (impl ApplicationTx + DirectoryTx + ?Sized),
    approach: Approach<'_>,
    store: &IdentityStoreId,
    principal: &AssignedPrincipal,
    filter: Option<&ApplicationArn>,
    after: Option<&ApplicationId>,
    limit: i64,
) -> Result<Vec<Application>, ListForPrincipalError> {
    if approach.standing == Standing::Member && filter.is_none() {
        return Err(ListForPrincipalError::Denied);
    }
    let asked_for = match filter {
        None => None,
        Some(arn) => match describe_application(tx, approach, arn) {
            Ok(application) => Some(application),
            Err(ApplicationError::Denied) => return Err(ListForPrincipalError::Denied),
            Err(ApplicationError::Store(error)) => return Err(error.into()),
            Err(error @ ApplicationError::NotFound) => {
                return Err(ListForPrincipalError::Application(error));
            }
        },
    };
    if !exists(tx, store, principal)? {
        return Err(ListForPrincipalError::UnknownPrincipal(principal.clone()));
    }
    match asked_for {
        None => Ok(tx.applications_of_principal(approach.instance, principal, after, limit)?),
        Some(application) => {
            let assigned =
                tx.application_assignment(approach.instance, &application.id, principal)?;
            Ok(assigned.map(|_| application).into_iter().collect())
        }
    }
}
