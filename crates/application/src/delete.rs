use atrium_model::application::ApplicationArn;
use atrium_store::ApplicationTx;

use crate::{ApplicationError, Approach, describe_application};

/// Deletes an application with its assignments and settings.
pub fn delete_application(
    tx: &mut (impl ApplicationTx + ?Sized),
    approach: Approach<'_>,
    arn: &ApplicationArn,
) -> Result<(), ApplicationError> {
    describe_application(tx, approach, arn)?;
    tx.delete_application(&arn.instance, &arn.id)?;
    Ok(())
}
