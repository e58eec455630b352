use atrium_model::application::ApplicationArn;
use atrium_store::ApplicationTx;

use crate::{ApplicationError, Approach, describe_application};

/// Whether only assigned people may use the application. It is so until it is changed.
pub fn application_assignment_configuration(
    tx: &mut (impl ApplicationTx + ?Sized),
    approach: Approach<'_>,
    arn: &ApplicationArn,
) -> Result<bool, ApplicationError> {
    Ok(describe_application(tx, approach, arn)?.assignment_required)
}

/// Says whether only assigned people may use the application, or everyone of the instance.
pub fn put_application_assignment_configuration(
    tx: &mut (impl ApplicationTx + ?Sized),
    approach: Approach<'_>,
    arn: &ApplicationArn,
    required: bool,
) -> Result<(), ApplicationError> {
    let mut application = describe_application(tx, approach, arn)?;
    application.assignment_required = required;
    tx.update_application(&application)?;
    Ok(())
}
