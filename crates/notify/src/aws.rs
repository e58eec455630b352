use aws_config::retry::RetryConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_smithy_http_client::{Builder, tls};

/// Where AWS is, and who calls it.
#[derive(Clone, Debug, Default)]
pub struct Aws {
    /// The Region.
    pub region: Option<String>,
    /// The endpoint instead of AWS's own.
    pub endpoint: Option<String>,
    /// The profile of AWS's configuration files whose credentials are used, instead of the SDK's usual search.
    pub profile: Option<String>,
}

impl Aws {
    /// The configuration of clients. Credentials are looked for when they are needed.
    ///
    /// Nothing is tried again by the SDK, and it waits for as long as its caller does.
    pub(crate) async fn config(&self) -> SdkConfig {
        let http = Builder::new()
            .tls_provider(tls::Provider::Rustls(
                tls::rustls_provider::CryptoMode::AwsLc,
            ))
            .build_https();
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http)
            .retry_config(RetryConfig::disabled());
        if let Ok(name) = AppName::new("atrium") {
            loader = loader.app_name(name);
        }
        if let Some(region) = &self.region {
            loader = loader.region(Region::new(region.clone()));
        }
        if let Some(endpoint) = &self.endpoint {
            loader = loader.endpoint_url(endpoint);
        }
        if let Some(profile) = &self.profile {
            loader = loader.profile_name(profile);
        }
        loader.load().await
    }
}
