use atrium_store::{Event, EventQuery};
use http::Method;
use serde_json::{Value, json};

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

/// The events of an account.
async fn events(server: &Server, account: &str) -> Vec<Event> {
    server.services.events.flush().await.expect("flushed");
    let query = EventQuery {
        account: account.parse().expect("an account"),
        region: "us-east-1".parse().expect("a Region"),
        from: atrium_model::Timestamp::from_millis(0),
        to: atrium_model::Timestamp::from_millis(i64::MAX),
        filter: None,
        after: None,
        limit: 100,
    };
    let found = server.services.store.read(move |tx| tx.events(&query));
    let found = found.await.expect("events");
    found.into_iter().map(|(_, event)| event).collect()
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
    let mut found: Vec<_> = events(&server, A)
        .await
        .into_iter()
        .map(|event| {
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

#[tokio::test]
async fn what_is_not_offered_leaves_events_too() {
    let server = Server::start(true);
    let refused = [
        (Method::PUT, "/photos?policy", Some("PutBucketPolicy")),
        (
            Method::PUT,
            "/photos?versioning",
            Some("PutBucketVersioning"),
        ),
        (Method::GET, "/photos?acl", Some("GetBucketAcl")),
        (Method::PUT, "/photos/k?acl", None),
        (Method::GET, "/photos?versions", None),
    ];
    let mut want = Vec::new();
    for (method, path, name) in refused {
        let answer = server.call(A, method, path, "{}").await;
        assert_eq!(answer.outcome(), (501, "NotImplemented"), "{path}");
        let message = answer.xml("Message").to_owned();
        want.extend(name.map(|name| (name.to_owned(), "NotImplemented".to_owned(), message)));
    }
    // Refused before anything is looked for.
    let acl = [("x-amz-acl", "public-read")];
    let answer = server.call_with(A, Method::PUT, "/photos", &acl, "").await;
    let (_, code) = answer.outcome();
    want.push((
        "CreateBucket".into(),
        code.into(),
        answer.xml("Message").into(),
    ));
    let answer = server.call(A, Method::GET, "/?max-buckets=0", "").await;
    let (_, code) = answer.outcome();
    want.push((
        "ListBuckets".into(),
        code.into(),
        answer.xml("Message").into(),
    ));

    let mut found = Vec::new();
    for event in events(&server, A).await {
        let record: Value = serde_json::from_str(&event.record).expect("JSON");
        let text = |name: &str| record[name].as_str().unwrap_or_default().to_owned();
        let bucket = &record["requestParameters"]["bucketName"];
        let named = if event.name == "ListBuckets" {
            &Value::Null
        } else {
            &json!("photos")
        };
        assert_eq!(bucket, named, "{record}");
        found.push((event.name, text("errorCode"), text("errorMessage")));
    }
    found.sort();
    want.sort();
    assert_eq!(found, want);
}

#[tokio::test]
async fn who_owns_a_bucket_hears_of_others_at_it() {
    let server = Server::start(true);
    assert!(fine(&server.call(A, Method::PUT, "/photos", "").await));
    for (method, path) in [
        (Method::HEAD, "/photos"),
        (Method::GET, "/photos?location"),
        (Method::DELETE, "/photos"),
        (Method::DELETE, "/nowhere"),
    ] {
        server.call(B, method, path, "").await;
    }
    let read = |event: Event| -> Value { serde_json::from_str(&event.record).expect("JSON") };
    let copies: Vec<_> = events(&server, A).await.into_iter().map(read).collect();
    let own: Vec<_> = events(&server, B).await.into_iter().map(read).collect();
    assert_eq!((copies.len(), own.len()), (1 + 3, 4));
    for copy in &copies {
        if copy["eventName"] == "CreateBucket" {
            assert!(copy.get("sharedEventID").is_none(), "{copy}");
            continue;
        }
        let mut pair = own
            .iter()
            .filter(|own| own["sharedEventID"] == copy["sharedEventID"]);
        let (original, None) = (pair.next().expect("the caller's"), pair.next()) else {
            panic!("{copy} is shared by several");
        };
        assert_ne!(original["eventID"], copy["eventID"]);
        for field in [
            "eventName",
            "errorCode",
            "requestID",
            "requestParameters",
            "resources",
        ] {
            assert_eq!(original[field], copy[field], "{field}");
        }
        assert_eq!(copy["errorCode"], "AccessDenied");
        assert_eq!(copy["recipientAccountId"], A);
        assert_eq!(copy["userIdentity"]["type"], "AWSAccount");
        assert_eq!(copy["userIdentity"]["accountId"], B);
        let bucket =
            json!([{"accountId": A, "type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::photos"}]);
        assert_eq!(copy["resources"], bucket);
    }
}
