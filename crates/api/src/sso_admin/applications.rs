use atrium_application::{
    ApplicationChange, CreateApplicationError, ListApplicationsError, NewApplication,
    UpdateApplicationError,
};
use atrium_directory::put_tags;
use atrium_model::ApplicationId;
use atrium_model::application::{
    Application, ApplicationStatus, PortalOptions, SignInOptions, SignInOrigin,
};
use atrium_model::directory::Instance;
use atrium_store::ApplicationFilter;
use atrium_wire::WireError;
use atrium_wire::sso_admin::{self as wire, ops};

use super::application_access::{self as access, refused};
use super::application_providers::unknown;
use super::tags::{authorize_tagged, pairs, tag_failure};
use crate::call::store_failure;
use crate::identitystore::{cut, date, denied};
use crate::{Call, Registry};

/// The most applications on a page (sso-admin model, `ApplicationList`).
const PAGE: i64 = 50;

pub(crate) fn register(registry: &mut Registry) {
    registry.write::<ops::CreateApplication>(create_application);
    registry.read::<ops::DescribeApplication>(describe_application);
    registry.write::<ops::UpdateApplication>(update_application);
    registry.write::<ops::DeleteApplication>(delete_application);
    registry.read::<ops::ListApplications>(list_applications);
}

fn create_application(
    call: &mut Call<'_>,
    input: wire::CreateApplicationRequest,
) -> Result<wire::CreateApplicationResponse, WireError> {
    const ACTION: &str = "sso:CreateApplication";
    let tags = pairs(input.tags.unwrap_or_default());
    let reach = access::instance(call, ACTION, &input.instance_arn, &tags)?;
    authorize_tagged(call, ACTION, &input.application_provider_arn, &tags, &[])?;
    let new = NewApplication {
        provider: input.application_provider_arn,
        name: input.name,
        description: input.description,
        status: input.status.as_deref().map(status).transpose()?,
        portal: input.portal_options.map(portal_options).transpose()?,
    };
    let token = input.client_token;
    call.idempotent(token.as_deref(), |call| {
        let quotas = &call.quotas().application;
        let made = atrium_application::create_application(
            &call.cx,
            &mut *call.tx,
            quotas,
            reach.approach(),
            new,
        )
        .map_err(|error| match error {
            CreateApplicationError::UnknownProvider(arn) => unknown(&arn),
            CreateApplicationError::ProviderNotSupported(arn) => WireError::validation(format!(
                "The application provider with arn '{arn}' is not supported for this action."
            )),
            CreateApplicationError::ApplicationUrlMissing => url_missing(),
            CreateApplicationError::QuotaExceeded(most) => WireError::new(
                "ServiceQuotaExceededException",
                format!("The instance has reached the quota of {most} applications."),
            ),
            CreateApplicationError::Store(error) => store_failure(error),
        })?;
        if !tags.is_empty() {
            let (instance, arn) = (&reach.instance.id, made.arn());
            authorize_tagged(call, "sso:TagResource", &arn, &tags, &[])?;
            let most = call.quotas().directory.tags;
            put_tags(&mut *call.tx, instance, &arn, &tags, most).map_err(tag_failure)?;
        }
        Ok(wire::CreateApplicationResponse {
            application_arn: Some(made.arn()),
            instance_arn: Some(reach.instance.arn()),
            identity_store_arn: Some(reach.instance.identity_store_arn()),
        })
    })
}

fn describe_application(
    call: &mut Call<'_>,
    input: wire::DescribeApplicationRequest,
) -> Result<wire::DescribeApplicationResponse, WireError> {
    const ACTION: &str = "sso:DescribeApplication";
    let (reach, arn) = access::application(call, ACTION, &input.application_arn)?;
    let found = atrium_application::describe_application(&mut *call.tx, reach.approach(), &arn)
        .map_err(|error| refused(call, ACTION, &arn, error))?;
    let listed = listed(&reach.instance, found);
    Ok(wire::DescribeApplicationResponse {
        application_arn: listed.application_arn,
        application_provider_arn: listed.application_provider_arn,
        name: listed.name,
        application_account: listed.application_account,
        instance_arn: listed.instance_arn,
        identity_store_arn: listed.identity_store_arn,
        status: listed.status,
        portal_options: listed.portal_options,
        description: listed.description,
        created_date: listed.created_date,
        created_from: listed.created_from,
    })
}

fn update_application(
    call: &mut Call<'_>,
    input: wire::UpdateApplicationRequest,
) -> Result<wire::UpdateApplicationResponse, WireError> {
    const ACTION: &str = "sso:UpdateApplication";
    let (reach, arn) = access::application(call, ACTION, &input.application_arn)?;
    let change = ApplicationChange {
        name: input.name,
        description: input.description,
        status: input.status.as_deref().map(status).transpose()?,
        sign_in: input
            .portal_options
            .and_then(|options| options.sign_in_options)
            .map(sign_in_options)
            .transpose()?,
    };
    atrium_application::update_application(&mut *call.tx, reach.approach(), &arn, change).map_err(
        |error| match error {
            UpdateApplicationError::Application(error) => refused(call, ACTION, &arn, error),
            UpdateApplicationError::ApplicationUrlMissing => url_missing(),
            UpdateApplicationError::Store(error) => store_failure(error),
        },
    )?;
    Ok(wire::UpdateApplicationResponse {})
}

fn delete_application(
    call: &mut Call<'_>,
    input: wire::DeleteApplicationRequest,
) -> Result<wire::DeleteApplicationResponse, WireError> {
    const ACTION: &str = "sso:DeleteApplication";
    let (reach, arn) = access::application(call, ACTION, &input.application_arn)?;
    atrium_application::delete_application(&mut *call.tx, reach.approach(), &arn)
        .map_err(|error| refused(call, ACTION, &arn, error))?;
    call.tx
        .delete_tags(&arn.instance, &arn.to_string())
        .map_err(store_failure)?;
    Ok(wire::DeleteApplicationResponse {})
}

fn list_applications(
    call: &mut Call<'_>,
    input: wire::ListApplicationsRequest,
) -> Result<wire::ListApplicationsResponse, WireError> {
    const ACTION: &str = "sso:ListApplications";
    let reach = access::instance(call, ACTION, &input.instance_arn, &[])?;
    let filter = input.filter.unwrap_or_default();
    let filter = ApplicationFilter {
        account: filter
            .application_account
            .map(|account| account.parse())
            .transpose()
            .map_err(|_| WireError::validation("The ApplicationAccount is not an account id."))?,
        provider: filter.application_provider,
    };
    let scope = format!(
        "{}/{:?}/{:?}",
        reach.instance.id, filter.account, filter.provider
    );
    let after: Option<ApplicationId> = call.page(&scope, input.next_token.as_deref())?;
    let limit = input.max_results.unwrap_or(PAGE).clamp(1, PAGE);
    let mut page = atrium_application::list_applications(
        &mut *call.tx,
        reach.approach(),
        &filter,
        after.as_ref(),
        limit + 1,
    )
    .map_err(|error| match error {
        ListApplicationsError::Denied => denied(call, ACTION, &input.instance_arn),
        ListApplicationsError::Store(error) => store_failure(error),
    })?;
    let next_token =
        cut(&mut page, limit).map(|last: &Application| call.next_token(&scope, &last.id));
    Ok(wire::ListApplicationsResponse {
        applications: Some(
            page.into_iter()
                .map(|found| listed(&reach.instance, found))
                .collect(),
        ),
        next_token,
    })
}

fn url_missing() -> WireError {
    WireError::validation(
        "ApplicationUrl is required when the Origin of SignInOptions is APPLICATION.",
    )
}

pub(super) fn status(text: &str) -> Result<ApplicationStatus, WireError> {
    text.parse()
        .map_err(|error| WireError::validation(format!("{error}")))
}

fn portal_options(options: wire::PortalOptions) -> Result<PortalOptions, WireError> {
    let default = PortalOptions::default();
    Ok(PortalOptions {
        visibility: match options.visibility {
            Some(visibility) => status(&visibility)?,
            None => default.visibility,
        },
        sign_in: options.sign_in_options.map(sign_in_options).transpose()?,
    })
}

fn sign_in_options(options: wire::SignInOptions) -> Result<SignInOptions, WireError> {
    Ok(SignInOptions {
        origin: match options.origin.as_str() {
            "IDENTITY_CENTER" => SignInOrigin::IdentityCenter,
            "APPLICATION" => SignInOrigin::Application,
            _ => {
                return Err(WireError::validation(
                    "The Origin of SignInOptions is not known.",
                ));
            }
        },
        application_url: options.application_url,
    })
}

fn listed(instance: &Instance, found: Application) -> wire::Application {
    let application_arn = Some(found.arn());
    let sign_in = found.portal.sign_in.map(|sign_in| wire::SignInOptions {
        origin: match sign_in.origin {
            SignInOrigin::IdentityCenter => "IDENTITY_CENTER",
            SignInOrigin::Application => "APPLICATION",
        }
        .to_owned(),
        application_url: sign_in.application_url,
    });
    wire::Application {
        application_arn,
        application_provider_arn: Some(found.provider),
        name: Some(found.name),
        application_account: Some(found.account.to_string()),
        instance_arn: Some(instance.arn()),
        identity_store_arn: Some(instance.identity_store_arn()),
        status: Some(found.status.as_str().to_owned()),
        portal_options: Some(wire::PortalOptions {
            sign_in_options: sign_in,
            visibility: Some(found.portal.visibility.as_str().to_owned()),
        }),
        description: found.description,
        created_date: Some(date(found.created)),
        created_from: Some(found.created_from),
    }
}
