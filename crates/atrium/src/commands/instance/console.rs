//! Atrium's own service: what AWS offers in its console and in no API.
//!
//! It speaks AWS JSON 1.1 like Identity Center's own API and is signed for the same service, `sso`. There is no
//! generated client for it; the SDK's orchestrator makes the calls, so that connections, credentials
//! and signatures are the SDK's.

use std::fmt;

use anyhow::Context;
use aws_config::SdkConfig;
use aws_runtime::auth::SigV4OperationSigningConfig;
use aws_runtime::auth::sigv4::{SCHEME_ID, SigV4AuthScheme};
use aws_smithy_runtime::client::identity::IdentityCache;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::auth::{
    AuthSchemeOptionResolverParams, SharedAuthScheme, SharedAuthSchemeOptionResolver,
};
use aws_smithy_runtime_api::client::identity::SharedIdentityResolver;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::StaticRuntimePlugin;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::Layer;
use aws_smithy_types::error::ErrorMetadata;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use serde_json::{Value, json};

use crate::cli::{Failure, refused};

const SIGNING_NAME: &str = "sso";

/// A client of Atrium's own service.
#[derive(Debug)]
pub(crate) struct Console {
    config: SdkConfig,
    endpoint: String,
    region: String,
}

impl Console {
    /// A client for the server that the configuration names. AWS itself has no such service.
    pub(crate) fn new(config: &SdkConfig) -> Result<Self, Failure> {
        let endpoint = config.endpoint_url().ok_or_else(|| {
            Failure::Usage(
                "AWS offers this in its console only; name an Atrium server with --endpoint-url or AWS_ENDPOINT_URL"
                    .to_owned(),
            )
        })?;
        let region = config.region().context("no Region is configured")?;
        Ok(Self {
            config: config.clone(),
            endpoint: endpoint.to_owned(),
            region: region.to_string(),
        })
    }

    /// The Region that calls are made in.
    pub(crate) fn region(&self) -> &str {
        &self.region
    }

    /// Makes a call. It is made once: not every operation of this service can be repeated safely.
    pub(crate) async fn call(
        &self,
        operation: &'static str,
        input: &Value,
    ) -> anyhow::Result<Value> {
        let target = format!("AtriumConsole.{operation}");
        let body = input.to_string();
        let mut builder = Operation::builder()
            .service_name("AtriumConsole")
            .operation_name(operation)
            .endpoint_url(&self.endpoint)
            .no_retry()
            .runtime_plugin(self.signing()?);
        if let Some(client) = self.config.http_client() {
            builder = builder.http_client(client);
        }
        if let Some(sleep) = self.config.sleep_impl() {
            builder = builder.sleep_impl(sleep);
        }
        if let Some(timeouts) = self.config.timeout_config() {
            builder = builder.timeout_config(timeouts.clone());
        }
        let operation_call = builder
            .serializer(move |(): ()| request(&target, &body))
            .deserializer(answer)
            .build();
        operation_call
            .invoke(())
            .await
            .map_err(|error| refused(operation, &error))
    }

    fn signing(&self) -> anyhow::Result<StaticRuntimePlugin> {
        let provider = self
            .config
            .credentials_provider()
            .context("no AWS credentials")?;
        let mut layer = Layer::new("signing");
        layer.store_put(AuthSchemeOptionResolverParams::new(()));
        layer.store_put(SigV4OperationSigningConfig {
            region: self.config.region().cloned().map(Into::into),
            name: Some(SIGNING_NAME.into()),
            ..SigV4OperationSigningConfig::default()
        });
        let options = StaticAuthSchemeOptionResolver::new(vec![SCHEME_ID]);
        let components = RuntimeComponentsBuilder::new("signing")
            .with_auth_scheme_option_resolver(Some(SharedAuthSchemeOptionResolver::new(options)))
            .with_auth_scheme(SharedAuthScheme::new(SigV4AuthScheme::new()))
            .with_identity_cache(Some(IdentityCache::no_cache()))
            .with_identity_resolver(SCHEME_ID, SharedIdentityResolver::new(provider));
        Ok(StaticRuntimePlugin::new()
            .with_config(layer.freeze())
            .with_runtime_components(components))
    }
}

fn request(target: &str, body: &str) -> Result<HttpRequest, BoxError> {
    let mut request = HttpRequest::new(SdkBody::from(body));
    request.set_method("POST")?;
    request.set_uri("/")?;
    let headers = request.headers_mut();
    headers.try_insert("content-type", "application/x-amz-json-1.1")?;
    headers.try_insert("x-amz-target", target.to_owned())?;
    Ok(request)
}

fn answer(response: &HttpResponse) -> Result<Value, OrchestratorError<ConsoleError>> {
    let body = response.body().bytes().unwrap_or_default();
    if response.status().is_success() {
        let body = if body.is_empty() { b"{}" } else { body };
        return serde_json::from_slice(body)
            .map_err(|error| OrchestratorError::other(BoxError::from(error)));
    }
    let value: Value = serde_json::from_slice(body).unwrap_or_else(|_| json!({}));
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let mut metadata = ErrorMetadata::builder();
    // Some services send the namespace along: `com.amazonaws.sso#ConflictException`.
    match text("__type").and_then(|code| code.rsplit('#').next()) {
        Some(code) => metadata = metadata.code(code),
        None => metadata = metadata.code(format!("HTTP status {}", response.status().as_u16())),
    }
    if let Some(message) = text("Message").or_else(|| text("message")) {
        metadata = metadata.message(message);
    }
    Err(OrchestratorError::operation(ConsoleError(metadata.build())))
}

/// What the service says when it refuses.
#[derive(Debug)]
pub(crate) struct ConsoleError(ErrorMetadata);

impl fmt::Display for ConsoleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for ConsoleError {}

impl ProvideErrorMetadata for ConsoleError {
    fn meta(&self) -> &ErrorMetadata {
        &self.0
    }
}
