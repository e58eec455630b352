//! Delivery to trails by several servers at once: each record once, whoever was faster.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use atrium_api::{Clock as _, Settings, deliver};
use atrium_store::{EventQuery, StoreError};
use atrium_testkit::{Options, Server, on_both_engines, sign};
use bytes::Bytes;
use flate2::read::GzDecoder;
use http::Request;
use serde_json::{Value, json};

use crate::world::{REGION, text};

on_both_engines!(options(); servers_share_the_work, a_bucket_that_is_gone_holds_files_up);

const OFTEN: Duration = Duration::from_secs(10);

fn options() -> Options {
    Options {
        settings: Settings {
            trail_interval: OFTEN,
            digest_interval: OFTEN,
            ..Settings::default()
        },
        ..Options::default()
    }
}

async fn s3(server: &Server, method: &str, path: &str) -> (u16, Bytes) {
    let request = Request::builder()
        .method(method)
        .uri(format!("{}{path}", server.endpoint()));
    let request = request.body(Bytes::new()).unwrap();
    let now = server.clock().now();
    let answer = server
        .send(sign(request, server.admin(), REGION, "s3", now))
        .await;
    (answer.status().as_u16(), answer.body().clone())
}

async fn cloudtrail(server: &Server, operation: &str, input: Value) -> Value {
    let by = server.admin();
    server
        .call(by, REGION, "cloudtrail", operation, input)
        .await
        .ok()
}

async fn make_user(server: &Server, name: &str) {
    let input = json!({ "UserName": name });
    let made = server.call(server.admin(), REGION, "iam", "CreateUser", input);
    made.await.ok();
}

/// The names of a bucket's objects.
async fn objects(server: &Server, bucket: &'static str) -> Vec<String> {
    let store = &server.services().store;
    let found = store
        .read(move |tx| tx.objects(bucket, "", None, 10_000))
        .await;
    let found = found.unwrap_or_else(|error: StoreError| panic!("{error}"));
    found.into_iter().map(|object| object.name).collect()
}

/// How often each event's id is in the log files of a bucket.
async fn delivered(server: &Server, bucket: &'static str) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for name in objects(server, bucket).await {
        if !name.contains("/CloudTrail/") {
            continue;
        }
        let (status, body) = s3(server, "GET", &format!("/{bucket}/{name}")).await;
        assert_eq!(status, 200, "{name}");
        let file: Value = serde_json::from_reader(GzDecoder::new(&*body)).unwrap();
        for record in file["Records"].as_array().unwrap() {
            *found.entry(text(&record["eventID"])).or_default() += 1;
        }
    }
    found
}

/// The ids of everything in the log since a moment.
async fn logged(server: &Server) -> BTreeMap<String, usize> {
    server.flush_events().await;
    let query = EventQuery {
        account: server.admin().account.clone(),
        region: REGION.parse().unwrap(),
        from: atrium_model::Timestamp::from_millis(0),
        to: server.clock().now(),
        filter: None,
        after: None,
        limit: 10_000,
    };
    let found = server
        .services()
        .store
        .read(move |tx| tx.events(&query))
        .await;
    let found = found.unwrap_or_else(|error: StoreError| panic!("{error}"));
    let ids = found.into_iter().rev().map(|(_, event)| event);
    ids.skip_while(|event| event.name != "StartLogging")
        .map(|event| (event.id, 1))
        .collect()
}

/// Makes a bucket.
pub async fn make_bucket(server: &Server, bucket: &str) {
    assert_eq!(s3(server, "PUT", &format!("/{bucket}")).await.0, 200);
}

/// A trail that logs to a new bucket.
async fn trail(server: &Server, bucket: &str) {
    make_bucket(server, bucket).await;
    let new = json!({"Name": "main", "S3BucketName": bucket, "EnableLogFileValidation": true});
    cloudtrail(server, "CreateTrail", new).await;
    server.clock().advance(Duration::from_secs(1));
    cloudtrail(server, "StartLogging", json!({"Name": "main"})).await;
}

/// Lets several servers deliver what is due, all at once.
async fn deliver_at_once(server: &Server) {
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let services = Arc::clone(server.services());
            tokio::spawn(async move { deliver(&services).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
}

async fn servers_share_the_work(server: Server) {
    trail(&server, "bucket").await;
    for round in 0..5 {
        for number in 0..10 {
            make_user(&server, &format!("u{round}-{number}")).await;
        }
        server.clock().advance(OFTEN);
        deliver_at_once(&server).await;
    }
    let want = logged(&server).await;
    assert_eq!(want.len(), 51);
    // On PostgreSQL other tests' transactions may hold some events back for a moment.
    for _ in 0..600 {
        server.clock().advance(OFTEN);
        deliver_at_once(&server).await;
        if delivered(&server, "bucket").await.len() >= want.len() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(delivered(&server, "bucket").await, want);
    server.clock().advance(OFTEN);
    deliver_at_once(&server).await;
    let names = objects(&server, "bucket").await;
    let digests = names
        .iter()
        .filter(|name| name.contains("/CloudTrail-Digest/"));
    assert!(digests.count() > 3, "{names:?}");
    let status = cloudtrail(&server, "GetTrailStatus", json!({"Name": "main"})).await;
    assert_eq!(status["IsLogging"], true);
    assert!(
        status["LatestDeliveryTime"].is_number() && status["LatestDigestDeliveryTime"].is_number()
    );
}

async fn a_bucket_that_is_gone_holds_files_up(server: Server) {
    trail(&server, "gone").await;
    make_user(&server, "somebody").await;
    assert_eq!(s3(&server, "DELETE", "/gone").await.0, 204);
    let status = async || cloudtrail(&server, "GetTrailStatus", json!({"Name": "main"})).await;
    for _ in 0..600 {
        server.clock().advance(OFTEN);
        deliver_at_once(&server).await;
        if status().await["LatestDeliveryError"] == "NoSuchBucket" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let told = status().await;
    assert_eq!(told["LatestDeliveryError"], "NoSuchBucket");
    assert!(told.get("LatestDeliveryTime").is_none(), "{told}");
    assert_eq!(told["LatestDeliveryAttemptSucceeded"], "");

    assert_eq!(s3(&server, "PUT", "/gone").await.0, 200);
    server.clock().advance(Duration::from_secs(3600));
    deliver_at_once(&server).await;
    let told = status().await;
    assert!(told.get("LatestDeliveryError").is_none(), "{told}");
    assert!(told["LatestDeliveryTime"].is_number(), "{told}");
    let ids = logged(&server).await;
    let found = delivered(&server, "gone").await;
    assert!(!found.is_empty());
    assert!(
        found
            .iter()
            .all(|(id, often)| *often == 1 && ids.contains_key(id))
    );
}
