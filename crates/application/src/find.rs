use atrium_model::application::{Application, ApplicationArn};
use atrium_store::{ApplicationTx, StoreError};

use crate::{Approach, Standing};

/// Why an application is not there for the caller.
#[derive(Debug, thiserror::Error)]
pub enum ApplicationError {
    /// The instance has no such application.
    #[error("application not found")]
    NotFound,
    /// The caller's account may not touch it; whether it is there stays hidden.
    #[error("the application belongs to another account")]
    Denied,
    /// The store failed.
    #[error("could not read the application")]
    Store(#[from] StoreError),
}

/// An application the caller may touch.
pub fn describe_application(
    tx: &mut (impl ApplicationTx + ?Sized),
    approach: Approach<'_>,
    arn: &ApplicationArn,
) -> Result<Application, ApplicationError> {
    // A member learns nothing of other accounts' applications, not even whether an id is taken.
    if approach.standing == Standing::Member && *approach.account != arn.account {
        return Err(ApplicationError::Denied);
    }
    if arn.instance != *approach.instance {
        return Err(ApplicationError::NotFound);
    }
    tx.application(&arn.instance, &arn.id)?
        .filter(|application| application.account == arn.account)
        .ok_or(ApplicationError::NotFound)
}
