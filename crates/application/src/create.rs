use atrium_model::OpContext;
use atrium_model::application::{Application, ApplicationStatus, PortalOptions, SignInOrigin};
use atrium_store::{ApplicationTx, StoreError};

use crate::{Approach, Quotas, provider};

/// What CreateApplication is asked for.
#[derive(Clone, Debug)]
pub struct NewApplication {
    /// The application provider's ARN.
    pub provider: String,
    /// The application's name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Whether it starts enabled; it does if nothing is said.
    pub status: Option<ApplicationStatus>,
    /// How the portal shows it; the default if nothing is said.
    pub portal: Option<PortalOptions>,
}

/// Why an application was not created.
#[derive(Debug, thiserror::Error)]
pub enum CreateApplicationError {
    /// No provider has this ARN.
    #[error("application provider `{0}` not found")]
    UnknownProvider(String),
    /// The provider's applications are not made by customers through the API; names the provider by its own id.
    #[error("application provider `{0}` does not let customers create applications")]
    ProviderNotSupported(String),
    /// Signing in begins at the application, but its URL is missing.
    #[error("an application that begins the sign-in needs an application url")]
    ApplicationUrlMissing,
    /// The instance is full.
    #[error("the instance already has {0} applications")]
    QuotaExceeded(i64),
    /// The store failed.
    #[error("could not save the application")]
    Store(#[from] StoreError),
}

/// Creates an application. Its ARN carries the account that calls, also on the organization's instance.
pub fn create_application(
    cx: &OpContext<'_>,
    tx: &mut (impl ApplicationTx + ?Sized),
    quotas: &Quotas,
    approach: Approach<'_>,
    input: NewApplication,
) -> Result<Application, CreateApplicationError> {
    let Some(provider) = provider(&input.provider) else {
        return Err(CreateApplicationError::UnknownProvider(input.provider));
    };
    if !provider.open_to_customers {
        return Err(CreateApplicationError::ProviderNotSupported(
            provider.internal_arn(),
        ));
    }
    let portal = input.portal.unwrap_or_default();
    if !has_its_url(&portal) {
        return Err(CreateApplicationError::ApplicationUrlMissing);
    }
    if tx.count_applications(approach.instance)? >= quotas.applications {
        return Err(CreateApplicationError::QuotaExceeded(quotas.applications));
    }
    let id = format!("apl-{}", cx.new_hex(16))
        .parse()
        .map_err(|error| StoreError::Corrupt(format!("a new id has the wrong shape: {error}")))?;
    let application = Application {
        instance: approach.instance.clone(),
        id,
        account: approach.account.clone(),
        provider: provider.arn(),
        name: input.name,
        description: input.description,
        status: input.status.unwrap_or(ApplicationStatus::Enabled),
        portal,
        assignment_required: true,
        background_sessions: None,
        created: cx.now(),
        created_from: cx.region.to_string(),
    };
    tx.insert_application(&application)?;
    Ok(application)
}

/// Whether an application that begins the sign-in says where (API reference, `SignInOptions`).
pub(crate) fn has_its_url(portal: &PortalOptions) -> bool {
    portal.sign_in.as_ref().is_none_or(|sign_in| {
        sign_in.origin != SignInOrigin::Application || sign_in.application_url.is_some()
    })
}
