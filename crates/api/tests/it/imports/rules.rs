//! Who may ask for an import, of what, and how many at a time.

use std::time::Duration;

use atrium_testkit::{Server, on_both_engines};
use serde_json::json;

use super::scene::{Scene, Worker, call, fill, with_program};
use crate::world::{REGION, text};

on_both_engines!(with_program();
    only_a_role_that_lets_cloudtrail_read_is_good,
    nothing_of_another_account_is_imported,
    one_import_of_an_account_is_under_way,
);

async fn only_a_role_that_lets_cloudtrail_read_is_good(server: Server) {
    let scene = Scene::set(&server, server.admin(), "logs").await;
    fill(&scene, &server, 1).await;
    let ours = scene.trust("cloudtrail.amazonaws.com");
    scene
        .role(
            &server,
            "another",
            &scene.trust("config.amazonaws.com"),
            &["s3:ListBucket"],
        )
        .await;
    scene.role(&server, "blind", &ours, &["s3:GetObject"]).await;
    scene
        .role(&server, "closed", &ours, &["s3:ListBucket"])
        .await;
    let with = |role: &str| {
        let mut request = scene.request();
        request["ImportSource"]["S3"]["S3BucketAccessRoleArn"] = json!(role);
        request
    };
    let own = |name: &str| format!("arn:aws:iam::{}:role/{name}", scene.admin.account);
    for (role, want) in [
        (own("nobody"), "InvalidImportSourceException"),
        (own("another"), "InvalidImportSourceException"),
        (own("blind"), "InvalidImportSourceException"),
        (
            own("importer").replace("role/", "user/"),
            "InvalidParameterException",
        ),
        ("importer".to_owned(), "InvalidParameterException"),
        (
            "arn:aws:iam::444455556666:role/importer".to_owned(),
            "InvalidImportSourceException",
        ),
    ] {
        let refused = call(&server, &scene.admin, "StartImport", with(&role)).await;
        assert_eq!(refused.refused(), want, "{role}");
    }
    let _worker = Worker::start(&server);
    let started = call(&server, &scene.admin, "StartImport", with(&own("closed")))
        .await
        .ok();
    let import = text(&started["ImportId"]);
    assert_eq!(scene.end(&server, &import).await["ImportStatus"], "FAILED");
    assert_eq!(
        scene.failures(&server, &import).await[0]["ErrorType"],
        "AccessDenied"
    );
    // Trusted no more, it doesn't even get to the files.
    let none = json!({"RoleName": "closed", "PolicyDocument": scene.trust("config.amazonaws.com").to_string()});
    server
        .call(&scene.admin, REGION, "iam", "UpdateAssumeRolePolicy", none)
        .await
        .ok();
    let again = call(
        &server,
        &scene.admin,
        "StartImport",
        json!({"ImportId": import}),
    )
    .await;
    assert_eq!(again.refused(), "InvalidImportSourceException");
    assert!(scene.stored(&server).await.is_empty());
}

async fn nothing_of_another_account_is_imported(server: Server) {
    let scene = Scene::set(&server, server.admin(), "logs").await;
    let other = server.new_account("222200000002").await;
    let theirs = Scene::set(&server, &other, "their-logs").await;
    fill(&theirs, &server, 1).await;
    let mut request = scene.request();
    request["ImportSource"]["S3"]["S3LocationUri"] = json!("s3://their-logs");
    let refused = call(&server, &scene.admin, "StartImport", request).await;
    assert_eq!(refused.refused(), "InvalidImportSourceException");
    let mut request = scene.request();
    request["Destinations"] = json!([theirs.store]);
    let refused = call(&server, &scene.admin, "StartImport", request).await;
    assert_eq!(refused.refused(), "EventDataStoreNotFoundException");
    let mut request = scene.request();
    request["ImportSource"]["S3"]["S3BucketAccessRoleArn"] = json!(theirs.role);
    let refused = call(&server, &scene.admin, "StartImport", request).await;
    assert_eq!(refused.refused(), "InvalidImportSourceException");
    let import = theirs.start(&server).await;
    for (operation, want) in [
        ("GetImport", "ImportNotFoundException"),
        ("StopImport", "ImportNotFoundException"),
        ("StartImport", "ImportNotFoundException"),
        ("ListImportFailures", "InvalidParameterException"),
    ] {
        let refused = call(
            &server,
            &scene.admin,
            operation,
            json!({"ImportId": import}),
        )
        .await;
        assert_eq!(refused.refused(), want, "{operation}");
    }
    for filter in [json!({}), json!({"Destination": theirs.store})] {
        let listed = call(&server, &scene.admin, "ListImports", filter)
            .await
            .ok();
        assert_eq!(listed["Imports"], json!([]));
    }
}

async fn one_import_of_an_account_is_under_way(server: Server) {
    let scene = Scene::set(&server, server.admin(), "logs").await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let import = scene.start(&server).await;
        let second = call(&server, &scene.admin, "StartImport", scene.request()).await;
        assert_eq!(second.refused(), "AccountHasOngoingImportException");
        for operation in ["DeleteEventDataStore", "UpdateEventDataStore"] {
            let named = json!({"EventDataStore": scene.store});
            let refused = call(&server, &scene.admin, operation, named).await;
            assert_eq!(
                refused.refused(),
                "EventDataStoreHasOngoingImportException",
                "{operation}"
            );
        }
        call(
            &server,
            &scene.admin,
            "StopImport",
            json!({"ImportId": import}),
        )
        .await
        .ok();
        server.clock().advance(Duration::from_secs(1));
        ids.insert(0, import);
    }
    let listed = call(
        &server,
        &scene.admin,
        "ListImports",
        json!({"MaxResults": 2, "ImportStatus": "STOPPED"}),
    )
    .await
    .ok();
    let next =
        json!({"MaxResults": 2, "ImportStatus": "STOPPED", "NextToken": listed["NextToken"]});
    let rest = call(&server, &scene.admin, "ListImports", next).await.ok();
    let all = [&listed, &rest]
        .map(|page| page["Imports"].as_array().unwrap().clone())
        .concat();
    let found: Vec<String> = all.iter().map(|import| text(&import["ImportId"])).collect();
    assert_eq!(found, ids, "the newest first");
    assert!(rest["NextToken"].is_null());
    let other = json!({"ImportStatus": "COMPLETED"});
    assert_eq!(
        call(&server, &scene.admin, "ListImports", other).await.ok()["Imports"],
        json!([])
    );
    for request in [
        json!({}),
        json!({"ImportId": ids[0], "Destinations": [scene.store]}),
    ] {
        let refused = call(&server, &scene.admin, "StartImport", request).await;
        assert_eq!(refused.refused(), "InvalidParameterException");
    }
}
