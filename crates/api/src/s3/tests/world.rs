use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use atrium_model::Timestamp;
use atrium_store::{Store, Vault};
use axum::body::Body;
use axum::extract::ConnectInfo;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use hyper::body::Body as _;
use sha2::{Digest as _, Sha256};
use tower::ServiceExt as _;

use crate::{Clock, Segments, Services, Settings, SystemRandom, router};

pub(super) const A: &str = "111111111111";
pub(super) const B: &str = "222222222222";
/// Headers of a request, beyond those that every one has.
pub(super) type Headers<'a> = &'a [(&'a str, &'a str)];

const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// A clock that stands still until it is moved: 2026-11-01 at noon.
pub(super) struct Hand(AtomicI64);

impl Hand {
    pub(super) fn forward(&self, hours: i64) {
        self.0.fetch_add(hours * 3_600_000, Ordering::SeqCst);
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

pub(super) struct Server {
    pub(super) services: Arc<Services>,
    pub(super) clock: Arc<Hand>,
    folder: tempfile::TempDir,
}

/// An answer: status, headers, body.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

impl Answer {
    /// The text between `<name>` and `</name>`; empty if there is none.
    pub(super) fn xml(&self, name: &str) -> &str {
        let begin = self.body.split_once(&format!("<{name}>"));
        begin
            .and_then(|(_, rest)| rest.split_once(&format!("</{name}>")))
            .map_or("", |(text, _)| text)
    }

    /// All of them.
    pub(super) fn all(&self, name: &str) -> Vec<&str> {
        let parts = self
            .body
            .split(&format!("<{name}>"))
            .skip(1)
            .map(str::to_owned)
            .collect::<Vec<_>>();
        let lengths = parts
            .iter()
            .map(|part| part.find(&format!("</{name}>")).unwrap_or(0));
        let mut rest = self.body.as_str();
        lengths
            .map(|length| {
                let at = rest
                    .find(&format!("<{name}>"))
                    .map_or(0, |at| at + name.len() + 2);
                let text = &rest[at..at + length];
                rest = &rest[at + length..];
                text
            })
            .collect()
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("ASCII"))
    }

    /// Status and error code.
    pub(super) fn outcome(&self) -> (u16, &str) {
        (self.status, self.xml("Code"))
    }
}

impl Server {
    /// With `dev`, any signature is good and an access key id of twelve digits names the account.
    pub(super) fn start(dev: bool) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open_sqlite(&folder.path().join("atrium.db")).expect("a database");
        let settings = Settings {
            dev,
            ..Settings::default()
        };
        let clock = Arc::new(Hand(AtomicI64::new(1_793_534_400_000)));
        let time: Arc<dyn Clock> = Arc::<Hand>::clone(&clock);
        let mut services = Services::new(
            store,
            Vault::new([7; 32]),
            time,
            Arc::new(SystemRandom),
            settings,
        );
        let objects = format!("file://{}", folder.path().join("objects").display());
        services.segments = Some(Segments::open(&objects).expect("an object store"));
        Self {
            services: Arc::new(services),
            clock,
            folder,
        }
    }

    /// How many segments lie in the object store.
    pub(super) fn segments(&self) -> usize {
        fn count(folder: &Path) -> usize {
            let entries = std::fs::read_dir(folder).expect("a folder");
            let entries = entries.map(|entry| entry.expect("an entry").path());
            entries
                .map(|path| if path.is_dir() { count(&path) } else { 1 })
                .sum()
        }
        count(&self.folder.path().join("objects"))
    }

    pub(super) async fn send(&self, mut request: Request<Body>) -> Answer {
        // As every HTTP client does.
        if let Some(length) = request.body().size_hint().exact() {
            request.headers_mut().insert(CONTENT_LENGTH, length.into());
        }
        let answer = router(Arc::clone(&self.services))
            .oneshot(request)
            .await
            .expect("an answer");
        let (parts, body) = answer.into_parts();
        let body = body
            .collect()
            .await
            .map(|body| body.to_bytes())
            .unwrap_or_default();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    /// A call with a `--dev` signature.
    pub(super) async fn call(
        &self,
        account: &str,
        method: Method,
        path: &str,
        body: &str,
    ) -> Answer {
        self.call_with(account, method, path, &[], body).await
    }

    /// A call with a `--dev` signature and more headers.
    pub(super) async fn call_with(
        &self,
        account: &str,
        method: Method,
        path: &str,
        headers: Headers<'_>,
        body: &str,
    ) -> Answer {
        let mut request = request(method, path, UNSIGNED, headers);
        let signature = authorization(account, "host", &"0".repeat(64));
        request = request.header("authorization", signature);
        self.send(
            request
                .body(Body::from(body.to_owned()))
                .expect("a request"),
        )
        .await
    }
}

/// A request without a signature.
pub(super) fn request(
    method: Method,
    path: &str,
    payload: &str,
    headers: Headers<'_>,
) -> http::request::Builder {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "127.0.0.1:4080")
        .header("x-amz-content-sha256", payload)
        .header("x-amz-date", "20261101T120000Z")
        .extension(ConnectInfo(SocketAddr::from((Ipv4Addr::LOCALHOST, 4080))));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request
}

fn authorization(key: &str, headers: &str, signature: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential={key}/20261101/us-east-1/s3/aws4_request, SignedHeaders={headers}, \
         Signature={signature}"
    )
}

pub(super) fn hash(bytes: impl AsRef<[u8]>) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// A client's side of the signature, written once more after the description rather than shared with the server.
pub(super) struct Signer {
    pub(super) key_id: String,
    pub(super) secret: String,
}

impl Signer {
    /// The request signed, with the signature for the chunks that may follow.
    pub(super) fn sign(
        &self,
        method: Method,
        path: &str,
        payload: &str,
        headers: Headers<'_>,
    ) -> (http::request::Builder, String) {
        let request = request(method.clone(), path, payload, headers);
        let mut lines: Vec<(String, String)> = request
            .headers_ref()
            .expect("headers")
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().expect("ASCII").to_owned()))
            .collect();
        lines.sort();
        let names: Vec<_> = lines.iter().map(|(name, _)| name.as_str()).collect();
        let names = names.join(";");
        let lines: String = lines
            .iter()
            .map(|(name, value)| format!("{name}:{value}\n"))
            .collect();
        let canonical = format!("{method}\n{path}\n\n{lines}\n{names}\n{payload}");
        let signature = self.mac(&format!(
            "AWS4-HMAC-SHA256\n20261101T120000Z\n20261101/us-east-1/s3/aws4_request\n{}",
            hash(canonical)
        ));
        (
            request.header(
                "authorization",
                authorization(&self.key_id, &names, &signature),
            ),
            signature,
        )
    }

    /// The signature of a chunk after that of the one before.
    pub(super) fn chunk(&self, before: &str, bytes: &str) -> String {
        self.mac(&format!(
            "AWS4-HMAC-SHA256-PAYLOAD\n20261101T120000Z\n20261101/us-east-1/s3/aws4_request\n{before}\n{}\n{}",
            hash(""),
            hash(bytes)
        ))
    }

    fn mac(&self, text: &str) -> String {
        let mac = |key: &[u8], text: &str| {
            let mac = Hmac::<Sha256>::new_from_slice(key)
                .expect("a key")
                .chain_update(text);
            mac.finalize().into_bytes().to_vec()
        };
        let mut key = format!("AWS4{}", self.secret).into_bytes();
        for part in ["20261101", "us-east-1", "s3", "aws4_request"] {
            key = mac(&key, part);
        }
        hex::encode(mac(&key, text))
    }
}

/// Whether a status says that all went well.
pub(super) fn fine(answer: &Answer) -> bool {
    StatusCode::from_u16(answer.status).is_ok_and(|status| status.is_success())
}
