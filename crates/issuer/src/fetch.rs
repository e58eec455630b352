use std::error::Error;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, USER_AGENT};
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use rustls::crypto::aws_lc_rs::default_provider;
use serde_json::Value;
use tokio::sync::Semaphore;

use crate::connect::Connector;
use crate::{IssuerError, Reach};

/// How long one answer may take, from the name's resolution to its last byte.
const TIME: Duration = Duration::from_secs(5);
/// How large one answer may be, in bytes. Key sets with certificate chains have some ten thousand.
const SIZE: usize = 512 * 1024;
/// How many answers are waited for at once.
const AT_ONCE: usize = 16;

type Https = Client<HttpsConnector<Connector>, Empty<Bytes>>;

/// Asks for JSON documents. Redirects are not followed: neither document has a reason to be elsewhere.
pub(crate) struct Fetcher {
    reach: Arc<Reach>,
    /// Made with the first use: reading the machine's root certificates takes a while.
    client: OnceLock<Result<Https, IssuerError>>,
    room: Semaphore,
}

impl Fetcher {
    pub(crate) fn new(reach: Reach) -> Self {
        Self {
            reach: Arc::new(reach),
            client: OnceLock::new(),
            room: Semaphore::new(AT_ONCE),
        }
    }

    /// The document at `url`.
    pub(crate) async fn json(&self, url: &str) -> Result<Value, IssuerError> {
        let uri = self.reach.url(url)?;
        let client = self.client().as_ref().map_err(Clone::clone)?;
        let request = Request::get(uri)
            .header(ACCEPT, "application/json")
            .header(USER_AGENT, "atrium")
            .body(Empty::new())
            .map_err(|_| IssuerError::Url("it is no URL"))?;
        let asked = async {
            let _room = self.room.acquire().await;
            let response = client.request(request).await.map_err(|e| unreachable(&e))?;
            if response.status() != StatusCode::OK {
                let status = response.status().as_u16();
                return Err(IssuerError::Unreachable(format!("it answers {status}")));
            }
            let body = Limited::new(response.into_body(), SIZE).collect().await;
            body.map(|body| body.to_bytes())
                .map_err(|_| IssuerError::Answer("it is too long, or ends too early"))
        };
        let body = tokio::time::timeout(TIME, asked)
            .await
            .map_err(|_| IssuerError::Unreachable("it takes too long".to_owned()))??;
        serde_json::from_slice(&body).map_err(|_| IssuerError::Answer("it is not JSON"))
    }

    fn client(&self) -> &Result<Https, IssuerError> {
        self.client.get_or_init(|| {
            let connector = Connector {
                reach: Arc::clone(&self.reach),
            };
            let https = HttpsConnectorBuilder::new()
                .with_provider_and_native_roots(default_provider())
                .map_err(|error| IssuerError::Unreachable(error.to_string()))?
                .https_or_http()
                .enable_http1()
                .wrap_connector(connector);
            // Keys are fetched once an hour: no connection is kept.
            Ok(Client::builder(TokioExecutor::new())
                .pool_max_idle_per_host(0)
                .build(https))
        })
    }
}

/// The innermost reason, which says most.
fn unreachable(error: &dyn Error) -> IssuerError {
    let mut inner = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    IssuerError::Unreachable(inner.to_string())
}
