//! Attacks on signatures, each answered with AWS's code.

use atrium_api::Clock as _;
use atrium_model::Timestamp;
use atrium_testkit::{Answer, Credentials, Options, Server, on_both_engines, sign};
use bytes::Bytes;
use http::{HeaderValue, Request};
use serde_json::json;

use crate::world::{REGION, request};

on_both_engines!(Options::default(); forged_requests_are_refused);

/// One service of each protocol: name, signing name, operation that only reads.
pub const SERVICES: [(&str, &str, &str); 3] = [
    ("sso-admin", "sso", "ListInstances"),
    ("account", "account", "ListRegions"),
    ("sts", "sts", "GetCallerIdentity"),
];

/// What the protocol of the service calls it.
pub fn code(service: &str, json: &'static str, query: &'static str) -> &'static str {
    if service == "sts" { query } else { json }
}

pub async fn send(
    server: &Server,
    service: &str,
    operation: &str,
    request: Request<Bytes>,
) -> Answer {
    Answer::read(
        atrium_wire::find(service, operation).unwrap(),
        server.send(request).await,
    )
}

type Forge = fn(&Server, Request<Bytes>, &Credentials, &str) -> Request<Bytes>;

fn signed(server: &Server, plain: Request<Bytes>, by: &Credentials, name: &str) -> Request<Bytes> {
    sign(plain, by, REGION, name, server.clock().now())
}

fn shifted(server: &Server, seconds: i64) -> Timestamp {
    Timestamp::from_millis(server.clock().now().as_millis() + seconds * 1000)
}

async fn forged_requests_are_refused(server: Server) {
    let mismatch = ("InvalidSignatureException", "SignatureDoesNotMatch");
    let unknown = ("UnrecognizedClientException", "InvalidClientTokenId");
    let incomplete = ("IncompleteSignatureException", "IncompleteSignature");
    let cases: [(&str, Forge, (&str, &str)); 15] = [
        (
            "wrong secret",
            |server, plain, by, name| {
                let by = Credentials {
                    secret_access_key: "x".repeat(40),
                    ..by.clone()
                };
                signed(server, plain, &by, name)
            },
            mismatch,
        ),
        (
            "empty secret",
            |server, plain, by, name| {
                let by = Credentials {
                    secret_access_key: String::new(),
                    ..by.clone()
                };
                signed(server, plain, &by, name)
            },
            mismatch,
        ),
        (
            "changed body",
            |server, plain, by, name| {
                let mut request = signed(server, plain, by, name);
                let mut body = request.body().to_vec();
                body.extend(if name == "sts" {
                    &b"&Also=this"[..]
                } else {
                    b" "
                });
                *request.body_mut() = body.into();
                request
            },
            mismatch,
        ),
        (
            "changed header",
            |server, plain, by, name| {
                let mut request = signed(server, plain, by, name);
                request.headers_mut().insert(
                    "content-type",
                    HeaderValue::from_static("application/x-amz-json-1.1; a=b"),
                );
                if name == "sts" {
                    let form = HeaderValue::from_static(
                        "application/x-www-form-urlencoded; charset=utf-8",
                    );
                    request.headers_mut().insert("content-type", form);
                }
                request
            },
            mismatch,
        ),
        (
            "changed date",
            |server, plain, by, name| {
                let other = sign(plain.clone(), by, REGION, name, shifted(server, 60));
                let mut request = signed(server, plain, by, name);
                request
                    .headers_mut()
                    .insert("x-amz-date", other.headers()["x-amz-date"].clone());
                request
            },
            mismatch,
        ),
        (
            "changed host",
            |server, plain, by, name| {
                let mut request = signed(server, plain, by, name);
                request.headers_mut().insert(
                    "host",
                    HeaderValue::from_static("sso.us-east-1.amazonaws.com"),
                );
                request
            },
            mismatch,
        ),
        (
            "changed query",
            |server, plain, by, name| {
                let mut request = signed(server, plain, by, name);
                *request.uri_mut() = format!("{}?a=b", request.uri()).parse().unwrap();
                request
            },
            mismatch,
        ),
        (
            "unsigned header",
            |server, plain, by, name| {
                let mut request = signed(server, plain, by, name);
                request
                    .headers_mut()
                    .insert("x-amz-meta-added", HeaderValue::from_static("later"));
                request
            },
            mismatch,
        ),
        (
            "scope of another service",
            |server, plain, by, _| signed(server, plain, by, "ec2"),
            mismatch,
        ),
        (
            "scope of another Region",
            |server, plain, by, name| {
                let mut request = signed(server, plain, by, name);
                let value = request.headers()["authorization"]
                    .to_str()
                    .unwrap()
                    .replace(REGION, "eu-west-1");
                request
                    .headers_mut()
                    .insert("authorization", value.parse().unwrap());
                request
            },
            mismatch,
        ),
        (
            "stale date",
            |server, plain, by, name| sign(plain, by, REGION, name, shifted(server, -901)),
            mismatch,
        ),
        (
            "date to come",
            |server, plain, by, name| sign(plain, by, REGION, name, shifted(server, 902)),
            mismatch,
        ),
        (
            "unknown key",
            |server, plain, by, name| {
                let by = Credentials {
                    access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
                    ..by.clone()
                };
                signed(server, plain, &by, name)
            },
            unknown,
        ),
        (
            "no signature in the header",
            |server, plain, by, name| {
                let mut request = signed(server, plain, by, name);
                let value = request.headers()["authorization"].to_str().unwrap();
                let value = value.split(", Signature").next().unwrap().to_owned();
                request
                    .headers_mut()
                    .insert("authorization", value.parse().unwrap());
                request
            },
            incomplete,
        ),
        (
            "nothing signed",
            |_, plain, _, _| plain,
            (
                "MissingAuthenticationTokenException",
                "MissingAuthenticationToken",
            ),
        ),
    ];
    for (service, name, operation) in SERVICES {
        for (case, forge, (json, query)) in &cases {
            let plain = request(&server, service, operation, &json!({}));
            let forged = forge(&server, plain, server.admin(), name);
            let answer = send(&server, service, operation, forged).await;
            assert_eq!(
                answer.refused(),
                code(service, json, query),
                "{service}: {case}: {}",
                answer.text
            );
            assert!([400, 403].contains(&answer.status), "{service}: {case}");
        }
        let plain = request(&server, service, operation, &json!({}));
        let good = signed(&server, plain, server.admin(), name);
        send(&server, service, operation, good).await.ok();
    }
}
