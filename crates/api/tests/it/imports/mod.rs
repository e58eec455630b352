//! Imports from their start to their end, with a program that stands in for the lake's: what they take of a bucket, and what
//! becomes of them when a server comes to grief.

mod rules;
mod scene;

use std::time::Duration;

use atrium_api::Clock as _;
use atrium_testkit::{Server, on_both_engines};
use serde_json::json;

use crate::world::text;
use scene::{Scene, Worker, call, fill, key, log, pack, with_program};

on_both_engines!(with_program();
    the_records_of_all_log_files_come_once,
    two_servers_share_an_import,
    a_step_of_a_server_that_died_is_taken_again,
    a_file_that_kills_servers_is_given_up,
    an_import_is_stopped_and_goes_on,
    a_refused_record_is_told_with_its_file,
);

async fn the_records_of_all_log_files_come_once(server: Server) {
    let scene = Scene::set(&server, server.admin(), "logs").await;
    let want = fill(&scene, &server, 3).await;
    for (key, body) in [
        ("AWSLogs/1/CloudTrail/broken.json.gz", b"no gzip".to_vec()),
        (
            "AWSLogs/1/CloudTrail/digest.json.gz",
            pack(r#"{"logFiles":[]}"#),
        ),
        ("AWSLogs/1/CloudTrail-Digest/skipped.json.gz", pack("{}")),
        ("AWSLogs/1/Config/skipped.json.gz", pack("{}")),
    ] {
        scene.put(&server, key, body).await;
    }
    let _worker = Worker::start(&server);
    let import = scene.start(&server).await;
    let done = scene.end(&server, &import).await;
    assert_eq!(done["ImportStatus"], "FAILED");
    let statistics = json!({"PrefixesFound": 2, "PrefixesCompleted": 2, "FilesCompleted": 3, "EventsCompleted": 6,
        "FailedEntries": 2});
    assert_eq!(done["ImportStatistics"], statistics);
    assert_eq!(scene.stored(&server).await, want);
    let failures = scene.failures(&server, &import).await;
    let told: Vec<(String, String)> = failures
        .iter()
        .map(|found| (text(&found["Location"]), text(&found["ErrorType"])))
        .collect();
    let invalid = |name: &str| {
        (
            format!("s3://logs/AWSLogs/1/CloudTrail/{name}.json.gz"),
            "InvalidLogFile".to_owned(),
        )
    };
    assert_eq!(told, [invalid("broken"), invalid("digest")]);

    // Mended, and tried again.
    scene
        .put(
            &server,
            "AWSLogs/1/CloudTrail/broken.json.gz",
            log(&server, &[("late", "Sell")]),
        )
        .await;
    let again = call(
        &server,
        &scene.admin,
        "StartImport",
        json!({"ImportId": import}),
    )
    .await
    .ok();
    assert_eq!(
        (&again["ImportId"], &again["ImportStatus"]),
        (&json!(import), &json!("IN_PROGRESS"))
    );
    let done = scene.end(&server, &import).await;
    assert_eq!(done["ImportStatistics"]["FailedEntries"], 1);
    let failures = scene.failures(&server, &import).await;
    let told: Vec<&str> = failures
        .iter()
        .map(|found| found["Status"].as_str().unwrap())
        .collect();
    assert_eq!(told, ["SUCCEEDED", "FAILED"]);
    let mut want = want;
    want.insert("late".to_owned(), 1);
    assert_eq!(scene.stored(&server).await, want);
}

async fn two_servers_share_an_import(server: Server) {
    let scene = Scene::set(&server, server.admin(), "logs").await;
    let want = fill(&scene, &server, 30).await;
    let import = scene.start(&server).await;
    let _workers = [Worker::start(&server), Worker::start(&server)];
    let done = scene.end(&server, &import).await;
    assert_eq!(
        (
            &done["ImportStatus"],
            &done["ImportStatistics"]["EventsCompleted"]
        ),
        (&json!("COMPLETED"), &json!(60))
    );
    assert_eq!(scene.stored(&server).await, want);
}

/// Takes the next step of an import up and does nothing with it, as a server that dies.
async fn die_over(server: &Server, scene: &Scene, import: &str) {
    let (account, id) = (scene.admin.account.clone(), import.to_owned());
    let now = server.clock().now();
    let taken = server.services().store.write(move |tx| {
        let import = tx.import(&account, &id)?.unwrap();
        tx.claim_import(&import, now, now + Duration::from_secs(20))
    });
    assert!(taken.await.unwrap());
}

async fn a_step_of_a_server_that_died_is_taken_again(server: Server) {
    let scene = Scene::set(&server, server.admin(), "logs").await;
    let want = fill(&scene, &server, 2).await;
    let import = scene.start(&server).await;
    die_over(&server, &scene, &import).await;
    let _worker = Worker::start(&server);
    tokio::time::sleep(Duration::from_millis(300)).await;
    // It may be that the other server lives.
    assert_eq!(
        scene.get(&server, &import).await["ImportStatus"],
        "INITIALIZING"
    );
    server.clock().advance(Duration::from_secs(20));
    assert_eq!(
        scene.end(&server, &import).await["ImportStatus"],
        "COMPLETED"
    );
    assert_eq!(scene.stored(&server).await, want);
}

async fn a_file_that_kills_servers_is_given_up(server: Server) {
    let scene = Scene::set(&server, server.admin(), "logs").await;
    let mut want = fill(&scene, &server, 2).await;
    let import = scene.start(&server).await;
    {
        let _worker = Worker::start(&server);
        scene.end(&server, &import).await;
    }
    // A new one, of which counting succeeded: its first file is the killer.
    let import = scene.start(&server).await;
    let (account, id) = (scene.admin.account.clone(), import.clone());
    let counted = server.services().store.write(move |tx| {
        let mut import = tx.import(&account, &id)?.unwrap();
        import.place.is_counted = true;
        let due = import.created;
        tx.advance_import(&import, Some(due))
    });
    assert!(counted.await.unwrap());
    for _ in 0..6 {
        die_over(&server, &scene, &import).await;
        server.clock().advance(Duration::from_secs(20));
    }
    let _worker = Worker::start(&server);
    let done = scene.end(&server, &import).await;
    assert_eq!(
        (
            &done["ImportStatus"],
            &done["ImportStatistics"]["FilesCompleted"]
        ),
        (&json!("FAILED"), &json!(1))
    );
    let failures = scene.failures(&server, &import).await;
    assert_eq!(failures[0]["ErrorType"], "InternalFailure");
    assert!(text(&failures[0]["Location"]).ends_with(&key(0)));
    for id in ["1-a", "1-b"] {
        want.insert(id.to_owned(), 2);
    }
    assert_eq!(
        scene.stored(&server).await,
        want,
        "another import brings the same again"
    );
}

async fn an_import_is_stopped_and_goes_on(server: Server) {
    let scene = Scene::set(&server, server.admin(), "logs").await;
    let want = fill(&scene, &server, 2).await;
    let import = scene.start(&server).await;
    let named = json!({"ImportId": import});
    let stopped = call(&server, &scene.admin, "StopImport", named.clone())
        .await
        .ok();
    assert_eq!(stopped["ImportStatus"], "STOPPED");
    let twice = call(&server, &scene.admin, "StopImport", named.clone()).await;
    assert_eq!(twice.refused(), "InvalidParameterException");
    let other = scene.start(&server).await;
    let busy = call(&server, &scene.admin, "StartImport", named.clone()).await;
    assert_eq!(busy.refused(), "AccountHasOngoingImportException");
    let _worker = Worker::start(&server);
    let stop = json!({"ImportId": other});
    // It may be over by now.
    call(&server, &scene.admin, "StopImport", stop).await;
    scene.end(&server, &other).await;
    let before = scene.stored(&server).await;
    assert_eq!(scene.get(&server, &import).await["ImportStatus"], "STOPPED");
    call(&server, &scene.admin, "StartImport", named.clone())
        .await
        .ok();
    assert_eq!(
        scene.end(&server, &import).await["ImportStatus"],
        "COMPLETED"
    );
    let twice = call(&server, &scene.admin, "StartImport", named).await;
    assert_eq!(twice.refused(), "InvalidParameterException");
    let after = scene.stored(&server).await;
    let more = |id: &String| after[id] - before.get(id).copied().unwrap_or_default();
    assert!(want.keys().all(|id| more(id) == 1), "{before:?} {after:?}");
}

async fn a_refused_record_is_told_with_its_file(server: Server) {
    let scene = Scene::set(&server, server.admin(), "logs").await;
    let want = fill(&scene, &server, 2).await;
    scene
        .put(
            &server,
            &key(2),
            log(&server, &[("x", "Sell"), ("y", "refused")]),
        )
        .await;
    let _worker = Worker::start(&server);
    let import = scene.start(&server).await;
    assert_eq!(scene.end(&server, &import).await["ImportStatus"], "FAILED");
    let failures = scene.failures(&server, &import).await;
    assert!(text(&failures[0]["Location"]).ends_with(&key(2)));
    let message = text(&failures[0]["ErrorMessage"]);
    assert!(
        message.contains("record 2") && message.contains("it is refused"),
        "{message}"
    );
    assert_eq!(scene.stored(&server).await, want);
}
