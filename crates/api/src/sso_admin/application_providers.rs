use std::collections::BTreeMap;

use atrium_application::{ApplicationProvider, PROVIDERS, provider};
use atrium_wire::WireError;
use atrium_wire::sso_admin::{self as wire, ops};

use crate::{Call, Registry};

pub(crate) fn register(registry: &mut Registry) {
    registry.read::<ops::ListApplicationProviders>(list_application_providers);
    registry.read::<ops::DescribeApplicationProvider>(describe_application_provider);
}

fn list_application_providers(
    call: &mut Call<'_>,
    input: wire::ListApplicationProvidersRequest,
) -> Result<wire::ListApplicationProvidersResponse, WireError> {
    call.authorize("sso:ListApplicationProviders", "*", &[])?;
    let after: Option<String> = call.page("", input.next_token.as_deref())?;
    let limit = input
        .max_results
        .and_then(|most| usize::try_from(most).ok())
        .unwrap_or(100);
    let mut rest = PROVIDERS
        .iter()
        .filter(|known| after.as_deref().is_none_or(|after| known.tail > after));
    let page: Vec<_> = rest.by_ref().take(limit).collect();
    let more = rest.next().is_some();
    Ok(wire::ListApplicationProvidersResponse {
        next_token: page
            .last()
            .filter(|_| more)
            .map(|last| call.next_token("", &last.tail)),
        application_providers: Some(page.into_iter().map(listed).collect()),
    })
}

fn describe_application_provider(
    call: &mut Call<'_>,
    input: wire::DescribeApplicationProviderRequest,
) -> Result<wire::DescribeApplicationProviderResponse, WireError> {
    let arn = input.application_provider_arn;
    call.authorize("sso:DescribeApplicationProvider", &arn, &[])?;
    let found = provider(&arn).ok_or_else(|| unknown(&arn))?;
    let listed = listed(found);
    Ok(wire::DescribeApplicationProviderResponse {
        application_provider_arn: listed.application_provider_arn,
        federation_protocol: listed.federation_protocol,
        display_data: listed.display_data,
        resource_server_config: listed.resource_server_config,
    })
}

/// The answer for an ARN that names no provider.
pub(super) fn unknown(arn: &str) -> WireError {
    WireError::not_found(format!(
        "The application provider with arn '{arn}' was not found."
    ))
}

fn listed(known: &ApplicationProvider) -> wire::ApplicationProvider {
    let scopes: BTreeMap<_, _> = known
        .scopes
        .iter()
        .map(|scope| {
            let details = wire::ResourceServerScopeDetails {
                long_description: Some(scope.description.to_owned()),
                detailed_title: Some(scope.title.to_owned()),
            };
            (scope.name.to_owned(), details)
        })
        .collect();
    wire::ApplicationProvider {
        application_provider_arn: known.arn(),
        federation_protocol: Some(known.protocol.as_str().to_owned()),
        display_data: Some(wire::DisplayData {
            display_name: Some(known.display_name.to_owned()),
            icon_url: None,
            description: Some(known.description.to_owned()),
        }),
        resource_server_config: (!scopes.is_empty()).then_some(wire::ResourceServerConfig {
            scopes: Some(scopes),
        }),
    }
}
