use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;

use crate::{Credentials, Server};

impl Server {
    /// How a client of AWS's SDK for Rust is configured to talk to this server.
    ///
    /// The SDK has its own clock, so the server's should show about the present time.
    pub fn sdk(&self, who: &Credentials, region: &'static str) -> SdkConfig {
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static(region))
            .endpoint_url(self.endpoint())
            .credentials_provider(SharedCredentialsProvider::new(who.for_sdk()))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .build()
    }
}

#[cfg(test)]
mod tests {
    use crate::{Options, Server, on_sqlite};

    #[test]
    fn the_sdk_gets_answers() {
        on_sqlite(Options::default(), async |server: Server| {
            let config = server.sdk(server.admin(), "eu-west-1");
            let client = aws_sdk_sts::Client::new(&config);
            let answer = client.get_caller_identity().send().await.unwrap();
            assert_eq!(answer.account(), Some(server.admin().account.as_str()));
        });
    }
}
