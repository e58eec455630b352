use http::Method;

use super::world::{A, B, Server, fine};
use crate::sweep;

fn finish(parts: &[(u32, &str)]) -> String {
    let parts: String = parts
        .iter()
        .map(|(number, etag)| {
            format!("<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>")
        })
        .collect();
    format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>")
}

async fn begin(server: &Server) -> String {
    assert!(fine(&server.call(A, Method::PUT, "/photos", "").await));
    let headers = [("content-type", "text/x")];
    let begun = server
        .call_with(A, Method::POST, "/photos/big?uploads", &headers, "")
        .await;
    begun.xml("UploadId").to_owned()
}

#[tokio::test]
async fn parts_become_an_object() {
    let server = Server::start(true);
    let id = begin(&server).await;
    let (first, last) = ("x".repeat(5 << 20), "end");
    let mut tags = Vec::new();
    for (number, body) in [(1, "replaced"), (1, first.as_str()), (7, last)] {
        let path = format!("/photos/big?partNumber={number}&uploadId={id}");
        tags.push(
            server
                .call(A, Method::PUT, &path, body)
                .await
                .header("etag")
                .to_owned(),
        );
    }
    let listed = server
        .call(A, Method::GET, &format!("/photos/big?uploadId={id}"), "")
        .await;
    assert_eq!(listed.all("PartNumber"), ["1", "7"], "{}", listed.body);

    let path = format!("/photos/big?uploadId={id}");
    for (case, parts, code) in [
        ("another tag", vec![(1, "x")], "InvalidPart"),
        (
            "a missing one",
            vec![(1, tags[1].as_str()), (2, "x")],
            "InvalidPart",
        ),
        (
            "out of order",
            vec![(7, tags[2].as_str()), (1, tags[1].as_str())],
            "InvalidPartOrder",
        ),
        ("none", vec![], "MalformedXML"),
    ] {
        let answer = server.call(A, Method::POST, &path, &finish(&parts)).await;
        assert_eq!(answer.outcome(), (400, code), "{case}");
    }
    let done = server
        .call(
            A,
            Method::POST,
            &path,
            &finish(&[(1, &tags[1]), (7, &tags[2])]),
        )
        .await;
    assert!(
        fine(&done) && done.xml("ETag").contains("-2"),
        "{}",
        done.body
    );
    let got = server
        .call_with(
            A,
            Method::GET,
            "/photos/big",
            &[("range", "bytes=5242878-")],
            "",
        )
        .await;
    assert_eq!(
        (got.body.as_str(), got.header("content-type")),
        ("xxend", "text/x")
    );
    let part = server
        .call(A, Method::GET, "/photos/big?partNumber=2", "")
        .await;
    assert_eq!(
        (part.body.as_str(), part.header("x-amz-mp-parts-count")),
        ("end", "2")
    );
    let again = server
        .call(A, Method::POST, &path, &finish(&[(1, &tags[1])]))
        .await;
    assert_eq!(again.outcome(), (404, "NoSuchUpload"));
}

#[tokio::test]
async fn small_parts_and_strangers_are_refused() {
    let server = Server::start(true);
    let id = begin(&server).await;
    let mut tags = Vec::new();
    for number in [1, 2] {
        let path = format!("/photos/big?partNumber={number}&uploadId={id}");
        tags.push(
            server
                .call(A, Method::PUT, &path, "small")
                .await
                .header("etag")
                .to_owned(),
        );
    }
    let path = format!("/photos/big?uploadId={id}");
    let small = server
        .call(
            A,
            Method::POST,
            &path,
            &finish(&[(1, &tags[0]), (2, &tags[1])]),
        )
        .await;
    assert_eq!(small.outcome(), (400, "EntityTooSmall"));
    for (method, path, body) in [
        (
            Method::PUT,
            format!("/photos/big?partNumber=1&uploadId={id}"),
            "x",
        ),
        (Method::GET, path.clone(), ""),
        (Method::DELETE, path.clone(), ""),
    ] {
        let answer = server.call(B, method, &path, body).await;
        assert_eq!(answer.outcome(), (403, "AccessDenied"), "{path}");
    }
    for number in ["0", "10001"] {
        let path = format!("/photos/big?partNumber={number}&uploadId={id}");
        assert_eq!(
            server.call(A, Method::PUT, &path, "x").await.outcome(),
            (400, "InvalidArgument")
        );
    }
    let other = server
        .call(
            A,
            Method::PUT,
            &format!("/photos/other?partNumber=1&uploadId={id}"),
            "x",
        )
        .await;
    assert_eq!(
        other.outcome(),
        (404, "NoSuchUpload"),
        "an upload is of one key"
    );
}

#[tokio::test]
async fn what_nothing_holds_is_swept_once_its_time_has_come() {
    let server = Server::start(true);
    let id = begin(&server).await;
    server
        .call(
            A,
            Method::PUT,
            &format!("/photos/big?partNumber=1&uploadId={id}"),
            "part",
        )
        .await;
    for (path, body) in [
        ("/photos/k", "old"),
        ("/photos/k", "new"),
        ("/photos/gone", "x"),
        ("/photos/empty", ""),
    ] {
        assert!(
            fine(&server.call(A, Method::PUT, path, body).await),
            "{path}"
        );
    }
    server.call(A, Method::DELETE, "/photos/gone", "").await;
    let before = server.segments();
    sweep(&server.services).await.expect("a sweep");
    assert!(server.segments() >= before - 1, "readers have their time");

    server.clock.forward(2);
    sweep(&server.services).await.expect("a sweep");
    assert_eq!(server.segments(), 2, "the part and the new object");
    server
        .call(A, Method::DELETE, &format!("/photos/big?uploadId={id}"), "")
        .await;
    server.clock.forward(2);
    assert_eq!(sweep(&server.services).await.expect("a sweep"), 1);
    assert_eq!(server.segments(), 1);
    assert_eq!(
        server.call(A, Method::GET, "/photos/k", "").await.body,
        "new"
    );
    assert_eq!(sweep(&server.services).await.expect("a sweep"), 0);
}
