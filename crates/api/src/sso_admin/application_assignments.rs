use atrium_application::{CreateAssignmentError, DescribeAssignmentError, ListForPrincipalError};
use atrium_model::ApplicationId;
use atrium_model::application::{
    Application, ApplicationArn, ApplicationAssignment, AssignedPrincipal,
};
use atrium_wire::WireError;
use atrium_wire::sso_admin::{self as wire, ops};

use super::application_access::{self as access, refused};
use crate::call::store_failure;
use crate::identitystore::{cut, denied};
use crate::{Call, Registry};

/// The most assignments on a page.
const PAGE: i64 = 100;

pub(crate) fn register(registry: &mut Registry) {
    registry.write::<ops::CreateApplicationAssignment>(create);
    registry.write::<ops::DeleteApplicationAssignment>(delete);
    registry.read::<ops::DescribeApplicationAssignment>(describe);
    registry.read::<ops::ListApplicationAssignments>(list);
    registry.read::<ops::ListApplicationAssignmentsForPrincipal>(list_for_principal);
    registry.write::<ops::PutApplicationAssignmentConfiguration>(put_configuration);
    registry.read::<ops::GetApplicationAssignmentConfiguration>(get_configuration);
}

fn create(
    call: &mut Call<'_>,
    input: wire::CreateApplicationAssignmentRequest,
) -> Result<wire::CreateApplicationAssignmentResponse, WireError> {
    const ACTION: &str = "sso:CreateApplicationAssignment";
    let (reach, arn) = access::application(call, ACTION, &input.application_arn)?;
    let principal = principal(&input.principal_type, &input.principal_id)?;
    atrium_application::create_application_assignment(
        &call.cx,
        &mut *call.tx,
        reach.approach(),
        &reach.instance.identity_store,
        &arn,
        principal,
    )
    .map_err(|error| match error {
        CreateAssignmentError::Application(error) => refused(call, ACTION, &arn, error),
        CreateAssignmentError::UnknownPrincipal(principal) => unknown_principal(&principal),
        CreateAssignmentError::Exists => {
            WireError::conflict("The application assignment already exists.")
        }
        CreateAssignmentError::Store(error) => store_failure(error),
    })?;
    Ok(wire::CreateApplicationAssignmentResponse {})
}

fn delete(
    call: &mut Call<'_>,
    input: wire::DeleteApplicationAssignmentRequest,
) -> Result<wire::DeleteApplicationAssignmentResponse, WireError> {
    const ACTION: &str = "sso:DeleteApplicationAssignment";
    let (reach, arn) = access::application(call, ACTION, &input.application_arn)?;
    let principal = principal(&input.principal_type, &input.principal_id)?;
    atrium_application::delete_application_assignment(
        &mut *call.tx,
        reach.approach(),
        &arn,
        &principal,
    )
    .map_err(|error| refused(call, ACTION, &arn, error))?;
    Ok(wire::DeleteApplicationAssignmentResponse {})
}

fn describe(
    call: &mut Call<'_>,
    input: wire::DescribeApplicationAssignmentRequest,
) -> Result<wire::DescribeApplicationAssignmentResponse, WireError> {
    const ACTION: &str = "sso:DescribeApplicationAssignment";
    let (reach, arn) = access::application(call, ACTION, &input.application_arn)?;
    let principal = principal(&input.principal_type, &input.principal_id)?;
    let found = atrium_application::describe_application_assignment(
        &mut *call.tx,
        reach.approach(),
        &arn,
        &principal,
    )
    .map_err(|error| match error {
        DescribeAssignmentError::Application(error) => refused(call, ACTION, &arn, error),
        DescribeAssignmentError::NotAssigned => {
            WireError::not_found("Could not find the application assignment.")
        }
        DescribeAssignmentError::Store(error) => store_failure(error),
    })?;
    Ok(wire::DescribeApplicationAssignmentResponse {
        principal_type: Some(found.principal.kind().to_owned()),
        principal_id: Some(found.principal.id().to_owned()),
        application_arn: Some(arn.to_string()),
    })
}

fn list(
    call: &mut Call<'_>,
    input: wire::ListApplicationAssignmentsRequest,
) -> Result<wire::ListApplicationAssignmentsResponse, WireError> {
    const ACTION: &str = "sso:ListApplicationAssignments";
    let (reach, arn) = access::application(call, ACTION, &input.application_arn)?;
    let scope = arn.to_string();
    let after: Option<AssignedPrincipal> = call.page(&scope, input.next_token.as_deref())?;
    let limit = input.max_results.unwrap_or(PAGE).clamp(1, PAGE);
    let mut page = atrium_application::list_application_assignments(
        &mut *call.tx,
        reach.approach(),
        &arn,
        after.as_ref(),
        limit + 1,
    )
    .map_err(|error| refused(call, ACTION, &arn, error))?;
    let next_token = cut(&mut page, limit)
        .map(|last: &ApplicationAssignment| call.next_token(&scope, &last.principal));
    let listed = page.into_iter().map(|found| wire::ApplicationAssignment {
        application_arn: scope.clone(),
        principal_id: found.principal.id().to_owned(),
        principal_type: found.principal.kind().to_owned(),
    });
    Ok(wire::ListApplicationAssignmentsResponse {
        application_assignments: Some(listed.collect()),
        next_token,
    })
}

fn list_for_principal(
    call: &mut Call<'_>,
    input: wire::ListApplicationAssignmentsForPrincipalRequest,
) -> Result<wire::ListApplicationAssignmentsForPrincipalResponse, WireError> {
    const ACTION: &str = "sso:ListApplicationAssignmentsForPrincipal";
    let reach = access::instance(call, ACTION, &input.instance_arn, &[])?;
    let principal = principal(&input.principal_type, &input.principal_id)?;
    let filter: Option<ApplicationArn> = input
        .filter
        .and_then(|filter| filter.application_arn)
        .map(|arn| arn.parse().map_err(|_| denied(call, ACTION, &arn)))
        .transpose()?;
    let scope = format!("{}/{principal:?}/{filter:?}", reach.instance.id);
    let after: Option<ApplicationId> = call.page(&scope, input.next_token.as_deref())?;
    let limit = input.max_results.unwrap_or(PAGE).clamp(1, PAGE);
    let mut page = atrium_application::list_application_assignments_for_principal(
        &mut *call.tx,
        reach.approach(),
        &reach.instance.identity_store,
        &principal,
        filter.as_ref(),
        after.as_ref(),
        limit + 1,
    )
    .map_err(|error| match (error, &filter) {
        (ListForPrincipalError::Denied, _) => denied(call, ACTION, &input.instance_arn),
        (ListForPrincipalError::UnknownPrincipal(principal), _) => unknown_principal(&principal),
        (ListForPrincipalError::Application(error), Some(arn)) => refused(call, ACTION, arn, error),
        (ListForPrincipalError::Application(_), None) => WireError::internal(),
        (ListForPrincipalError::Store(error), _) => store_failure(error),
    })?;
    let next_token =
        cut(&mut page, limit).map(|last: &Application| call.next_token(&scope, &last.id));
    let listed = page
        .into_iter()
        .map(|found| wire::ApplicationAssignmentForPrincipal {
            application_arn: Some(found.arn()),
            principal_id: Some(principal.id().to_owned()),
            principal_type: Some(principal.kind().to_owned()),
        });
    Ok(wire::ListApplicationAssignmentsForPrincipalResponse {
        application_assignments: Some(listed.collect()),
        next_token,
    })
}

fn put_configuration(
    call: &mut Call<'_>,
    input: wire::PutApplicationAssignmentConfigurationRequest,
) -> Result<wire::PutApplicationAssignmentConfigurationResponse, WireError> {
    const ACTION: &str = "sso:PutApplicationAssignmentConfiguration";
    let (reach, arn) = access::application(call, ACTION, &input.application_arn)?;
    atrium_application::put_application_assignment_configuration(
        &mut *call.tx,
        reach.approach(),
        &arn,
        input.assignment_required,
    )
    .map_err(|error| refused(call, ACTION, &arn, error))?;
    Ok(wire::PutApplicationAssignmentConfigurationResponse {})
}

fn get_configuration(
    call: &mut Call<'_>,
    input: wire::GetApplicationAssignmentConfigurationRequest,
) -> Result<wire::GetApplicationAssignmentConfigurationResponse, WireError> {
    const ACTION: &str = "sso:GetApplicationAssignmentConfiguration";
    let (reach, arn) = access::application(call, ACTION, &input.application_arn)?;
    let assignment_required = atrium_application::application_assignment_configuration(
        &mut *call.tx,
        reach.approach(),
        &arn,
    )
    .map_err(|error| refused(call, ACTION, &arn, error))?;
    Ok(wire::GetApplicationAssignmentConfigurationResponse {
        assignment_required,
    })
}

fn principal(kind: &str, id: &str) -> Result<AssignedPrincipal, WireError> {
    AssignedPrincipal::new(kind, id).map_err(|error| WireError::validation(format!("{error}")))
}

/// The words that identitystore has for it too.
fn unknown_principal(principal: &AssignedPrincipal) -> WireError {
    WireError::not_found(format!("{} not found.", principal.kind()))
}
