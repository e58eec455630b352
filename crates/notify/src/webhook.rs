use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::header::{CONTENT_TYPE, RETRY_AFTER, USER_AGENT};
use http::{HeaderMap, Request, StatusCode, Uri};
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::crypto::aws_lc_rs::default_provider;
use sha2::Sha256;

use crate::cloud_event::{MEDIA_TYPE, cloud_event};
use crate::error::innermost;
use crate::{Message, Secret, SendError};

/// An address that takes CloudEvents by POST, signed as Standard Webhooks says.
pub struct WebhookTarget {
    url: Uri,
    secret: Secret,
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

impl std::fmt::Debug for WebhookTarget {
    /// Without the address: it may hold a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WebhookTarget")
    }
}

/// A webhook that can't be.
#[derive(Clone, Debug, thiserror::Error)]
pub enum WebhookUrlError {
    /// The text is no URL of the web.
    #[error("expected a URL that begins with https:// or http://")]
    Url,
    /// The URL names a user, perhaps with a password, whom no request would name.
    #[error(
        "expected a URL without USER:PASSWORD@: a webhook's messages are signed with its secret, and carry no other \
         credentials"
    )]
    Credentials,
    /// The machine has no root certificates.
    #[error("could not read this machine's root certificates: {0}")]
    Certificates(String),
}

impl WebhookTarget {
    /// The webhook at a URL.
    ///
    /// # Errors
    ///
    /// When it is no URL of the web, holds credentials, or no connection can be made at all.
    pub fn new(url: &str, secret: Secret) -> Result<Self, WebhookUrlError> {
        let url: Uri = url.parse().map_err(|_| WebhookUrlError::Url)?;
        if !matches!(url.scheme_str(), Some("http" | "https")) || url.host().is_none() {
            return Err(WebhookUrlError::Url);
        }
        if url
            .authority()
            .is_some_and(|one| one.as_str().contains('@'))
        {
            return Err(WebhookUrlError::Credentials);
        }
        let https = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(default_provider())
            .map_err(|error| WebhookUrlError::Certificates(error.to_string()))?
            .https_or_http()
            .enable_http1()
            .build();
        Ok(Self {
            url,
            secret,
            client: Client::builder(TokioExecutor::new()).build(https),
        })
    }

    pub(crate) async fn send(&self, message: &Message<'_>) -> Result<(), SendError> {
        let event = cloud_event(message);
        let body = event.ok_or_else(|| SendError::last("the event is no JSON"))?;
        let body = body.to_string();
        let sent_at = seconds(message.now);
        let request = Request::post(self.url.clone())
            .header(CONTENT_TYPE, MEDIA_TYPE)
            .header(USER_AGENT, "atrium")
            .header("webhook-id", message.id)
            .header("webhook-timestamp", sent_at)
            .header(
                "webhook-signature",
                sign(&self.secret, message.id, sent_at, &body),
            )
            .body(Full::new(Bytes::from(body)))
            .map_err(|error| SendError::last(error.to_string()))?;
        let answer = self.client.request(request).await;
        let answer = answer.map_err(|error| SendError::passing(innermost(&error)))?;
        judge(answer.status(), answer.headers())
    }
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}

/// `v1,` and the HMAC-SHA-256 of id, time and body, joined by full stops, in Base64; Standard Webhooks, "Signature scheme".
fn sign(secret: &Secret, id: &str, sent_at: u64, body: &str) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.bytes()).expect("a key may have any length");
    mac.update(format!("{id}.{sent_at}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// Whether the receiver has it. It says with 410 that it never wants any again, and with 413 that this is too large; all
/// else, also 404, may be somebody's mistake that is mended in time.
fn judge(status: StatusCode, headers: &HeaderMap) -> Result<(), SendError> {
    if status.is_success() {
        return Ok(());
    }
    let after = headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.parse().ok())
        .map(Duration::from_secs);
    Err(SendError {
        message: format!("the receiver answers {}", status.as_u16()),
        is_final: matches!(status, StatusCode::GONE | StatusCode::PAYLOAD_TOO_LARGE),
        after,
    })
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should say where"
)]
mod tests {
    use super::*;

    /// The example of the specification of Standard Webhooks.
    #[test]
    fn signatures_are_those_of_the_specification() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse().unwrap();
        let signature = sign(
            &secret,
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn what_receivers_answer() {
        let cases = [
            (200, None, None),
            (202, None, None),
            (301, None, Some((false, None))),
            (400, None, Some((false, None))),
            (404, None, Some((false, None))),
            (410, None, Some((true, None))),
            (413, None, Some((true, None))),
            (429, Some("7"), Some((false, Some(7)))),
            (
                503,
                Some("Thu, 01 Jan 1970 00:00:00 GMT"),
                Some((false, None)),
            ),
        ];
        for (status, after, want) in cases {
            let mut headers = HeaderMap::new();
            if let Some(after) = after {
                headers.insert(RETRY_AFTER, after.parse().unwrap());
            }
            let found = judge(StatusCode::from_u16(status).unwrap(), &headers).err();
            let found = found.map(|error| (error.is_final, error.after.map(|time| time.as_secs())));
            assert_eq!(found, want, "{status}");
        }
    }

    #[test]
    fn a_webhook_is_of_the_web() {
        let secret: Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse().unwrap();
        for (url, want) in [
            ("https://example.com/hook?key=1", true),
            ("http://127.0.0.1:9/", true),
            ("https://example.com/@someone?key=a:b@c", true),
            ("ftp://example.com/", false),
            ("example.com", false),
            ("/path", false),
            ("", false),
        ] {
            let made = WebhookTarget::new(url, secret.clone());
            assert_eq!(made.is_ok(), want, "{url:?}: {made:?}");
        }
    }

    #[test]
    fn credentials_in_a_webhooks_url_are_refused_and_not_repeated() {
        let secret: Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse().unwrap();
        for url in [
            "http://user:password@127.0.0.1/hook",
            "https://user@example.com/",
            "https://:password@example.com/",
            "https://@example.com/",
        ] {
            let error = WebhookTarget::new(url, secret.clone()).unwrap_err();
            assert!(matches!(error, WebhookUrlError::Credentials), "{url:?}");
            assert!(!error.to_string().contains("password@"), "{error}");
        }
    }
}
