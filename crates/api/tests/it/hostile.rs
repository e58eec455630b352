//! Whatever comes in, the answer is no failure of the server, and it comes.

use std::time::Duration;

use atrium_api::Clock as _;
use atrium_testkit::{Database, Options, Server, encode, on_both_engines, sign, wait};
use atrium_wire::meta::Location;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::input;
use crate::operations::offered;
use crate::world::{REGION, World};

on_both_engines!(Options::default(); strange_values_are_refused);

/// Far longer than any answer takes; only a hang gets here.
const PATIENCE: Duration = Duration::from_secs(60);

/// What stands where a member's value should.
fn strange() -> Vec<Value> {
    let mut deep = json!("x");
    for _ in 0..100 {
        deep = json!([deep]);
    }
    vec![
        Value::Null,
        json!(""),
        json!("\0"),
        json!("a\0b"),
        json!("\u{feff}\u{202e}é漢😀"),
        json!("' OR 1=1 --"),
        json!("%s%n../../etc/passwd"),
        json!("x".repeat(20_000)),
        json!(-1),
        json!(i64::MAX),
        json!(1e300),
        json!(true),
        json!([]),
        json!([null]),
        json!({}),
        json!({"a": {"b": "c"}}),
        deep,
    ]
}

async fn strange_values_are_refused(server: Server) {
    let world = World::build(&server).await;
    let account = &world.a.management;
    let mut faults = Vec::new();
    for (n, operation) in offered(&server).into_iter().enumerate() {
        let good = input::own(operation, &account.names, n).value;
        let members = operation.input.map_or(&[][..], |shape| shape.members);
        for member in members {
            for value in strange() {
                let query = operation.service.protocol == atrium_wire::Protocol::AwsQuery;
                if query && (value.is_array() || value.is_object()) {
                    // A form can't say it.
                    continue;
                }
                let text = value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned);
                let plain = HeaderValue::from_str(&text).is_ok_and(|text| text.to_str().is_ok());
                if member.location == Location::Header && !plain {
                    // No more can a header.
                    continue;
                }
                let mut input = good.as_object().cloned().unwrap_or_default();
                input.insert(member.name.to_owned(), value);
                let input = Value::Object(input);
                let plain = encode(server.endpoint(), operation, &input);
                let name = operation.service.signing_name;
                let request = sign(plain, &account.admin, REGION, name, server.clock().now());
                let answer = tokio::time::timeout(PATIENCE, server.send(request))
                    .await
                    .expect("an answer");
                if answer.status().is_server_error() {
                    let given: String = input.to_string().chars().take(300).collect();
                    faults.push(format!("{operation:?} {} {given}", answer.status()));
                }
            }
        }
    }
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,40}",
        "\\PC{0,20}",
        Just(String::new()),
        Just("\0".repeat(3))
    ]
}

/// Any JSON, not too deep.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((text(), inner), 0..6)
                .prop_map(|all| Value::Object(all.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..300),
        any_json().prop_map(|value| value.to_string().into_bytes()),
        "(Action=[A-Za-z]{0,20}&)?(Version=[0-9-]{0,10}&)?[ -~&=.]{0,80}"
            .prop_map(String::into_bytes),
    ]
}

fn headers() -> impl Strategy<Value = Vec<(&'static str, Vec<u8>)>> {
    let names = vec![
        "authorization",
        "x-amz-date",
        "x-amz-target",
        "x-amz-security-token",
        "x-amz-sso_bearer_token",
        "x-amz-content-sha256",
        "content-type",
        "content-encoding",
        "x-amz-decoded-content-length",
        "x-amz-copy-source",
        "range",
        "cookie",
        "x-amz-user-agent",
        "user-agent",
        "expect",
        "date",
        "if-match",
    ];
    let values = prop_oneof![
        vec(any::<u8>(), 0..60),
        select(vec![
            "AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/sso/aws4_request, SignedHeaders=host, Signature=00",
            "AWS4-HMAC-SHA256 Credential=////, SignedHeaders=;;, Signature=", "AWS4-HMAC-SHA256 Credential=",
            "AWS a:b", "Bearer x", "20260101T000000Z", "99999999T999999Z", "SWBExternalService.ListInstances",
            "AWSIdentityStore.CreateUser", "AWSOrganizationsV20161128.", ".", "application/x-amz-json-1.1",
            "application/x-www-form-urlencoded", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "UNSIGNED-PAYLOAD",
            "aws-chunked", "bytes=0-18446744073709551615", "bytes=5-2", "100-continue",
        ]).prop_map(|value| value.as_bytes().to_vec()),
    ];
    vec((select(names), values), 0..6)
}

fn methods() -> impl Strategy<Value = Method> {
    select(vec![
        Method::GET,
        Method::POST,
        Method::PUT,
        Method::DELETE,
        Method::HEAD,
        Method::PATCH,
        Method::OPTIONS,
    ])
}

fn paths() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("/".to_owned()),
        "/[a-z-]{0,12}(/[!-~&&[^#?]]{0,20}){0,2}(\\?[!-~&&[^#]]{0,40})?",
        "/\\?X-Amz-(Algorithm|Credential|Date|Expires|Signature|SignedHeaders)=[!-~&&[^#]]{0,60}",
        select(vec![
            "/%00",
            "/%ff%fe",
            "/..%2f..%2fetc",
            "//",
            "/listRegions",
            "/assignment/accounts?max_result=0",
            "/federation/credentials?account_id=%00&role_name=%ff",
            "/logout",
            "/token?aws_iam=t",
            "/healthz/..",
            "/b/k?uploadId=%00",
            "/b?list-type=2&max-keys=-1"
        ])
        .prop_map(str::to_owned),
    ]
}

/// Only S3 has operations that it names and does not do.
fn acceptable(status: u16) -> bool {
    status < 500 || status == 501
}

#[test]
fn any_request_is_answered() {
    wait(async {
        let server = Server::start(Database::sqlite(), Options::default()).await;
        let mut runner = runner(400);
        let strategy = (
            methods(),
            paths(),
            headers(),
            body(),
            select(vec!["", "sso", "sts", "iam", "s3", "identitystore"]),
        );
        let handle = tokio::runtime::Handle::current();
        tokio::task::block_in_place(|| {
            let outcome = runner.run(&strategy, |(method, path, headers, body, signer)| {
                let Ok(request) = Request::builder()
                    .method(method)
                    .uri(format!("{}{path}", server.endpoint()))
                    .body(Bytes::from(body))
                else {
                    return Ok(());
                };
                let mut request = request;
                // What isn't visible ASCII can't be signed with the SDK's signer.
                let plain = |value: &[u8]| value.iter().all(|b| (0x20..0x7f).contains(b));
                for (name, value) in headers {
                    let skipped = !signer.is_empty()
                        && (!plain(&value)
                            || ["authorization", "x-amz-date", "x-amz-security-token"]
                                .contains(&name));
                    if let (false, Ok(value)) = (skipped, HeaderValue::from_bytes(&value)) {
                        request
                            .headers_mut()
                            .insert(HeaderName::from_static(name), value);
                    }
                }
                if !signer.is_empty()
                    && request
                        .uri()
                        .query()
                        .is_none_or(|query| !query.contains("X-Amz"))
                {
                    request = sign(
                        request,
                        server.admin(),
                        REGION,
                        signer,
                        server.clock().now(),
                    );
                }
                let answer = handle.block_on(tokio::time::timeout(PATIENCE, server.send(request)));
                let answer = answer.map_err(|_| TestCaseError::fail("no answer"))?;
                prop_assert!(acceptable(answer.status().as_u16()), "{answer:?}");
                Ok(())
            });
            outcome.unwrap();
        });
    });
}

#[test]
fn any_bytes_are_answered_or_refused() {
    wait(async {
        let server = Server::start(Database::sqlite(), Options::default()).await;
        let address = server.endpoint().trim_start_matches("http://").to_owned();
        let mut runner = runner(200);
        let head = select(vec![
            "",
            "GET / HTTP/1.1\r\n",
            "POST / HTTP/1.1\r\nhost: a\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\n",
            "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
        ]);
        let handle = tokio::runtime::Handle::current();
        tokio::task::block_in_place(|| {
            let outcome = runner.run(&(head, vec(any::<u8>(), 0..400)), |(head, bytes)| {
                let talk = async {
                    let mut stream = TcpStream::connect(&address).await.unwrap();
                    // The server may hang up in the middle.
                    let _ = stream.write_all(head.as_bytes()).await;
                    let _ = stream.write_all(&bytes).await;
                    let _ = stream.shutdown().await;
                    let mut answer = Vec::new();
                    let _ = stream.read_to_end(&mut answer).await;
                    answer
                };
                let answer = handle.block_on(tokio::time::timeout(PATIENCE, talk));
                let answer = answer.map_err(|_| TestCaseError::fail("no answer"))?;
                let failed =
                    answer.starts_with(b"HTTP/1.1 5") && !answer.starts_with(b"HTTP/1.1 505");
                prop_assert!(!failed, "{}", String::from_utf8_lossy(&answer));
                Ok(())
            });
            outcome.unwrap();
        });
        let alive = Request::get(format!("{}/healthz", server.endpoint()))
            .body(Bytes::new())
            .unwrap();
        assert!(server.send(alive).await.status().is_success());
    });
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    })
}
