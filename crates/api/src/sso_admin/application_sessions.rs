use atrium_wire::WireError;
use atrium_wire::sso_admin::{self as wire, ops};

use super::application_access::{self as access, refused};
use super::applications::status;
use crate::{Call, Registry};

pub(crate) fn register(registry: &mut Registry) {
    registry.write::<ops::PutApplicationSessionConfiguration>(put);
    registry.read::<ops::GetApplicationSessionConfiguration>(get);
}

fn put(
    call: &mut Call<'_>,
    input: wire::PutApplicationSessionConfigurationRequest,
) -> Result<wire::PutApplicationSessionConfigurationResponse, WireError> {
    const ACTION: &str = "sso:PutApplicationSessionConfiguration";
    let (reach, arn) = access::application(call, ACTION, &input.application_arn)?;
    let background = input.user_background_session_application_status;
    let background = background.as_deref().map(status).transpose()?;
    let tx = &mut *call.tx;
    atrium_application::put_application_session_configuration(
        tx,
        reach.approach(),
        &arn,
        background,
    )
    .map_err(|error| refused(call, ACTION, &arn, error))?;
    Ok(wire::PutApplicationSessionConfigurationResponse {})
}

fn get(
    call: &mut Call<'_>,
    input: wire::GetApplicationSessionConfigurationRequest,
) -> Result<wire::GetApplicationSessionConfigurationResponse, WireError> {
    const ACTION: &str = "sso:GetApplicationSessionConfiguration";
    let (reach, arn) = access::application(call, ACTION, &input.application_arn)?;
    let tx = &mut *call.tx;
    let background =
        atrium_application::application_session_configuration(tx, reach.approach(), &arn)
            .map_err(|error| refused(call, ACTION, &arn, error))?;
    Ok(wire::GetApplicationSessionConfigurationResponse {
        user_background_session_application_status: background
            .map(|status| status.as_str().to_owned()),
    })
}
