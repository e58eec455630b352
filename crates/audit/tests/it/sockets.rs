//! The fake AWS behind a real socket, to see what connections and the machine cost.

use std::convert::Infallible;
use std::net::SocketAddr;

use atrium_audit::http_client;
use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::net::TcpListener;

use crate::fake::Fake;

/// A server on a free port; counts the connections that were opened.
pub struct Server {
    pub address: SocketAddr,
    pub connections: Arc<AtomicU64>,
}

impl Server {
    pub async fn start(fake: Fake) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicU64::new(0));
        let opened = Arc::clone(&connections);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                stream.set_nodelay(true).unwrap();
                opened.fetch_add(1, Ordering::Relaxed);
                let fake = fake.clone();
                tokio::spawn(async move {
                    let service = service_fn(|request| answer(fake.clone(), request));
                    let serving = hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service);
                    // A client that goes away ends its connection, not the test.
                    let _ = serving.await;
                });
            }
        });
        Self {
            address,
            connections,
        }
    }

    /// The configuration, over real connections to this server.
    pub fn config(&self, config: &SdkConfig) -> SdkConfig {
        config
            .to_builder()
            .http_client(http_client())
            .endpoint_url(format!("http://{}", self.address))
            .build()
    }
}

async fn answer(
    fake: Fake,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let mut asked = HttpRequest::new(SdkBody::from(body));
    asked.set_uri(head.uri.to_string()).unwrap();
    for (name, value) in &head.headers {
        let (name, value) = (name.as_str().to_owned(), value.to_str().unwrap().to_owned());
        asked.headers_mut().insert(name, value);
    }
    let answered = fake.call(asked).await.unwrap();
    let status = answered.status().as_u16();
    let bytes = Bytes::copy_from_slice(answered.body().bytes().unwrap());
    Ok(Response::builder()
        .status(status)
        .body(Full::new(bytes))
        .unwrap())
}
