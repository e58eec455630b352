//! Buckets are shut to everyone but their account.

use atrium_api::Clock as _;
use atrium_testkit::{Options, Server, on_both_engines, sign};
use bytes::Bytes;
use http::{Method, Request};

use crate::world::{REGION, World};

on_both_engines!(Options::default(); strangers_get_nothing_of_a_bucket);

async fn strangers_get_nothing_of_a_bucket(server: Server) {
    let world = World::build(&server).await;
    let victim = &world.a.members[0];
    let bucket = &victim.names["Bucket"];
    let own = &world.b.management.names["Bucket"];
    let before = server.database().rows();
    let part = "partNumber=1&uploadId=x";
    let requests = [
        (Method::GET, format!("/{bucket}/secret.txt"), None),
        (Method::HEAD, format!("/{bucket}/secret.txt"), None),
        (Method::GET, format!("/{bucket}/none.txt"), None),
        (Method::PUT, format!("/{bucket}/secret.txt"), None),
        (Method::DELETE, format!("/{bucket}/secret.txt"), None),
        (Method::GET, format!("/{bucket}"), None),
        (Method::GET, format!("/{bucket}?list-type=2"), None),
        (Method::HEAD, format!("/{bucket}"), None),
        (Method::DELETE, format!("/{bucket}"), None),
        (Method::PUT, format!("/{bucket}"), None),
        (Method::POST, format!("/{bucket}/big?uploads"), None),
        (Method::PUT, format!("/{bucket}/big?{part}"), None),
        (Method::GET, format!("/{bucket}?uploads"), None),
        (Method::DELETE, format!("/{bucket}/big?uploadId=x"), None),
        (Method::GET, format!("/{bucket}?location"), None),
        (
            Method::PUT,
            format!("/{own}/copy.txt"),
            Some(format!("/{bucket}/secret.txt")),
        ),
    ];
    let strangers = [
        ("another organization", &world.b.management),
        ("a sibling", &world.a.members[1]),
        ("the management account", &world.a.management),
        ("alone", &world.alone),
    ];
    for (who, stranger) in strangers {
        for (method, path, source) in &requests {
            let mut request = Request::builder()
                .method(method)
                .uri(format!("{}{path}", server.endpoint()));
            if let Some(source) = source {
                request = request.header("x-amz-copy-source", source);
            }
            let request = request.body(Bytes::new()).unwrap();
            let now = server.clock().now();
            let answer = server
                .send(sign(request, &stranger.admin, REGION, "s3", now))
                .await;
            let status = answer.status().as_u16();
            let text = String::from_utf8_lossy(answer.body()).into_owned();
            let (owners, head) = (
                path == &format!("/{bucket}") && *method == Method::PUT,
                *method == Method::HEAD,
            );
            let wanted = if owners { 409 } else { 403 };
            assert_eq!(status, wanted, "{who}: {method} {path}: {text}");
            let code = if owners {
                "BucketAlreadyExists"
            } else {
                "AccessDenied"
            };
            assert!(
                head || text.contains(&format!("<Code>{code}</Code>")),
                "{who}: {method} {path}: {text}"
            );
            assert!(!text.contains("the secret"), "{who}: {method} {path}");
        }
    }
    assert_eq!(before, server.database().rows());
}
