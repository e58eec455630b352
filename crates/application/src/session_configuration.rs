use atrium_model::application::{ApplicationArn, ApplicationStatus};
use atrium_store::ApplicationTx;

use crate::{ApplicationError, Approach, describe_application};

/// Whether users' sessions of the application may go on in the background; nothing until it is set.
pub fn application_session_configuration(
    tx: &mut (impl ApplicationTx + ?Sized),
    approach: Approach<'_>,
    arn: &ApplicationArn,
) -> Result<Option<ApplicationStatus>, ApplicationError> {
    Ok(describe_application(tx, approach, arn)?.background_sessions)
}

/// Says whether users' sessions of the application may go on in the background.
pub fn put_application_session_configuration(
    tx: &mut (impl ApplicationTx + ?Sized),
    approach: Approach<'_>,
    arn: &ApplicationArn,
    background: Option<ApplicationStatus>,
) -> Result<(), ApplicationError> {
    let mut application = describe_application(tx, approach, arn)?;
    if let Some(background) = background {
        application.background_sessions = Some(background);
        tx.update_application(&application)?;
    }
    Ok(())
}
