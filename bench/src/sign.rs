use std::net::SocketAddr;
use std::time::SystemTime;

use anyhow::Context as _;
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use bytes::Bytes;

use crate::api::{ApiCall, Protocol};

/// Turns calls into the bytes of signed requests, as AWS's own signer makes them.
///
/// A signature is good for 15 minutes, so requests can be signed before the time that is measured.
#[derive(Clone, Debug)]
pub(crate) struct Signer {
    host: String,
    credentials: Credentials,
}

/// The Region that everything is signed for.
pub(crate) const REGION: &str = "us-east-1";

impl Signer {
    pub(crate) fn new(address: SocketAddr, key: &str, secret: &str) -> Self {
        let credentials = Credentials::new(key, secret, None, None, "bench");
        Self {
            host: address.to_string(),
            credentials,
        }
    }

    /// The whole request, ready to be sent.
    pub(crate) fn request(&self, call: &ApiCall) -> anyhow::Result<Bytes> {
        let path = match &call.protocol {
            Protocol::Rest(path) => path,
            Protocol::Json(_) | Protocol::Query => "/",
        };
        let mut request =
            http::Request::post(format!("http://{}{path}", self.host)).header("host", &self.host);
        request = match &call.protocol {
            Protocol::Json(target) => request
                .header("content-type", "application/x-amz-json-1.1")
                .header("x-amz-target", *target),
            Protocol::Query => request.header("content-type", "application/x-www-form-urlencoded"),
            Protocol::Rest(_) => request.header("content-type", "application/json"),
        };
        let mut request = request.body(())?;
        let identity = self.credentials.clone().into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(REGION)
            .name(call.service)
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()?
            .into();
        let headers: Vec<(String, String)> = request
            .headers()
            .iter()
            .map(|(name, value)| Ok((name.to_string(), value.to_str()?.to_owned())))
            .collect::<anyhow::Result<_>>()?;
        let signable = SignableRequest::new(
            "POST",
            request.uri().to_string(),
            headers
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
            SignableBody::Bytes(call.body.as_bytes()),
        )?;
        let (instructions, _) = sign(signable, &params)
            .context("could not sign")?
            .into_parts();
        instructions.apply_to_request_http1x(&mut request);

        let mut text = Vec::with_capacity(1024);
        text.extend_from_slice(format!("POST {path} HTTP/1.1\r\n").as_bytes());
        for (name, value) in request.headers() {
            text.extend_from_slice(name.as_str().as_bytes());
            text.extend_from_slice(b": ");
            text.extend_from_slice(value.as_bytes());
            text.extend_from_slice(b"\r\n");
        }
        text.extend_from_slice(
            format!("content-length: {}\r\n\r\n{}", call.body.len(), call.body).as_bytes(),
        );
        Ok(text.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api;

    #[test]
    fn requests_are_whole_and_signed() {
        let signer = Signer::new(
            "127.0.0.1:4080".parse().expect("an address"),
            "AKIDEXAMPLE",
            "secret",
        );
        let cases = [
            (
                "JSON",
                api::list_instances(),
                "x-amz-target: SWBExternalService.ListInstances",
            ),
            (
                "query",
                api::assume_role("arn:aws:iam::123456789012:role/x"),
                "/sts/aws4_request",
            ),
        ];
        for (case, call, want) in cases {
            let bytes = signer.request(&call).expect("signed");
            let text = std::str::from_utf8(&bytes).expect("text");
            let (head, body) = text.split_once("\r\n\r\n").expect("a head");
            assert!(
                head.starts_with("POST / HTTP/1.1\r\nhost: 127.0.0.1:4080\r\n"),
                "{case}: {head}"
            );
            assert!(
                head.contains("authorization: AWS4-HMAC-SHA256 "),
                "{case}: {head}"
            );
            assert!(head.contains(want), "{case}: {head}");
            assert!(
                head.contains(&format!("content-length: {}", body.len())),
                "{case}: {head}"
            );
            assert_eq!(body, call.body, "{case}");
        }
    }
}
