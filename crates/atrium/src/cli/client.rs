//! How a client command reaches AWS, or Atrium: as every AWS tool does.

use std::time::Duration;

use anyhow::{Context, anyhow};
use atrium_audit::http_client;
use aws_config::environment::EnvironmentVariableRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::ProfileFileRegionProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::ProvideCredentials;
use aws_credential_types::provider::error::CredentialsError;
use clap::Args;

use super::Failure;

/// Where a command starts when nobody names a Region.
const HOME: &str = "us-east-1";

const NO_CREDENTIALS: &str = "no AWS credentials: set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give --profile";

/// Endpoint, profile and Region of a client command.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ClientOptions {
    /// The server to talk to instead of AWS, such as http://127.0.0.1:4080 [default: AWS_ENDPOINT_URL].
    #[arg(
        long,
        value_name = "URL",
        env = "ATRIUM_ENDPOINT_URL",
        help_heading = "Connection"
    )]
    pub(crate) endpoint_url: Option<String>,

    /// The profile of the AWS configuration files to take credentials from [default: AWS_PROFILE].
    #[arg(
        long,
        value_name = "NAME",
        env = "ATRIUM_PROFILE",
        help_heading = "Connection"
    )]
    pub(crate) profile: Option<String>,

    /// The Region to start from [default: AWS_REGION, the profile's, or us-east-1].
    #[arg(
        long,
        value_name = "REGION",
        env = "ATRIUM_REGION",
        help_heading = "Connection"
    )]
    pub(crate) region: Option<String>,
}

impl ClientOptions {
    /// The configuration of clients, with one pool of connections for all of them.
    ///
    /// Fails if there are no credentials: better once and clearly than with every call.
    pub(crate) async fn connect(&self) -> Result<SdkConfig, Failure> {
        // Without the SDK's last resort, the instance metadata service: away from EC2 it costs seconds.
        let mut of_profile = ProfileFileRegionProvider::builder();
        if let Some(profile) = &self.profile {
            of_profile = of_profile.profile_name(profile);
        }
        let region = RegionProviderChain::first_try(self.region.clone().map(Region::new))
            .or_else(EnvironmentVariableRegionProvider::new())
            .or_else(of_profile.build())
            .or_else(Region::new(HOME));
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(5))
            .operation_attempt_timeout(Duration::from_secs(60))
            .build();
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http_client())
            .region(region)
            .timeout_config(timeouts);
        if let Ok(name) = AppName::new("atrium") {
            loader = loader.app_name(name);
        }
        if let Some(url) = &self.endpoint_url {
            if !(url.starts_with("http://") || url.starts_with("https://")) {
                let said = format!("--endpoint-url `{url}` must begin with http:// or https://");
                return Err(Failure::Usage(said));
            }
            loader = loader.endpoint_url(url.trim_end_matches('/'));
        }
        if let Some(profile) = &self.profile {
            loader = loader.profile_name(profile);
        }
        let config = loader.load().await;
        let provider = config
            .credentials_provider()
            .context("no AWS credentials")?;
        match provider.provide_credentials().await {
            Ok(_) => Ok(config),
            // The list of all places that were looked into helps nobody who has none.
            Err(CredentialsError::CredentialsNotLoaded(_)) => Err(anyhow!(NO_CREDENTIALS).into()),
            Err(error) => Err(anyhow::Error::new(error).context(NO_CREDENTIALS).into()),
        }
    }
}
