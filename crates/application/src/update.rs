use atrium_model::application::{ApplicationArn, ApplicationStatus, SignInOptions};
use atrium_store::{ApplicationTx, StoreError};

use crate::create::has_its_url;
use crate::{ApplicationError, Approach, describe_application};

/// What UpdateApplication changes; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct ApplicationChange {
    /// A new name.
    pub name: Option<String>,
    /// A new description.
    pub description: Option<String>,
    /// On or off.
    pub status: Option<ApplicationStatus>,
    /// New sign-in options. Visibility can't be updated.
    pub sign_in: Option<SignInOptions>,
}

/// Why an application was not changed.
#[derive(Debug, thiserror::Error)]
pub enum UpdateApplicationError {
    /// It is not there for the caller.
    #[error(transparent)]
    Application(#[from] ApplicationError),
    /// Signing in begins at the application, but its URL is missing.
    #[error("an application that begins the sign-in needs an application url")]
    ApplicationUrlMissing,
    /// The store failed.
    #[error("could not save the application")]
    Store(#[from] StoreError),
}

/// Changes an application.
pub fn update_application(
    tx: &mut (impl ApplicationTx + ?Sized),
    approach: Approach<'_>,
    arn: &ApplicationArn,
    change: ApplicationChange,
) -> Result<(), UpdateApplicationError> {
    let mut application = describe_application(tx, approach, arn)?;
    let ApplicationChange {
        name,
        description,
        status,
        sign_in,
    } = change;
    if let Some(name) = name {
        application.name = name;
    }
    if let Some(description) = description {
        application.description = Some(description);
    }
    if let Some(status) = status {
        application.status = status;
    }
    if let Some(sign_in) = sign_in {
        application.portal.sign_in = Some(sign_in);
    }
    if !has_its_url(&application.portal) {
        return Err(UpdateApplicationError::ApplicationUrlMissing);
    }
    tx.update_application(&application)?;
    Ok(())
}
