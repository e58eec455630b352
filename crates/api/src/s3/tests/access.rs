use atrium_store::EventQuery;
use http::Method;

use super::world::{A, B, Headers, Server, fine};

#[tokio::test]
async fn a_bucket_is_its_accounts_alone() {
    let server = Server::start(true);
    assert!(fine(&server.call(A, Method::PUT, "/photos", "").await));
    server.call(A, Method::PUT, "/photos/k", "hello").await;
    assert!(fine(&server.call(B, Method::PUT, "/mine", "").await));
    let copy = [("x-amz-copy-source", "/photos/k")];
    let none: Headers<'_> = &[];
    let cases: [(Method, &str, Headers<'_>); 13] = [
        (Method::GET, "/photos", none),
        (Method::GET, "/photos?list-type=2", none),
        (Method::GET, "/photos?location", none),
        (Method::GET, "/photos?uploads", none),
        (Method::DELETE, "/photos", none),
        (Method::GET, "/photos/k", none),
        (Method::GET, "/photos/none", none),
        (Method::PUT, "/photos/k", none),
        (Method::DELETE, "/photos/k", none),
        (Method::POST, "/photos/k?uploads", none),
        (Method::PUT, "/mine/k", &copy),
        (
            Method::PUT,
            "/photos/n",
            &[("x-amz-copy-source", "/mine/k")],
        ),
        (Method::POST, "/photos?delete", none),
    ];
    server.call(B, Method::PUT, "/mine/k", "x").await;
    for (method, path, headers) in cases {
        let body = if path.ends_with("?delete") {
            "<Delete><Object><Key>k</Key></Object></Delete>"
        } else {
            ""
        };
        let answer = server
            .call_with(B, method.clone(), path, headers, body)
            .await;
        assert_eq!(
            answer.outcome(),
            (403, "AccessDenied"),
            "{method} {path}: {}",
            answer.body
        );
    }
    let taken = server.call(B, Method::PUT, "/photos", "").await;
    assert_eq!(taken.outcome(), (409, "BucketAlreadyExists"));
    assert_eq!(
        server.call(A, Method::PUT, "/photos", "").await.status,
        200,
        "one's own, in us-east-1"
    );
    assert_eq!(
        server.call(A, Method::GET, "/", "").await.all("Name"),
        ["photos"]
    );
    assert_eq!(
        server.call(B, Method::GET, "/", "").await.all("Name"),
        ["mine"]
    );
    assert_eq!(
        server.call(A, Method::GET, "/photos/k", "").await.body,
        "hello"
    );
}

#[tokio::test]
async fn calls_about_buckets_leave_events_and_calls_about_objects_none() {
    let server = Server::start(true);
    for (method, path) in [
        (Method::PUT, "/photos"),
        (Method::PUT, "/photos/k"),
        (Method::GET, "/photos/k"),
        (Method::GET, "/"),
        (Method::DELETE, "/photos"),
    ] {
        server.call(A, method, path, "").await;
    }
    server.services.events.flush().await.expect("flushed");
    let query = EventQuery {
        account: A.parse().expect("an account"),
        region: "us-east-1".parse().expect("a Region"),
        from: atrium_model::Timestamp::from_millis(0),
        to: atrium_model::Timestamp::from_millis(i64::MAX),
        filter: None,
        after: None,
        limit: 10,
    };
    let found = server
        .services
        .store
        .read(move |tx| tx.events(&query))
        .await
        .expect("events");
    let mut found: Vec<_> = found
        .into_iter()
        .map(|(_, event)| {
            (
                event.name,
                event.read_only,
                event.record.contains("BucketNotEmpty"),
            )
        })
        .collect();
    found.sort();
    let found: Vec<_> = found
        .iter()
        .map(|(name, read, failed)| (name.as_str(), *read, *failed))
        .collect();
    assert_eq!(
        found,
        [
            ("CreateBucket", false, false),
            ("DeleteBucket", false, true),
            ("ListBuckets", true, false)
        ]
    );
}
