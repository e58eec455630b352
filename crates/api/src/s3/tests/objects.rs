use http::Method;

use super::world::{A, B, Headers, Server, fine};

async fn with_bucket() -> Server {
    let server = Server::start(true);
    assert!(fine(&server.call(A, Method::PUT, "/photos", "").await));
    server
}

#[tokio::test]
async fn an_object_comes_back_with_its_headers() {
    let server = with_bucket().await;
    let headers = [
        ("content-type", "text/x"),
        ("cache-control", "no-cache"),
        ("x-amz-meta-team", "blue"),
        ("content-md5", "XUFAKrxLKna5cZ2REBfFkg=="),
    ];
    let made = server
        .call_with(A, Method::PUT, "/photos/a%20b/%C3%BC", &headers, "hello")
        .await;
    assert_eq!(
        made.header("etag"),
        "\"5d41402abc4b2a76b9719d911017c592\"",
        "{}",
        made.body
    );
    let got = server
        .call(A, Method::GET, "/photos/a%20b/%C3%BC", "")
        .await;
    assert_eq!((got.status, got.body.as_str()), (200, "hello"));
    for (name, want) in [
        ("content-type", "text/x"),
        ("cache-control", "no-cache"),
        ("x-amz-meta-team", "blue"),
        ("content-length", "5"),
        ("accept-ranges", "bytes"),
        ("last-modified", "Sun, 01 Nov 2026 12:00:00 GMT"),
    ] {
        assert_eq!(got.header(name), want, "{name}");
    }
    assert!(!got.header("x-amz-request-id").is_empty());
    let head = server
        .call(A, Method::HEAD, "/photos/a%20b/%C3%BC", "")
        .await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(head.header("content-length"), "5");
}

#[tokio::test]
async fn each_refusal() {
    let server = with_bucket().await;
    server.call(A, Method::PUT, "/photos/k", "hello").await;
    let long = format!("/photos/{}", "k".repeat(1025));
    let none: Headers<'_> = &[];
    let cases: [(&str, Method, &str, Headers<'_>, u16, &str); 22] = [
        (
            "no bucket",
            Method::GET,
            "/nothing/k",
            none,
            404,
            "NoSuchBucket",
        ),
        (
            "no key",
            Method::GET,
            "/photos/none",
            none,
            404,
            "NoSuchKey",
        ),
        (
            "a bad bucket name",
            Method::PUT,
            "/Photos",
            none,
            400,
            "InvalidBucketName",
        ),
        (
            "a long key",
            Method::PUT,
            &long,
            none,
            400,
            "KeyTooLongError",
        ),
        (
            "a key with U+0000",
            Method::PUT,
            "/photos/%00",
            none,
            400,
            "InvalidArgument",
        ),
        (
            "not empty",
            Method::DELETE,
            "/photos",
            none,
            409,
            "BucketNotEmpty",
        ),
        (
            "beyond the end",
            Method::GET,
            "/photos/k",
            &[("range", "bytes=5-")],
            416,
            "InvalidRange",
        ),
        (
            "another tag",
            Method::GET,
            "/photos/k",
            &[("if-match", "\"x\"")],
            412,
            "PreconditionFailed",
        ),
        (
            "there already",
            Method::PUT,
            "/photos/k",
            &[("if-none-match", "*")],
            412,
            "PreconditionFailed",
        ),
        (
            "another MD5",
            Method::PUT,
            "/photos/n",
            &[("content-md5", "XUFAKrxLKna5cZ2REBfFkg==")],
            400,
            "BadDigest",
        ),
        (
            "another CRC",
            Method::PUT,
            "/photos/n",
            &[("x-amz-checksum-crc32", "NhCmhg==")],
            400,
            "BadDigest",
        ),
        (
            "no ACLs",
            Method::PUT,
            "/photos/n",
            &[("x-amz-acl", "public-read")],
            400,
            "AccessControlListNotSupported",
        ),
        (
            "no encryption",
            Method::PUT,
            "/photos/n",
            &[("x-amz-server-side-encryption", "aws:kms")],
            501,
            "NotImplemented",
        ),
        (
            "no tags",
            Method::PUT,
            "/photos/n",
            &[("x-amz-tagging", "a=b")],
            501,
            "NotImplemented",
        ),
        (
            "another owner",
            Method::GET,
            "/photos/k",
            &[("x-amz-expected-bucket-owner", B)],
            403,
            "AccessDenied",
        ),
        (
            "another version",
            Method::GET,
            "/photos/k?versionId=v",
            none,
            400,
            "InvalidArgument",
        ),
        (
            "no policies",
            Method::GET,
            "/photos?policy",
            none,
            501,
            "NotImplemented",
        ),
        (
            "onto itself",
            Method::PUT,
            "/photos/k",
            &[("x-amz-copy-source", "/photos/k")],
            400,
            "InvalidRequest",
        ),
        (
            "a copy of nothing",
            Method::PUT,
            "/photos/n",
            &[("x-amz-copy-source", "/photos/none")],
            404,
            "NoSuchKey",
        ),
        (
            "a copy of another",
            Method::PUT,
            "/photos/n",
            &[
                ("x-amz-copy-source", "/photos/k"),
                ("x-amz-copy-source-if-match", "\"x\""),
            ],
            412,
            "PreconditionFailed",
        ),
        (
            "a form",
            Method::POST,
            "/photos",
            &[("content-type", "multipart/form-data; boundary=x")],
            501,
            "NotImplemented",
        ),
        (
            "a bad token",
            Method::GET,
            "/photos?list-type=2&continuation-token=%21",
            none,
            400,
            "InvalidArgument",
        ),
    ];
    for (case, method, path, headers, status, code) in cases {
        let answer = server.call_with(A, method, path, headers, "").await;
        assert_eq!(answer.outcome(), (status, code), "{case}: {}", answer.body);
    }
    let same = [("if-none-match", "\"5d41402abc4b2a76b9719d911017c592\"")];
    let answer = server
        .call_with(A, Method::GET, "/photos/k", &same, "")
        .await;
    assert_eq!(answer.status, 304);
    let kept = server.call(A, Method::GET, "/photos?list-type=2", "").await;
    assert_eq!(kept.all("Key"), ["k"], "nothing that was refused is there");
}

#[tokio::test]
async fn ranges_are_the_bytes_asked_for() {
    let server = with_bucket().await;
    server
        .call(A, Method::PUT, "/photos/k", "hello world")
        .await;
    for (range, want, content) in [
        ("bytes=0-4", "hello", "bytes 0-4/11"),
        ("bytes=6-", "world", "bytes 6-10/11"),
        ("bytes=-3", "rld", "bytes 8-10/11"),
        ("bytes=9-100", "ld", "bytes 9-10/11"),
    ] {
        let got = server
            .call_with(A, Method::GET, "/photos/k", &[("range", range)], "")
            .await;
        assert_eq!((got.status, got.body.as_str()), (206, want), "{range}");
        assert_eq!(got.header("content-range"), content, "{range}");
    }
}

#[tokio::test]
async fn lists_page_and_roll_up() {
    let server = with_bucket().await;
    for key in ["a/1", "a/2", "b%20%2B", "c/d/3"] {
        server
            .call(A, Method::PUT, &format!("/photos/{key}"), "x")
            .await;
    }
    let got = server
        .call(A, Method::GET, "/photos?list-type=2&delimiter=%2F", "")
        .await;
    assert_eq!(got.all("Key"), ["b +"]);
    assert_eq!(got.all("Prefix"), ["", "a/", "c/"]);
    let got = server
        .call(
            A,
            Method::GET,
            "/photos?list-type=2&encoding-type=url&prefix=b",
            "",
        )
        .await;
    assert_eq!(got.all("Key"), ["b%20%2B"]);

    let (mut keys, mut token) = (Vec::new(), String::new());
    for _ in 0..5 {
        let path = format!("/photos?list-type=2&max-keys=1{token}");
        let got = server.call(A, Method::GET, &path, "").await;
        keys.extend(got.all("Key").into_iter().map(str::to_owned));
        if got.xml("IsTruncated") == "false" {
            break;
        }
        token = format!("&continuation-token={}", got.xml("NextContinuationToken"));
    }
    assert_eq!(keys, ["a/1", "a/2", "b +", "c/d/3"]);
    let older = server
        .call(A, Method::GET, "/photos?marker=a%2F2", "")
        .await;
    assert_eq!(older.all("Key"), ["b +", "c/d/3"]);
}

#[tokio::test]
async fn copies_and_deletions() {
    let server = with_bucket().await;
    server
        .call_with(
            A,
            Method::PUT,
            "/photos/k",
            &[("x-amz-meta-a", "1")],
            "hello",
        )
        .await;
    let copied = server
        .call_with(
            A,
            Method::PUT,
            "/photos/n",
            &[("x-amz-copy-source", "photos/k")],
            "",
        )
        .await;
    assert!(
        copied
            .xml("ETag")
            .contains("5d41402abc4b2a76b9719d911017c592"),
        "{}",
        copied.body
    );
    let replace = [
        ("x-amz-copy-source", "photos/k"),
        ("x-amz-metadata-directive", "REPLACE"),
        ("x-amz-meta-b", "2"),
    ];
    server
        .call_with(A, Method::PUT, "/photos/m", &replace, "")
        .await;
    server.call(A, Method::DELETE, "/photos/k", "").await;
    server.call(A, Method::DELETE, "/photos/k", "").await;
    let n = server.call(A, Method::GET, "/photos/n", "").await;
    assert_eq!((n.body.as_str(), n.header("x-amz-meta-a")), ("hello", "1"));
    let m = server.call(A, Method::GET, "/photos/m", "").await;
    assert_eq!(
        (m.header("x-amz-meta-a"), m.header("x-amz-meta-b")),
        ("", "2")
    );

    let body = "<Delete><Object><Key>n</Key></Object><Object><Key>none</Key></Object></Delete>";
    let gone = server.call(A, Method::POST, "/photos?delete", body).await;
    assert_eq!(gone.all("Key"), ["n", "none"], "{}", gone.body);
    let empty = server
        .call(A, Method::POST, "/photos?delete", "<Delete></Delete>")
        .await;
    assert_eq!(empty.status, 400);
    server.call(A, Method::DELETE, "/photos/m", "").await;
    assert_eq!(
        server.call(A, Method::DELETE, "/photos", "").await.status,
        204
    );
}
