//! What an application has several of: access scopes, grants and authentication methods.

use atrium_model::application::ApplicationArn;
use atrium_store::{ApplicationPart, ApplicationPartKind, ApplicationTx, StoreError};

use crate::{ApplicationError, Approach, Quotas, describe_application};

/// A scope, grant or method in a list: its name and its content as JSON.
pub type ListedPart = ApplicationPart;

/// Why a part was not kept.
#[derive(Debug, thiserror::Error)]
pub enum PutPartError {
    /// The application is not there for the caller.
    #[error(transparent)]
    Application(#[from] ApplicationError),
    /// The application has as many access scopes as it may have.
    #[error("the application already has {0} access scopes")]
    QuotaExceeded(i64),
    /// The store failed.
    #[error("could not save the application")]
    Store(#[from] StoreError),
}

/// Why a part was not found.
#[derive(Debug, thiserror::Error)]
pub enum PartError {
    /// The application is not there for the caller.
    #[error(transparent)]
    Application(#[from] ApplicationError),
    /// The application has no such part.
    #[error("the application has no such setting")]
    NotFound,
    /// The store failed.
    #[error("could not read the application")]
    Store(#[from] StoreError),
}

/// Keeps a grant or an authentication method, in place of an older one of the same type.
pub fn put_part(
    tx: &mut (impl ApplicationTx + ?Sized),
    approach: Approach<'_>,
    arn: &ApplicationArn,
    part: &ApplicationPart,
) -> Result<(), PutPartError> {
    describe_application(tx, approach, arn)?;
    Ok(tx.put_application_part(&arn.instance, &arn.id, part)?)
}

/// Keeps an access scope, in place of an older one of the same name.
pub fn put_access_scope(
    tx: &mut (impl ApplicationTx + ?Sized),
    quotas: &Quotas,
    approach: Approach<'_>,
    arn: &ApplicationArn,
    part: &ApplicationPart,
) -> Result<(), PutPartError> {
    describe_application(tx, approach, arn)?;
    let most = quotas.access_scopes;
    let scopes = tx.application_parts(
        &arn.instance,
        &arn.id,
        ApplicationPartKind::AccessScope,
        None,
        most,
    )?;
    let full = i64::try_from(scopes.len()).unwrap_or(i64::MAX) >= most;
    if full && !scopes.iter().any(|scope| scope.name == part.name) {
        return Err(PutPartError::QuotaExceeded(most));
    }
    Ok(tx.put_application_part(&arn.instance, &arn.id, part)?)
}

/// One part of an application.
pub fn part(
    tx: &mut (impl ApplicationTx + ?Sized),
    approach: Approach<'_>,
    arn: &ApplicationArn,
    kind: ApplicationPartKind,
    name: &str,
) -> Result<ApplicationPart, PartError> {
    describe_application(tx, approach, arn)?;
    tx.application_part(&arn.instance, &arn.id, kind, name)?
        .ok_or(PartError::NotFound)
}

/// A page of an application's parts of one kind, in order of their names.
pub fn list_parts(
    tx: &mut (impl ApplicationTx + ?Sized),
    approach: Approach<'_>,
    arn: &ApplicationArn,
    kind: ApplicationPartKind,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<ListedPart>, ApplicationError> {
    describe_application(tx, approach, arn)?;
    Ok(tx.application_parts(&arn.instance, &arn.id, kind, after, limit)?)
}

/// Deletes a part; one that isn't there is deleted already.
pub fn delete_part(
    tx: &mut (impl ApplicationTx + ?Sized),
    approach: Approach<'_>,
    arn: &ApplicationArn,
    kind: ApplicationPartKind,
    name: &str,
) -> Result<(), ApplicationError> {
    describe_application(tx, approach, arn)?;
    tx.delete_application_part(&arn.instance, &arn.id, kind, name)?;
    Ok(())
}
