//! Queries from their start to their end, with a program that stands in for the lake's: what it is given, and what
//! becomes of a query when it, or a server, comes to grief.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use atrium_api::{Clock as _, LakeSettings, Settings};
use atrium_model::lake::LakeFile;
use atrium_testkit::{Answer, Credentials, Options, Server, on_both_engines};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::world::{REGION, text};

on_both_engines!(with_program();
    a_query_gets_the_stores_that_it_names_and_no_others,
    a_program_that_dies_has_exhausted_its_resources,
    what_is_wrong_with_a_statement_is_told,
    a_cancelled_query_ends_its_program,
    a_query_of_a_server_that_died_is_taken_up,
    a_query_that_kills_servers_is_given_up,
    an_account_has_ten_queries_at_once,
    two_servers_take_each_record_once,
    what_is_too_old_is_removed,
    a_deleted_store_is_gone_after_a_week,
    a_query_is_forgotten_after_a_week,
);

/// Does what the statement's comment says, and keeps what it was asked in the folder that is named there.
const PROGRAM: &str = r#"#!/bin/sh
read -r request
folder=$(printf '%s' "$request" | sed 's/.*to:\([^ ]*\) .*/\1/')
echo $$ > "$folder/pid"
printf '%s' "$request" | grep -o '"[^"]*jsonl"' | tr -d '"' | while read -r lines; do cat "$lines"; done > "$folder/lines"
printf '%s' "$request" > "$folder/request"
case "$request" in
*do:die*) echo '{"columns":["a"]}'; printf '[{"a":'; kill -9 $$ ;;
*do:wait*) exec sleep 600 ;;
*do:fail*) echo '{"error":{"kind":"unknown","line":3,"column":7,"message":"there is no column `b`"}}'; exit 1 ;;
esac
echo '{"columns":["a","b"]}'
echo '[{"a":"1"},{"b":null}]'
echo '[{"a":"2"},{"b":"two"}]'
echo '{"statistics":{"rows":2,"rows_scanned":5,"bytes_scanned":7,"milliseconds":1}}'
"#;

static WRITTEN: LazyLock<PathBuf> = LazyLock::new(|| {
    let path = tempfile::tempdir().unwrap().keep().join("program");
    std::fs::write(&path, PROGRAM).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
});

pub(crate) fn with_program() -> Options {
    Options {
        settings: Settings {
            lake: LakeSettings {
                program: Some(WRITTEN.clone()),
                queries: 4,
                ..LakeSettings::default()
            },
            ..Settings::default()
        },
        ..Options::default()
    }
}

/// A worker that ends with the test.
pub(crate) struct Worker(JoinHandle<()>);

impl Worker {
    pub(crate) fn start(server: &Server) -> Self {
        let services = Arc::clone(server.services());
        Self(tokio::spawn(atrium_api::run_lake(services)))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.0.abort();
    }
}

pub(crate) async fn call(
    server: &Server,
    by: &Credentials,
    operation: &str,
    input: Value,
) -> Answer {
    server
        .call(by, REGION, "cloudtrail", operation, input)
        .await
}

/// A new event data store's id.
pub(crate) async fn store(server: &Server, by: &Credentials) -> String {
    let made = json!({"Name": "the-store"});
    let made = call(server, by, "CreateEventDataStore", made).await.ok();
    let arn = text(&made["EventDataStoreArn"]);
    arn.rsplit('/').next().unwrap().to_owned()
}

/// Starts a query that tells the program to do something; answers its id.
async fn start(server: &Server, by: &Credentials, store: &str, what: &str) -> Answer {
    let folder = server.database().folder().display();
    let statement = format!("SELECT a, b FROM {store} -- to:{folder} do:{what}");
    call(
        server,
        by,
        "StartQuery",
        json!({"QueryStatement": statement}),
    )
    .await
}

async fn started(server: &Server, by: &Credentials, store: &str, what: &str) -> String {
    text(&start(server, by, store, what).await.ok()["QueryId"])
}

/// What is told of a query once it has one of these statuses.
pub(crate) async fn until(
    server: &Server,
    by: &Credentials,
    query: &str,
    statuses: &[&str],
) -> Value {
    for _ in 0..3000 {
        let found = call(server, by, "DescribeQuery", json!({"QueryId": query}));
        let found = found.await.ok();
        if statuses.contains(&found["QueryStatus"].as_str().unwrap()) {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the query {query} never is {statuses:?}");
}

/// What the program has kept under a name, once it has.
pub(crate) async fn kept(server: &Server, name: &str) -> String {
    let path = server.database().folder().join(name);
    for _ in 0..3000 {
        match std::fs::read_to_string(&path) {
            Ok(text) if !text.is_empty() => return text,
            _ => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
    panic!("the program never kept {name}");
}

async fn a_query_gets_the_stores_that_it_names_and_no_others(server: Server) {
    let _worker = Worker::start(&server);
    let (own, other) = (
        server.admin().clone(),
        server.new_account("222200000002").await,
    );
    let (mine, theirs) = (store(&server, &own).await, store(&server, &other).await);
    for who in [&own, &other] {
        let user = json!({"UserName": "somebody"});
        server
            .call(who, REGION, "iam", "CreateUser", user)
            .await
            .ok();
    }
    let query = started(&server, &own, &mine, "answer").await;
    let done = until(&server, &own, &query, &["FINISHED"]).await;

    let request: Value = serde_json::from_str(&kept(&server, "request").await).unwrap();
    let tables = request["query"]["tables"].as_object().unwrap();
    assert_eq!(tables.keys().collect::<Vec<_>>(), [&mine]);
    // All that was acknowledged before it was started, and nothing of others.
    let lines = kept(&server, "lines").await;
    let records: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let names = records.iter().map(|record| text(&record["eventName"]));
    assert_eq!(names.filter(|name| name == "CreateUser").count(), 1);
    let owners = records
        .iter()
        .map(|record| text(&record["recipientAccountId"]));
    assert!(
        owners
            .into_iter()
            .all(|owner| owner == own.account.as_str())
    );

    let statistics = &done["QueryStatistics"];
    assert_eq!(statistics["EventsMatched"], 2);
    assert_eq!(statistics["EventsScanned"], 5 + records.len());
    let pending: usize = lines.lines().map(str::len).sum();
    assert_eq!(statistics["BytesScanned"], 7 + pending);
    let page = json!({"QueryId": query, "MaxQueryResults": 1});
    let first = call(&server, &own, "GetQueryResults", page).await.ok();
    assert_eq!(first["QueryResultRows"], json!([[{"a": "1"}, {"b": ""}]]));
    assert_eq!(first["QueryStatistics"]["TotalResultsCount"], 2);
    let page = json!({"QueryId": query, "NextToken": first["NextToken"]});
    let second = call(&server, &own, "GetQueryResults", page.clone())
        .await
        .ok();
    assert_eq!(
        second["QueryResultRows"],
        json!([[{"a": "2"}, {"b": "two"}]])
    );
    assert!(second["NextToken"].is_null());

    // To others the query is not there, whatever they hold in their hands.
    let refused = call(
        &server,
        &other,
        "GetQueryResults",
        json!({"QueryId": query}),
    )
    .await;
    assert_eq!(refused.refused(), "QueryIdNotFoundException");
    let refused = call(&server, &other, "GetQueryResults", page).await;
    assert_eq!(refused.refused(), "InvalidNextTokenException");
    let refused = start(&server, &own, &theirs, "answer").await;
    assert_eq!(refused.refused(), "EventDataStoreNotFoundException");
    let both = format!("{mine} a JOIN {theirs}");
    let refused = start(&server, &own, &both, "answer").await;
    assert_eq!(refused.refused(), "EventDataStoreNotFoundException");
}

async fn a_program_that_dies_has_exhausted_its_resources(server: Server) {
    let _worker = Worker::start(&server);
    let admin = server.admin().clone();
    let store = store(&server, &admin).await;
    let query = started(&server, &admin, &store, "die").await;
    let done = until(&server, &admin, &query, &["FAILED"]).await;
    assert_eq!(
        done["ErrorMessage"],
        "Query exhausted resources at this scale factor"
    );
}

async fn what_is_wrong_with_a_statement_is_told(server: Server) {
    let _worker = Worker::start(&server);
    let admin = server.admin().clone();
    let store = store(&server, &admin).await;
    let query = started(&server, &admin, &store, "fail").await;
    let done = until(&server, &admin, &query, &["FAILED"]).await;
    assert_eq!(done["ErrorMessage"], "line 3:7: there is no column `b`");
    let results = call(
        &server,
        &admin,
        "GetQueryResults",
        json!({"QueryId": query}),
    );
    let results = results.await.ok();
    assert_eq!(results["ErrorMessage"], done["ErrorMessage"]);
    assert!(results["QueryResultRows"].is_null());
}

async fn a_cancelled_query_ends_its_program(server: Server) {
    let _worker = Worker::start(&server);
    let admin = server.admin().clone();
    let store = store(&server, &admin).await;
    let query = started(&server, &admin, &store, "wait").await;
    kept(&server, "request").await;
    until(&server, &admin, &query, &["RUNNING"]).await;
    let cancelled = call(&server, &admin, "CancelQuery", json!({"QueryId": query}));
    assert_eq!(cancelled.await.ok()["QueryStatus"], "CANCELLED");
    let again = call(&server, &admin, "CancelQuery", json!({"QueryId": query})).await;
    assert_eq!(again.refused(), "InactiveQueryException");
    until(&server, &admin, &query, &["CANCELLED"]).await;
    let process = PathBuf::from("/proc").join(kept(&server, "pid").await.trim());
    for _ in 0..3000 {
        if !process.exists() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the program still runs");
}

/// Takes a query up and does nothing with it, as a server that dies.
async fn die_over(server: &Server, by: &Credentials, query: &str) {
    let (account, id) = (by.account.clone(), query.to_owned());
    let now = server.clock().now();
    let taken = server.services().store.write(move |tx| {
        let query = tx.query(&account, &id)?.unwrap();
        tx.claim_query(&query, now, now + Duration::from_secs(15))
    });
    assert!(taken.await.unwrap());
}

async fn a_query_of_a_server_that_died_is_taken_up(server: Server) {
    let admin = server.admin().clone();
    let store = store(&server, &admin).await;
    let query = started(&server, &admin, &store, "answer").await;
    die_over(&server, &admin, &query).await;
    let _worker = Worker::start(&server);
    let other = started(&server, &admin, &store, "answer").await;
    until(&server, &admin, &other, &["FINISHED"]).await;
    // It may be that the other server lives.
    until(&server, &admin, &query, &["RUNNING"]).await;
    server.clock().advance(Duration::from_secs(15));
    until(&server, &admin, &query, &["FINISHED"]).await;
}

async fn a_query_that_kills_servers_is_given_up(server: Server) {
    let admin = server.admin().clone();
    let store = store(&server, &admin).await;
    let query = started(&server, &admin, &store, "answer").await;
    for _ in 0..3 {
        die_over(&server, &admin, &query).await;
        server.clock().advance(Duration::from_secs(15));
    }
    let _worker = Worker::start(&server);
    let done = until(&server, &admin, &query, &["FAILED"]).await;
    assert_eq!(done["ErrorMessage"], "The query was interrupted too often");
}

async fn an_account_has_ten_queries_at_once(server: Server) {
    let admin = server.admin().clone();
    let store = store(&server, &admin).await;
    let mut last = String::new();
    for _ in 0..10 {
        last = started(&server, &admin, &store, "answer").await;
    }
    let refused = start(&server, &admin, &store, "answer").await;
    assert_eq!(refused.refused(), "MaxConcurrentQueriesException");
    call(&server, &admin, "CancelQuery", json!({"QueryId": last}))
        .await
        .ok();
    started(&server, &admin, &store, "answer").await;
    let listed = call(
        &server,
        &admin,
        "ListQueries",
        json!({"EventDataStore": store}),
    );
    assert_eq!(listed.await.ok()["Queries"].as_array().unwrap().len(), 11);
}

async fn two_servers_take_each_record_once(server: Server) {
    let _workers = [Worker::start(&server), Worker::start(&server)];
    let admin = server.admin().clone();
    let store = store(&server, &admin).await;
    for round in 0..4 {
        let calls = (0..25).map(|number| {
            let user = json!({"UserName": format!("user{round}-{number}")});
            server.call(&admin, REGION, "iam", "CreateUser", user)
        });
        for made in futures::future::join_all(calls).await {
            made.ok();
        }
    }
    let query = started(&server, &admin, &store, "answer").await;
    until(&server, &admin, &query, &["FINISHED"]).await;
    let lines = kept(&server, "lines").await;
    let mut names: Vec<String> = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|record| record["eventName"] == "CreateUser")
        .map(|record| text(&record["requestParameters"]["userName"]))
        .collect();
    names.sort();
    let mut want: Vec<String> = (0..100)
        .map(|number| format!("user{}-{}", number / 25, number % 25))
        .collect();
    want.sort();
    assert_eq!(names, want);
}

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Waits until the database says yes.
async fn until_true(
    server: &Server,
    ask: impl Fn(&mut dyn atrium_store::Tx) -> Result<bool, atrium_store::StoreError>
    + Clone
    + Send
    + 'static,
) {
    for _ in 0..3000 {
        if server.services().store.read(ask.clone()).await.unwrap() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it never is");
}

async fn what_is_too_old_is_removed(server: Server) {
    let admin = server.admin().clone();
    let made = json!({"Name": "the-store", "RetentionPeriod": 7});
    let made = call(&server, &admin, "CreateEventDataStore", made)
        .await
        .ok();
    let arn = text(&made["EventDataStoreArn"]);
    let store = arn.rsplit('/').next().unwrap().to_owned();
    let now = server.clock().now();
    let day = |ago: u32| {
        let ago = i64::try_from((DAY * ago).as_millis()).unwrap();
        atrium_trail::ingest::day_of(atrium_model::Timestamp::from_millis(now.as_millis() - ago))
    };
    let file = |ago: u32| LakeFile {
        account: admin.account.clone(),
        store: store.clone(),
        day: day(ago),
        name: "x.parquet".to_owned(),
        records: 1,
        bytes: 1,
        made: now,
    };
    let files = [file(9), file(8), file(6), file(0)];
    let (old, kept) = (files[..2].to_vec(), files[2..].to_vec());
    let insert = server.services().store.write(move |tx| {
        files.iter().try_for_each(|file| {
            tx.announce_lake_file(&file.path(), now + DAY)?;
            tx.insert_lake_file(file)
        })
    });
    insert.await.unwrap();
    let _worker = Worker::start(&server);
    let account = admin.account.clone();
    until_true(&server, move |tx| {
        Ok(tx.lake_files(&account, &store, ("", ""), 9)? == kept)
    })
    .await;
    // Who reads them may do so for a while.
    let loose = move |tx: &mut dyn atrium_store::Tx| tx.loose_lake_files(now + DAY, 9);
    let loose = server.services().store.read(loose).await.unwrap();
    let want: Vec<String> = old.iter().map(LakeFile::path).collect();
    assert_eq!(loose.len(), want.len());
    assert!(loose.iter().all(|path| want.contains(path)));
    let now_loose = move |tx: &mut dyn atrium_store::Tx| tx.loose_lake_files(now, 9);
    let now_loose = server.services().store.read(now_loose).await.unwrap();
    assert!(now_loose.is_empty());
}

async fn a_deleted_store_is_gone_after_a_week(server: Server) {
    let admin = server.admin().clone();
    let made = json!({"Name": "the-store", "TerminationProtectionEnabled": false});
    let made = call(&server, &admin, "CreateEventDataStore", made.clone())
        .await
        .ok();
    let named = json!({"EventDataStore": made["EventDataStoreArn"]});
    call(&server, &admin, "DeleteEventDataStore", named.clone())
        .await
        .ok();
    server.clock().advance(DAY * 7);
    let restored = call(&server, &admin, "RestoreEventDataStore", named.clone()).await;
    assert_eq!(restored.refused(), "EventDataStoreNotFoundException");
    let _worker = Worker::start(&server);
    until_true(&server, |tx| {
        Ok(tx.all_event_data_stores(("", ""), 9)?.is_empty())
    })
    .await;
    let gone = call(&server, &admin, "GetEventDataStore", named).await;
    assert_eq!(gone.refused(), "EventDataStoreNotFoundException");
}

async fn a_query_is_forgotten_after_a_week(server: Server) {
    let admin = server.admin().clone();
    let store = store(&server, &admin).await;
    let query = started(&server, &admin, &store, "answer").await;
    {
        let _worker = Worker::start(&server);
        until(&server, &admin, &query, &["FINISHED"]).await;
    }
    server.clock().advance(DAY * 7 + Duration::from_millis(1));
    let gone = call(&server, &admin, "DescribeQuery", json!({"QueryId": query})).await;
    assert_eq!(gone.refused(), "QueryIdNotFoundException");
    let _worker = Worker::start(&server);
    let account = admin.account.clone();
    until_true(&server, move |tx| Ok(tx.query(&account, &query)?.is_none())).await;
}
