//! An OpenID Connect issuer on a free loopback port, for tests of whatever trusts one.

use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
    KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// A key that an issuer signs with.
pub struct SigningKey {
    id: String,
    algorithm: &'static str,
    pair: Pair,
}

enum Pair {
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
    Rsa(Box<RsaKeyPair>),
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl SigningKey {
    /// A new key for `RS256`, `PS256`, `ES256`, `ES384` or `EdDSA`.
    pub fn new(id: &str, algorithm: &'static str) -> Self {
        let pair = match algorithm {
            "RS256" | "PS256" => {
                Pair::Rsa(Box::new(RsaKeyPair::generate(KeySize::Rsa2048).unwrap()))
            }
            "ES256" => Pair::Ec(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap()),
            "ES384" => Pair::Ec(EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap()),
            "EdDSA" => Pair::Ed(Ed25519KeyPair::generate().unwrap()),
            other => panic!("no key for {other}"),
        };
        Self {
            id: id.to_owned(),
            algorithm,
            pair,
        }
    }

    /// The public half as a JSON Web Key.
    pub fn jwk(&self) -> Value {
        let mut jwk = match &self.pair {
            Pair::Ec(pair) => {
                let point = &pair.public_key().as_ref()[1..];
                let (x, y) = point.split_at(point.len() / 2);
                let curve = if x.len() == 32 { "P-256" } else { "P-384" };
                json!({"kty": "EC", "crv": curve, "x": text(x), "y": text(y)})
            }
            Pair::Ed(pair) => {
                json!({"kty": "OKP", "crv": "Ed25519", "x": text(pair.public_key().as_ref())})
            }
            Pair::Rsa(pair) => {
                let public = pair.public_key();
                let (n, e) = (public.modulus(), public.exponent());
                json!({"kty": "RSA", "n": text(n.big_endian_without_leading_zero()),
                    "e": text(e.big_endian_without_leading_zero())})
            }
        };
        jwk["kid"] = self.id.as_str().into();
        jwk["use"] = "sig".into();
        jwk
    }

    /// A token with these claims, signed.
    pub fn sign(&self, claims: &Value) -> String {
        let header = json!({"typ": "JWT", "alg": self.algorithm, "kid": self.id});
        self.sign_as(&header, claims)
    }

    /// A token with any header, signed.
    pub fn sign_as(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| text(value.to_string().as_bytes());
        let message = format!("{}.{}", part(header), part(claims));
        let random = SystemRandom::new();
        let bytes = message.as_bytes();
        let signature = match &self.pair {
            Pair::Ec(pair) => pair.sign(&random, bytes).unwrap().as_ref().to_vec(),
            Pair::Ed(pair) => pair.sign(bytes).as_ref().to_vec(),
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                let padding: &'static dyn aws_lc_rs::signature::RsaEncoding = match self.algorithm {
                    "PS256" => &RSA_PSS_SHA256,
                    _ => &RSA_PKCS1_SHA256,
                };
                pair.sign(padding, &random, bytes, &mut signature).unwrap();
                signature
            }
        };
        format!("{message}.{}", text(&signature))
    }
}

/// A running issuer. It stops when this is dropped.
pub struct TestIssuer {
    url: String,
    key: SigningKey,
    state: Arc<State>,
    _stop: tokio::sync::oneshot::Sender<()>,
}

struct State {
    keys: Mutex<Vec<Value>>,
    /// Answers in place of the right ones, by path.
    instead: Mutex<Vec<(String, u16, Bytes)>>,
    asked: AtomicUsize,
}

impl TestIssuer {
    /// Boots an issuer that signs with `ES256`.
    pub async fn start() -> Self {
        Self::signing_with(SigningKey::new("key-1", "ES256")).await
    }

    /// Boots an issuer that signs with this key.
    pub async fn signing_with(key: SigningKey) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(State {
            keys: Mutex::new(vec![key.jwk()]),
            instead: Mutex::default(),
            asked: AtomicUsize::new(0),
        });
        let (stop, mut stopped) = tokio::sync::oneshot::channel();
        let (served, base) = (Arc::clone(&state), url.clone());
        tokio::spawn(async move {
            loop {
                let stream = tokio::select! {
                    _ = &mut stopped => return,
                    accepted = listener.accept() => accepted.unwrap().0,
                };
                let (state, base) = (Arc::clone(&served), base.clone());
                tokio::spawn(async move {
                    let service = service_fn(|request: Request<Incoming>| {
                        let answer = state.answer(request.uri().path(), &base);
                        async move { Ok::<_, Infallible>(answer) }
                    });
                    // Clients may hang up.
                    let _ = hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        Self {
            url,
            key,
            state,
            _stop: stop,
        }
    }

    /// Such as `http://127.0.0.1:40123`, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The key it signs with.
    pub fn key(&self) -> &SigningKey {
        &self.key
    }

    /// A token of this issuer; `iss` is added to the claims.
    pub fn token(&self, claims: &Value) -> String {
        let mut claims = claims.clone();
        claims["iss"] = self.url.as_str().into();
        self.key.sign(&claims)
    }

    /// Signs with another key from now on, and publishes it in the place of the others.
    pub fn rotate(&mut self, key: SigningKey) {
        *self.state.keys.lock().unwrap() = vec![key.jwk()];
        self.key = key;
    }

    /// Publishes these keys.
    pub fn publish(&self, keys: Vec<Value>) {
        *self.state.keys.lock().unwrap() = keys;
    }

    /// Answers requests for `path` with this from now on.
    pub fn answer_with(&self, path: &str, status: u16, body: impl Into<Bytes>) {
        let mut instead = self.state.instead.lock().unwrap();
        instead.push((path.to_owned(), status, body.into()));
    }

    /// How many requests came.
    pub fn asked(&self) -> usize {
        self.state.asked.load(Ordering::SeqCst)
    }
}

impl State {
    fn answer(&self, path: &str, base: &str) -> Response<Full<Bytes>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let instead = self.instead.lock().unwrap();
        let (status, body) = match instead.iter().rev().find(|(other, ..)| other == path) {
            Some((_, status, body)) => (*status, body.clone()),
            None => match path {
                "/.well-known/openid-configuration" => {
                    let document = json!({"issuer": base, "jwks_uri": format!("{base}/keys")});
                    (200, document.to_string().into())
                }
                "/keys" => {
                    let keys = json!({"keys": *self.keys.lock().unwrap()});
                    (200, keys.to_string().into())
                }
                _ => (404, Bytes::new()),
            },
        };
        let answer = Response::builder().status(status);
        answer
            .header("location", format!("{base}/keys"))
            .body(Full::new(body))
            .unwrap()
    }
}
