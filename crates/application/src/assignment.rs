use atrium_model::application::{ApplicationArn, ApplicationAssignment, AssignedPrincipal};
use atrium_model::{IdentityStoreId, OpContext};
use atrium_store::{ApplicationTx, DirectoryTx, StoreError};

use crate::{ApplicationError, Approach, describe_application};

/// Why a principal was not assigned.
#[derive(Debug, thiserror::Error)]
pub enum CreateAssignmentError {
    /// The application is not there for the caller.
    #[error(transparent)]
    Application(#[from] ApplicationError),
    /// The instance's identity store has no such user or group.
    #[error("the {} does not exist", .0.kind())]
    UnknownPrincipal(AssignedPrincipal),
    /// The principal is assigned already.
    #[error("the assignment already exists")]
    Exists,
    /// The store failed.
    #[error("could not save the assignment")]
    Store(#[source] StoreError),
}

/// Assigns a user or group of the instance's identity store to an application.
pub fn create_application_assignment(
    cx: &OpContext<'_>,
    tx: &mut (impl ApplicationTx + DirectoryTx + ?Sized),
    approach: Approach<'_>,
    store: &IdentityStoreId,
    arn: &ApplicationArn,
    principal: AssignedPrincipal,
) -> Result<(), CreateAssignmentError> {
    describe_application(tx, approach, arn)?;
    if !exists(tx, store, &principal).map_err(CreateAssignmentError::Store)? {
        return Err(CreateAssignmentError::UnknownPrincipal(principal));
    }
    let assignment = ApplicationAssignment {
        instance: arn.instance.clone(),
        application: arn.id.clone(),
        principal,
        created: cx.now(),
    };
    tx.insert_application_assignment(&assignment)
        .map_err(|error| match error {
            StoreError::Duplicate(_) => CreateAssignmentError::Exists,
            other => CreateAssignmentError::Store(other),
        })
}

/// Takes an assignment back; one that isn't there is taken back already.
pub fn delete_application_assignment(
    tx: &mut (impl ApplicationTx + ?Sized),
    approach: Approach<'_>,
    arn: &ApplicationArn,
    principal: &AssignedPrincipal,
) -> Result<(), ApplicationError> {
    describe_application(tx, approach, arn)?;
    tx.delete_application_assignment(&arn.instance, &arn.id, principal)?;
    Ok(())
}

/// Why an assignment was not found.
#[derive(Debug, thiserror::Error)]
pub enum DescribeAssignmentError {
    /// The application is not there for the caller.
    #[error(transparent)]
    Application(#[from] ApplicationError),
    /// The principal is not assigned itself.
    #[error("the assignment does not exist")]
    NotAssigned,
    /// The store failed.
    #[error("could not read the assignment")]
    Store(#[from] StoreError),
}

/// The assignment of a principal to an application. Belonging to an assigned group doesn't count.
pub fn describe_application_assignment(
    tx: &mut (impl ApplicationTx + ?Sized),
    approach: Approach<'_>,
    arn: &ApplicationArn,
    principal: &AssignedPrincipal,
) -> Result<ApplicationAssignment, DescribeAssignmentError> {
    describe_application(tx, approach, arn)?;
    tx.application_assignment(&arn.instance, &arn.id, principal)?
        .ok_or(DescribeAssignmentError::NotAssigned)
}

/// Whether the identity store has this user or group.
pub(crate) fn exists(
    tx: &mut (impl DirectoryTx + ?Sized),
    store: &IdentityStoreId,
    principal: &AssignedPrincipal,
) -> Result<bool, StoreError> {
    Ok(match principal {
        AssignedPrincipal::User(id) => tx.user(store, id)?.is_some(),
        AssignedPrincipal::Group(id) => tx.group(store, id)?.is_some(),
    })
}
