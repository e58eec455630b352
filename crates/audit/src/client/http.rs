//! The HTTP client.

use aws_smithy_http_client::{Builder, tls};
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::shared::IntoShared;

/// The HTTP client that every client of a run shares, with its pool of connections. The SDK is
/// built without a default one, so whoever loads an `SdkConfig` gives it this.
pub fn http_client() -> SharedHttpClient {
    let client = Builder::new()
        .tls_provider(tls::Provider::Rustls(
            tls::rustls_provider::CryptoMode::AwsLc,
        ))
        .build_https();
    Pooled(client).into_shared()
}

/// The SDK's client without its check of each configuration that uses it. The check makes a connector to throw
/// away, and reads every root certificate of the system for it; a run has thousands of clients, one for each
/// account and Region.
#[derive(Debug)]
struct Pooled(SharedHttpClient);

impl HttpClient for Pooled {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        self.0.http_connector(settings, components)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.0.connector_metadata()
    }
}
