use atrium_model::Region;
use axum::body::Body;
use http::Method;

use super::world::{Server, Signer, fine, hash, request};
use crate::first_start;

/// A server that checks signatures, and its administrator's.
async fn start() -> (Server, Signer) {
    let server = Server::start(false);
    let region: Region = "us-east-1".parse().expect("a Region");
    let key = first_start(&server.services, &region)
        .await
        .expect("a first start")
        .expect("a key");
    let signer = Signer {
        key_id: key.access_key_id,
        secret: key.secret_access_key,
    };
    let (request, _) = signer.sign(Method::PUT, "/photos", &hash(""), &[]);
    let made = server
        .send(request.body(Body::empty()).expect("a request"))
        .await;
    assert!(fine(&made), "{}", made.body);
    (server, signer)
}

async fn get(server: &Server, signer: &Signer) -> (u16, String) {
    let (request, _) = signer.sign(Method::GET, "/photos/k", &hash(""), &[]);
    let got = server
        .send(request.body(Body::empty()).expect("a request"))
        .await;
    (got.status, got.body)
}

#[tokio::test]
async fn a_body_must_be_the_signed_one() {
    let (server, signer) = start().await;
    let cases = [
        ("as signed", hash("hello"), "hello", (200, "")),
        (
            "another",
            hash("hello"),
            "hallo",
            (400, "XAmzContentSHA256Mismatch"),
        ),
        ("not signed", "UNSIGNED-PAYLOAD".into(), "hallo", (200, "")),
        (
            "no hash",
            "nonsense".into(),
            "hello",
            (400, "InvalidArgument"),
        ),
    ];
    for (case, payload, body, want) in cases {
        let (request, _) = signer.sign(Method::PUT, "/photos/k", &payload, &[]);
        let answer = server
            .send(request.body(Body::from(body)).expect("a request"))
            .await;
        assert_eq!(answer.outcome(), want, "{case}: {}", answer.body);
    }
    assert_eq!(get(&server, &signer).await, (200, "hallo".into()));
}

#[tokio::test]
async fn each_refusal_of_a_signature() {
    let (server, signer) = start().await;
    let stranger = Signer {
        key_id: "AKIAAAAAAAAAAAAAAAAA".into(),
        secret: "x".into(),
    };
    let forger = Signer {
        key_id: signer.key_id.clone(),
        secret: "x".into(),
    };
    for (case, signer, want) in [
        ("unknown", &stranger, (403, "InvalidAccessKeyId")),
        ("forged", &forger, (403, "SignatureDoesNotMatch")),
    ] {
        let (request, _) = signer.sign(Method::GET, "/photos/k", &hash(""), &[]);
        let answer = server
            .send(request.body(Body::empty()).expect("a request"))
            .await;
        assert_eq!(answer.outcome(), want, "{case}");
    }
    let (request, _) = signer.sign(Method::PUT, "/photos/k", &hash(""), &[]);
    let added = request.header("x-amz-copy-source", "/photos/secret");
    let answer = server
        .send(added.body(Body::empty()).expect("a request"))
        .await;
    assert_eq!(
        answer.outcome(),
        (403, "AccessDenied"),
        "a header that nobody signed"
    );

    let old = request_with_old_signature();
    assert_eq!(server.send(old).await.outcome(), (400, "InvalidRequest"));

    let (request, _) = signer.sign(Method::GET, "/photos/k", &hash(""), &[]);
    server.clock.forward(1);
    let answer = server
        .send(request.body(Body::empty()).expect("a request"))
        .await;
    assert_eq!(answer.outcome(), (403, "RequestTimeTooSkewed"));
}

fn request_with_old_signature() -> http::Request<Body> {
    request(
        Method::GET,
        "/photos/k?AWSAccessKeyId=A&Signature=B&Expires=1",
        "x",
        &[],
    )
    .body(Body::empty())
    .expect("a request")
}

#[tokio::test]
async fn chunks_are_checked_one_by_one() {
    let (server, signer) = start().await;
    let headers = [
        ("x-amz-decoded-content-length", "11"),
        ("content-encoding", "aws-chunked"),
    ];
    let payload = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    for (case, second, want) in [
        ("as signed", " world", (200, "")),
        (
            "changed on the way",
            " w0rld",
            (403, "SignatureDoesNotMatch"),
        ),
    ] {
        let (request, seed) = signer.sign(Method::PUT, "/photos/k", payload, &headers);
        let mut body = String::new();
        let mut before = seed;
        for (signed, sent) in [("hello", "hello"), (" world", second), ("", "")] {
            before = signer.chunk(&before, signed);
            body.push_str(&format!(
                "{:x};chunk-signature={before}\r\n{sent}\r\n",
                sent.len()
            ));
        }
        let answer = server
            .send(request.body(Body::from(body)).expect("a request"))
            .await;
        assert_eq!(answer.outcome(), want, "{case}: {}", answer.body);
        assert_eq!(
            get(&server, &signer).await,
            (200, "hello world".into()),
            "{case}"
        );
    }
    assert_eq!(server.segments(), 1, "what was refused is removed");
}

#[tokio::test]
async fn a_checksum_may_follow_an_unsigned_body() {
    let (server, signer) = start().await;
    let headers = [
        ("x-amz-decoded-content-length", "5"),
        ("content-encoding", "gzip,aws-chunked"),
        ("x-amz-trailer", "x-amz-checksum-crc32"),
    ];
    for (sum, want) in [("NhCmhg==", (200, "")), ("AAAAAA==", (400, "BadDigest"))] {
        let (request, _) = signer.sign(
            Method::PUT,
            "/photos/k",
            "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
            &headers,
        );
        let body = format!("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:{sum}\r\n\r\n");
        let answer = server
            .send(request.body(Body::from(body)).expect("a request"))
            .await;
        assert_eq!(answer.outcome(), want, "{sum}: {}", answer.body);
    }
    let (request, _) = signer.sign(Method::HEAD, "/photos/k", &hash(""), &[]);
    let head = server
        .send(request.body(Body::empty()).expect("a request"))
        .await;
    assert_eq!(head.header("content-encoding"), "gzip");
}
