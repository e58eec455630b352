//! The HTTP client.

use aws_smithy_http_client::{Builder, tls};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

/// The HTTP client that every client of a run shares, with its pool of connections. The SDK is
/// built without a default one, so whoever loads an `SdkConfig` gives it this.
pub fn http_client() -> SharedHttpClient {
    Builder::new()
        .tls_provider(tls::Provider::Rustls(
            tls::rustls_provider::CryptoMode::AwsLc,
        ))
        .build_https()
}
