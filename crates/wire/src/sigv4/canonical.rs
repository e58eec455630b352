//! The canonical form of a request, which is what a signature covers.

use http::header::HOST;
use http::request::Parts;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use sha2::{Digest, Sha256};

use super::{AuthError, SignedRequest};

/// All but RFC 3986's unreserved characters.
const STRICT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Paths keep their slashes.
const PATH: &AsciiSet = &STRICT.remove(b'/');

const CONTENT_HASH: &str = "x-amz-content-sha256";

/// The service that encodes paths once and doesn't insist on hashed bodies.
const S3: &str = "s3";

/// Checks that what must be signed is: the host and every `x-amz-*` header, so the session token too.
pub fn check_signed_headers(signed: &SignedRequest, parts: &Parts) -> Result<(), AuthError> {
    let covers = |name: &str| signed.signed_headers.iter().any(|signed| signed == name);
    if !covers(HOST.as_str()) && !covers(":authority") {
        return Err(AuthError::NotCovered(
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.".to_owned(),
        ));
    }
    for name in parts.headers.keys().map(http::HeaderName::as_str) {
        if name.starts_with("x-amz-") && !covers(name) {
            return Err(AuthError::NotCovered(format!(
                "'{name}' must be a 'SignedHeader' in the AWS Authorization."
            )));
        }
    }
    Ok(())
}

/// The last line of the canonical request. A hash that the client gives must be that of the body.
pub fn payload_hash(
    signed: &SignedRequest,
    parts: &Parts,
    body: &[u8],
) -> Result<String, AuthError> {
    let given = parts
        .headers
        .get(CONTENT_HASH)
        .map(|value| value.as_bytes());
    let unsigned = signed.service == S3
        && (given.is_none() && signed.expires.is_some() || given == Some(b"UNSIGNED-PAYLOAD"));
    if unsigned {
        return Ok("UNSIGNED-PAYLOAD".to_owned());
    }
    let actual = hex::encode(Sha256::digest(body));
    match given {
        Some(given) if given != actual.as_bytes() => Err(AuthError::NotCovered(
            "The value of the header 'x-amz-content-sha256' is not the SHA-256 hash of the body."
                .to_owned(),
        )),
        _ => Ok(actual),
    }
}

/// Method, path, query, headers, names of headers and `payload`, a line each.
pub fn request(signed: &SignedRequest, parts: &Parts, payload: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(512);
    out.extend_from_slice(parts.method.as_str().as_bytes());
    out.push(b'\n');
    out.extend_from_slice(path(parts.uri.path(), &signed.service).as_bytes());
    out.push(b'\n');
    out.extend_from_slice(query(parts.uri.query().unwrap_or_default()).as_bytes());
    out.push(b'\n');
    for name in &signed.signed_headers {
        out.extend_from_slice(name.as_bytes());
        out.push(b':');
        header(parts, name, &mut out);
        out.push(b'\n');
    }
    out.push(b'\n');
    out.extend_from_slice(signed.signed_headers.join(";").as_bytes());
    out.push(b'\n');
    out.extend_from_slice(payload.as_bytes());
    out
}

/// Normalised and encoded once more; for S3 as sent, in the one strict encoding.
fn path(raw: &str, service: &str) -> String {
    if service == S3 {
        let decoded: Vec<u8> = percent_decode_str(raw).collect();
        return percent_encode(&decoded, PATH).to_string();
    }
    percent_encode(normalize(raw).as_bytes(), PATH).to_string()
}

/// Without empty and dot segments; a slash at the end stays.
fn normalize(raw: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for segment in raw.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                kept.pop();
            }
            other => kept.push(other),
        }
    }
    let directory = raw.ends_with('/') || raw.ends_with("/.") || raw.ends_with("/..");
    let end = if directory && !kept.is_empty() {
        "/"
    } else {
        ""
    };
    format!("/{}{end}", kept.join("/"))
}

/// Parameters in the strict encoding, sorted by name and value, without the signature.
fn query(raw: &str) -> String {
    let strict = |text: &str| percent_encode(text.as_bytes(), STRICT).to_string();
    let mut pairs: Vec<(String, String)> = form_urlencoded::parse(raw.as_bytes())
        .filter(|(name, _)| name != "X-Amz-Signature")
        .map(|(name, value)| (strict(&name), strict(&value)))
        .collect();
    pairs.sort();
    let pairs: Vec<String> = pairs
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.join("&")
}

/// Values joined with commas, runs of spaces made one.
fn header(parts: &Parts, name: &str, out: &mut Vec<u8>) {
    let mut values = parts.headers.get_all(name).iter().peekable();
    if values.peek().is_none() && (name == HOST.as_str() || name == ":authority") {
        // HTTP/2 has the host in the address.
        let authority = parts.headers.get(HOST).map(|host| host.as_bytes());
        let authority = authority.or_else(|| {
            parts
                .uri
                .authority()
                .map(|authority| authority.as_str().as_bytes())
        });
        out.extend_from_slice(authority.unwrap_or_default());
        return;
    }
    for (at, value) in values.enumerate() {
        if at > 0 {
            out.push(b',');
        }
        let words = value
            .as_bytes()
            .split(|&byte| byte == b' ' || byte == b'\t')
            .filter(|word| !word.is_empty());
        for (at, word) in words.enumerate() {
            if at > 0 {
                out.push(b' ');
            }
            out.extend_from_slice(word);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{normalize, path, query};

    #[test]
    fn paths() {
        let cases = [
            ("/", "sts", "/"),
            ("//", "sts", "/"),
            ("/a/./b", "sts", "/a/b"),
            ("/a/../b/", "sts", "/b/"),
            ("/../..", "sts", "/"),
            ("/a%20b", "sts", "/a%2520b"),
            ("/a%20b//c", "s3", "/a%20b//c"),
            ("/a$b", "s3", "/a%24b"),
        ];
        for (raw, service, want) in cases {
            assert_eq!(path(raw, service), want, "{raw} for {service}");
        }
        assert_eq!(normalize("/x/.."), "/");
    }

    #[test]
    fn queries() {
        let cases = [
            ("", ""),
            ("b=2&a=1", "a=1&b=2"),
            ("a=b&a=a", "a=a&a=b"),
            ("a", "a="),
            ("k=a%2Bb+c", "k=a%2Bb%20c"),
            ("a=1&X-Amz-Signature=00", "a=1"),
            ("k=%C3%A9", "k=%C3%A9"),
        ];
        for (raw, want) in cases {
            assert_eq!(query(raw), want, "{raw}");
        }
    }
}
