//! Our verification against the signatures of the official SDK.

use std::time::{Duration, UNIX_EPOCH};

use atrium_wire::Protocol;
use atrium_wire::sigv4::{AuthError, SignedRequest};
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use http::Request;
use http::request::Parts;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use crate::request::op;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

fn now() -> Timestamp {
    Timestamp::from_second(1_782_907_699).expect("a time")
}

/// Signs with the SDK's signer, as a client would.
fn signed(
    request: Request<()>,
    body: &[u8],
    service: &str,
    token: Option<&str>,
    expires: Option<u64>,
) -> Parts {
    let identity = Credentials::new(
        "AKIDEXAMPLE",
        SECRET,
        token.map(str::to_owned),
        None,
        "test",
    )
    .into();
    let mut settings = SigningSettings::default();
    if service == "s3" {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    }
    if let Some(seconds) = expires {
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(Duration::from_secs(seconds));
    }
    let time = UNIX_EPOCH + Duration::from_secs(now().as_second().unsigned_abs());
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region("eu-west-1")
        .name(service)
        .time(time)
        .settings(settings)
        .build()
        .expect("parameters")
        .into();
    let mut request = request;
    let headers: Vec<(String, String)> = request
        .headers()
        .iter()
        .map(|(name, value)| {
            (
                name.as_str().to_owned(),
                value.to_str().expect("ASCII").to_owned(),
            )
        })
        .collect();
    let signable = SignableRequest::new(
        request.method().as_str(),
        request.uri().to_string(),
        headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
        SignableBody::Bytes(body),
    )
    .expect("signable");
    let (instructions, _) = sign(signable, &params).expect("signed").into_parts();
    instructions.apply_to_request_http1x(&mut request);
    let mut parts = request.into_parts().0;
    // A server sees the host in a header and the path alone.
    let host = parts
        .uri
        .authority()
        .expect("a host")
        .as_str()
        .parse()
        .expect("a header");
    parts.headers.entry("host").or_insert(host);
    parts.uri = parts
        .uri
        .path_and_query()
        .expect("a path")
        .as_str()
        .parse()
        .expect("a path");
    parts
}

fn plain() -> Request<()> {
    Request::post("https://sso.example.com/")
        .header("x-amz-target", "SWBExternalService.ListInstances")
        .body(())
        .expect("a request")
}

fn check(parts: &Parts, body: &[u8], at: Timestamp) -> Result<(), AuthError> {
    let signed = SignedRequest::parse(parts)?.ok_or(AuthError::Missing)?;
    signed.verify(parts, body, SECRET.as_bytes(), at)
}

#[test]
fn parts_of_a_signature() {
    let parts = signed(plain(), b"{}", "sso", Some("token"), None);
    let parsed = SignedRequest::parse(&parts)
        .expect("readable")
        .expect("signed");
    assert_eq!(parsed.access_key_id, "AKIDEXAMPLE");
    assert_eq!(
        (parsed.region.as_str(), parsed.service.as_str()),
        ("eu-west-1", "sso")
    );
    assert_eq!(
        (parsed.session_token.as_deref(), parsed.expires, parsed.date),
        (Some("token"), None, now())
    );
    assert_eq!(
        parsed.verify(&parts, b"{}", SECRET.as_bytes(), now()),
        Ok(())
    );
    assert_eq!(
        parsed.verify(&parts, b"{}", b"other", now()),
        Err(AuthError::SignatureDoesNotMatch)
    );
    assert_eq!(parsed.check_service(op("sso-admin:ListInstances")), Ok(()));
    assert!(parsed.check_service(op("sts:AssumeRole")).is_err());
    let unsigned = Request::get("/")
        .header("authorization", "Bearer x")
        .body(())
        .expect("a request")
        .into_parts()
        .0;
    assert_eq!(SignedRequest::parse(&unsigned), Ok(None));
}

#[test]
fn times() {
    let header = signed(plain(), b"", "sso", None, None);
    let url = signed(plain(), b"", "sso", None, Some(60));
    let cases = [
        (&header, 0, true),
        (&header, 900, true),
        (&header, 901, false),
        (&header, -900, true),
        (&header, -901, false),
        (&url, 60, true),
        (&url, 61, false),
        (&url, -900, true),
        (&url, -901, false),
    ];
    for (parts, shift, good) in cases {
        let at = now() + SignedDuration::from_secs(shift);
        assert_eq!(check(parts, b"", at).is_ok(), good, "{shift}");
    }
    let late = check(&header, b"", now() + SignedDuration::from_mins(20)).expect_err("late");
    assert_eq!(
        late.to_wire(op("sso-admin:ListInstances")).message,
        "Signature expired: 20260701T120819Z is now earlier than 20260701T121319Z (20260701T122819Z - 15 min.)"
    );
    let long = signed(plain(), b"", "sso", None, Some(604_800));
    assert_eq!(
        check(&long, b"", now() + SignedDuration::from_hours(24)),
        Ok(())
    );
}

#[test]
fn what_must_be_signed() {
    let mut parts = signed(plain(), b"", "sso", None, None);
    parts
        .headers
        .insert("x-amz-added", "1".parse().expect("a header"));
    assert!(matches!(
        check(&parts, b"", now()),
        Err(AuthError::NotCovered(_))
    ));
    let mut parts = signed(plain(), b"", "sso", None, None);
    parts
        .headers
        .insert("x-amz-security-token", "t".parse().expect("a header"));
    assert!(matches!(
        check(&parts, b"", now()),
        Err(AuthError::NotCovered(_))
    ));
    let mut parts = signed(plain(), b"", "sso", None, None);
    parts.headers.append(
        "x-amz-target",
        "SWBExternalService.DeleteInstance"
            .parse()
            .expect("a header"),
    );
    assert_eq!(
        check(&parts, b"", now()),
        Err(AuthError::SignatureDoesNotMatch)
    );
    let hash = Request::post("https://a.example/")
        .header("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
        .body(())
        .expect("a request");
    assert!(matches!(
        check(&signed(hash, b"", "sso", None, None), b"", now()),
        Err(AuthError::NotCovered(_))
    ));
}

#[test]
fn unreadable_signatures() {
    let good = signed(plain(), b"", "sso", None, None).headers["authorization"]
        .to_str()
        .expect("ASCII")
        .to_owned();
    let cases = [
        ("no date", good.clone(), "", "IncompleteSignatureException"),
        (
            "other day",
            good.clone(),
            "20260702T120819Z",
            "InvalidSignatureException",
        ),
        (
            "bad date",
            good.clone(),
            "yesterday",
            "IncompleteSignatureException",
        ),
        (
            "algorithm",
            good.replace("SHA256", "SHA1"),
            "20260701T120819Z",
            "IncompleteSignatureException",
        ),
        (
            "no signature",
            good.replace("Signature=", "S="),
            "20260701T120819Z",
            "IncompleteSignatureException",
        ),
        (
            "twice",
            format!("{good}, Signature=0"),
            "20260701T120819Z",
            "IncompleteSignatureException",
        ),
        (
            "term",
            good.replace("aws4_request", "aws5"),
            "20260701T120819Z",
            "InvalidSignatureException",
        ),
        (
            "slashes",
            good.replace("/sso/", "/"),
            "20260701T120819Z",
            "IncompleteSignatureException",
        ),
        (
            "order",
            good.replace("host;", "z;host;"),
            "20260701T120819Z",
            "IncompleteSignatureException",
        ),
        (
            "alone",
            "AWS4-HMAC-SHA256".to_owned(),
            "20260701T120819Z",
            "IncompleteSignatureException",
        ),
    ];
    for (case, header, date, want) in cases {
        let mut builder = Request::get("/").header("authorization", header);
        if !date.is_empty() {
            builder = builder.header("x-amz-date", date);
        }
        let error = SignedRequest::parse(&builder.body(()).expect("a request").into_parts().0)
            .expect_err(case);
        assert_eq!(error.to_wire(Protocol::AwsJson11).code, want, "{case}");
    }
}

#[test]
fn codes_by_protocol() {
    let cases = [
        (
            AuthError::Missing,
            "MissingAuthenticationTokenException",
            "MissingAuthenticationToken",
        ),
        (
            AuthError::UnknownAccessKey,
            "UnrecognizedClientException",
            "InvalidClientTokenId",
        ),
        (
            AuthError::TokenExpired,
            "ExpiredTokenException",
            "ExpiredToken",
        ),
        (
            AuthError::SignatureDoesNotMatch,
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
        ),
        (
            AuthError::WrongService { expected: "sso" },
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
        ),
    ];
    for (error, json, query) in cases {
        assert_eq!(error.to_wire(op("sso-admin:ListInstances")).code, json);
        let wire = error.to_wire(op("sts:AssumeRole"));
        assert_eq!((wire.code.as_ref(), wire.status), (query, Some(403)));
    }
}

proptest! {
    #[test]
    fn signatures_of_the_sdk_hold_and_nothing_else_does(
        path in "(/[a-zA-Z0-9._~$'()*,;:@-]{0,6}|/%20|/%C3%A9){0,4}",
        query in prop::collection::vec(("[a-zA-Z0-9_.-]{1,4}", "([a-zA-Z0-9_.~-]|%20|%2B|%2F|%C3%A9){0,5}"), 0..4),
        value in "[!-~]([ -~]{0,10}[!-~])?",
        body in any::<Vec<u8>>(),
        token in prop::option::of("[a-zA-Z0-9+/=]{1,40}"),
        s3 in any::<bool>(),
        expires in prop::option::of(1u64..604_800),
        flip in any::<prop::sample::Index>(),
    ) {
        // Presigned S3 requests cover no body.
        let service = if s3 && expires.is_none() { "s3" } else { "sso" };
        // Clients of S3 send paths in the strict encoding to begin with.
        let path = if service == "s3" { path.replace(|c| "$'()*,;:@".contains(c), "x") } else { path };
        let path = if path.is_empty() { "/" } else { path.as_str() };
        let query: Vec<String> = query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
        let request = Request::post(format!("https://sso.example.com{path}{query}"))
            .header("x-amz-meta", &value)
            .body(())
            .expect("a request");
        let parts = signed(request, &body, service, token.as_deref(), expires);
        prop_assert_eq!(check(&parts, &body, now()), Ok(()));

        if !body.is_empty() {
            let mut other = body.clone();
            other[flip.index(body.len())] ^= 1;
            prop_assert!(check(&parts, &other, now()).is_err());
        }
        let mut other = parts.clone();
        other.method = http::Method::PUT;
        prop_assert!(check(&other, &body, now()).is_err());
        let mut other = parts.clone();
        other.headers.insert("x-amz-meta", format!("{value}x").parse().expect("a header"));
        prop_assert!(check(&other, &body, now()).is_err());
        if let Some(header) = parts.headers.get("authorization") {
            let mut bytes = header.as_bytes().to_vec();
            let at = flip.index(bytes.len());
            bytes[at] ^= 1;
            // A changed byte of the scheme makes another scheme; spaces after commas don't matter to anyone.
            prop_assume!(at >= 17 && header.as_bytes()[at] != b' ');
            let mut other = parts.clone();
            prop_assume!(http::HeaderValue::from_bytes(&bytes).is_ok());
            other.headers.insert("authorization", http::HeaderValue::from_bytes(&bytes).expect("a header"));
            let verdict = check(&other, &body, now());
            let same_claims = SignedRequest::parse(&other).ok().flatten().is_some_and(|signed| signed.access_key_id != "AKIDEXAMPLE");
            prop_assert!(verdict.is_err() || same_claims, "{:?}", String::from_utf8_lossy(&bytes));
        }
    }
}
