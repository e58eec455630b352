//! Checks a signed request and turns it into a plain one, whose body keeps what the signature promised of it.

use atrium_wire::sigv4::SignedRequest;
use axum::body::Body;
use futures::StreamExt as _;
use http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Uri};
use http_body_util::StreamBody;
use hyper::body::Frame;
use s3s::{HttpRequest, S3Error, S3Result, s3_error};

use super::body::{self, BodyError, Incoming, Trailers};
use super::chunked;
use super::error::{custom, unauthenticated};
use crate::Services;

const CONTENT_HASH: &str = "x-amz-content-sha256";
const DECODED_LENGTH: &str = "x-amz-decoded-content-length";
const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// How the body is covered by the signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Payload {
    /// Not at all.
    Unsigned,
    /// By its hash.
    Hash([u8; 32]),
    /// In chunks, each with a signature or none of them.
    Chunks { signed: bool, trailer: bool },
}

impl Payload {
    fn parse(declared: &str) -> S3Result<Self> {
        let chunks = |signed, trailer| Ok(Self::Chunks { signed, trailer });
        match declared {
            UNSIGNED => Ok(Self::Unsigned),
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" => chunks(true, false),
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" => chunks(true, true),
            "STREAMING-UNSIGNED-PAYLOAD-TRAILER" => chunks(false, true),
            hash => {
                let mut bytes = [0; 32];
                hex::decode_to_slice(hash, &mut bytes).map_err(|_| {
                    s3_error!(
                        InvalidArgument,
                        "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, \
                         STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid \
                         sha256 value."
                    )
                })?;
                Ok(Self::Hash(bytes))
            }
        }
    }
}

/// Checks the signature and hands the request on without it. The body fails in the end if it isn't what was signed.
///
/// With `--dev` any signature is good, and bodies are taken as they come.
pub(super) fn plain(
    services: &Services,
    signed: &SignedRequest,
    secret: &str,
    mut parts: Parts,
    body: Body,
) -> S3Result<HttpRequest> {
    if is_form(&parts.headers) {
        return Err(s3_error!(
            NotImplemented,
            "Uploads by HTML forms are not offered."
        ));
    }
    let declared = match text(&parts.headers, CONTENT_HASH)? {
        Some(declared) => declared.to_owned(),
        // In a presigned URL nobody could know the body.
        None if signed.expires.is_some() => UNSIGNED.to_owned(),
        None => {
            return Err(custom(
                "InvalidRequest",
                "Missing required header for this request: x-amz-content-sha256",
            ));
        }
    };
    let dev = services.settings.dev;
    if !dev {
        let now = services.clock.now().as_millis();
        let now = jiff::Timestamp::from_millisecond(now).unwrap_or_default();
        signed
            .verify_declared(&parts, &declared, secret.as_bytes(), now)
            .map_err(|error| unauthenticated(&error))?;
    }
    let timeout = services.settings.body_timeout;
    let incoming = Incoming::new(body, timeout);
    let trailers = Trailers::default();
    let body = match Payload::parse(&declared)? {
        Payload::Unsigned => body::plain(incoming),
        Payload::Hash(_) if dev => body::plain(incoming),
        Payload::Hash(hash) => body::hashed(incoming, hash),
        Payload::Chunks {
            signed: signed_chunks,
            trailer,
        } => {
            let length = decoded_length(&parts.headers)?;
            parts
                .headers
                .insert(CONTENT_LENGTH, HeaderValue::from(length));
            without_aws_chunked(&mut parts.headers);
            let signatures = (signed_chunks && !dev).then(|| signed.chunks(secret.as_bytes()));
            chunked::decode(
                incoming,
                length,
                signatures,
                trailer.then(|| trailers.clone()),
            )
        }
    };
    parts.headers.remove(AUTHORIZATION);
    parts.headers.remove(CONTENT_HASH);
    parts.headers.remove(DECODED_LENGTH);
    parts.headers.remove("x-amz-security-token");
    parts.uri = without_signature(&parts.uri)?;
    parts.extensions.insert(trailers);
    let body = StreamBody::new(body.map(|bytes: Result<_, BodyError>| bytes.map(Frame::data)));
    Ok(HttpRequest::from_parts(
        parts,
        s3s::Body::http_body_unsync(body),
    ))
}

fn is_form(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|kind| {
        kind.as_bytes()
            .to_ascii_lowercase()
            .starts_with(b"multipart/")
    })
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> S3Result<Option<&'a str>> {
    headers
        .get(name)
        .map(|value| value.to_str().map_err(|_| bad_header()))
        .transpose()
}

fn bad_header() -> S3Error {
    s3_error!(
        InvalidArgument,
        "A header holds characters that can't be read."
    )
}

fn decoded_length(headers: &HeaderMap) -> S3Result<u64> {
    text(headers, DECODED_LENGTH)?
        .and_then(|length| length.parse().ok())
        .ok_or_else(|| {
            let mut error = s3_error!(
                MissingContentLength,
                "You must provide the Content-Length HTTP header."
            );
            error.set_status_code(http::StatusCode::LENGTH_REQUIRED);
            error
        })
}

/// `aws-chunked` says how the body was sent, and is not kept with the object.
fn without_aws_chunked(headers: &mut HeaderMap) {
    let rest = headers
        .get(CONTENT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .map(|value| {
            let kept = value.split(',').map(str::trim);
            kept.filter(|coding| !coding.eq_ignore_ascii_case("aws-chunked"))
                .collect::<Vec<_>>()
                .join(",")
        });
    if let Some(rest) = rest {
        headers.remove(CONTENT_ENCODING);
        if let (false, Ok(value)) = (rest.is_empty(), HeaderValue::from_str(&rest)) {
            headers.insert(CONTENT_ENCODING, value);
        }
    }
}

/// The address without what signs it, so that it is not taken for a parameter of the operation.
fn without_signature(uri: &Uri) -> S3Result<Uri> {
    let Some(query) = uri.query() else {
        return Ok(uri.clone());
    };
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| {
            let name = pair
                .split('=')
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase();
            // The rest of the older signature would be taken for one by `s3s`.
            !name.starts_with("x-amz-") && !matches!(name.as_str(), "signature" | "awsaccesskeyid")
        })
        .collect();
    let path = if kept.is_empty() {
        uri.path().to_owned()
    } else {
        format!("{}?{}", uri.path(), kept.join("&"))
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(path.parse().map_err(|_| s3_error!(InvalidURI))?);
    Uri::from_parts(parts).map_err(|_| s3_error!(InvalidURI))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_leave_the_address() {
        let cases = [
            ("/b/k", "/b/k"),
            ("/b/k?X-Amz-Signature=1&X-Amz-Credential=2", "/b/k"),
            (
                "/b?list-type=2&x-amz-date=1&prefix=a%20b",
                "/b?list-type=2&prefix=a%20b",
            ),
            ("/b/k?uploads", "/b/k?uploads"),
            ("http://h:1/b?X-Amz-Date=1", "http://h:1/b"),
        ];
        for (from, want) in cases {
            let uri: Uri = from.parse().expect("an address");
            assert_eq!(
                without_signature(&uri).expect("an address").to_string(),
                want,
                "{from}"
            );
        }
    }

    #[test]
    fn the_way_of_sending_is_no_encoding() {
        for (from, want) in [
            ("aws-chunked", None),
            ("gzip,aws-chunked", Some("gzip")),
            ("gzip", Some("gzip")),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(from));
            without_aws_chunked(&mut headers);
            let left = headers
                .get(CONTENT_ENCODING)
                .map(|value| value.to_str().expect("ASCII").to_owned());
            assert_eq!(left.as_deref(), want, "{from}");
        }
    }

    #[test]
    fn a_payload_is_declared_in_known_words() {
        let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        for (declared, want) in [
            (UNSIGNED, true),
            ("STREAMING-UNSIGNED-PAYLOAD-TRAILER", true),
            (hash, true),
            (&hash[1..], false),
            ("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", false),
            ("", false),
        ] {
            assert_eq!(Payload::parse(declared).is_ok(), want, "{declared}");
        }
    }
}
