//! The process, as the service runs it.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use crate::fixture;
use crate::lake::{Lake, STORE, record, text};

pub fn ask(request: &Value, more: &str) -> (Output, Vec<Value>) {
    let mut process = Command::new(env!("CARGO_BIN_EXE_atrium-lake"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = process.stdin.take().unwrap();
    write!(input, "{request}\n{more}").unwrap();
    drop(input);
    let output = process.wait_with_output().unwrap();
    let lines = String::from_utf8(output.stdout.clone()).unwrap();
    let lines = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    (output, lines)
}

pub fn query(tables: Value, statement: &str) -> Value {
    json!({"query": {"statement": statement, "tables": tables}})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_answers_lines_of_json() {
    let lake = Lake::of([
        record("e1", "2026-01-05T09:00:00Z", json!({"errorCode": "Denied"})),
        record("e2", "2026-01-05T09:00:01Z", json!({})),
    ])
    .await;
    let tables = json!({ STORE: {"folders": [text(lake.folder.path())]} });
    let (output, lines) = ask(
        &query(
            tables.clone(),
            &format!("SELECT eventID, errorCode AS Why FROM {STORE} ORDER BY eventid"),
        ),
        "",
    );
    assert!(output.status.success());
    assert_eq!(
        lines[..3],
        [
            json!({"columns": ["eventID", "Why"]}),
            json!([{"eventID": "e1"}, {"Why": "Denied"}]),
            json!([{"eventID": "e2"}, {"Why": null}]),
        ]
    );
    let statistics = &lines[3]["statistics"];
    assert_eq!(
        (&statistics["rows"], &statistics["rows_scanned"]),
        (&json!(2), &json!(2))
    );
    assert!(
        statistics["bytes_scanned"].as_u64().unwrap() > 0 && statistics["milliseconds"].is_u64()
    );
    assert_eq!(lines.len(), 4);

    let (output, lines) = ask(
        &query(tables, &format!("SELECT eventID,\n nothing FROM {STORE}")),
        "",
    );
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        lines.last().unwrap(),
        &json!({"error": {
            "kind": "unknown", "line": 2, "column": 2, "message": "Column 'nothing' cannot be resolved",
        }})
    );
}

#[test]
fn what_is_no_request_is_told() {
    for request in [
        json!({"query": {}}),
        json!({"erase": {}}),
        json!([]),
        query(json!({"t": {"path": "x"}}), "SELECT 1"),
    ] {
        let (output, lines) = ask(&request, "");
        assert_eq!(output.status.code(), Some(1), "{request}");
        assert_eq!(lines[0]["error"]["kind"], "refused", "{request}");
    }
}

#[test]
fn a_missing_file_or_store_is_told() {
    for table in [
        json!({"files": ["/nowhere/a.parquet"]}),
        json!({"files": ["ftp://h/a.parquet"]}),
        json!({"lines": ["/nowhere/a.jsonl"]}),
    ] {
        let (output, lines) = ask(
            &query(json!({"t": table}), "SELECT count(eventid) FROM t"),
            "",
        );
        assert_eq!(output.status.code(), Some(1), "{table}");
        assert_eq!(
            lines.last().unwrap()["error"]["kind"],
            "storage",
            "{lines:?}"
        );
    }
    // A table that the statement doesn't name is not looked at.
    let (output, _) = ask(
        &query(json!({"t": {"files": ["/nowhere/a.parquet"]}}), "SELECT 1"),
        "",
    );
    assert!(output.status.success());
}

#[test]
fn an_empty_table_has_columns_and_no_rows() {
    let (output, lines) = ask(
        &query(
            json!({ STORE: {} }),
            &format!("SELECT * FROM {STORE} WHERE eventtime > '2026-01-01'"),
        ),
        "",
    );
    assert!(output.status.success(), "{lines:?}");
    assert_eq!(
        lines[0]["columns"].as_array().unwrap().len(),
        atrium_lake::schema::schema().fields().len()
    );
    assert_eq!(lines[1]["statistics"]["rows"], 0);
}

/// Written, asked, merged, asked again; with records that are in no file yet, and people to join with.
#[test]
fn records_live_through_all_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let output = text(folder.path());
    let lines = fixture::lines(11, 300);
    let (first, rest) = lines.split_at(lines.match_indices('\n').nth(199).unwrap().0 + 1);
    let mut files = Vec::new();
    for (number, part) in [first, rest].iter().enumerate() {
        let broken = if number == 0 {
            "\n{\"eventID\": 7}\nno JSON\n"
        } else {
            ""
        };
        let request = json!({"write": {"output": output, "name": format!("part{number}")}});
        let (done, told) = ask(&request, &format!("{broken}{part}"));
        assert!(done.status.success(), "{told:?}");
        let refused: Vec<_> = told
            .iter()
            .filter_map(|line| line["refused"]["record"].as_u64())
            .collect();
        assert_eq!(refused, if number == 0 { vec![1, 2] } else { vec![] });
        files.extend(told.into_iter().filter(|line| line["file"].is_object()));
    }
    let rows: u64 = files
        .iter()
        .map(|line| line["file"]["rows"].as_u64().unwrap())
        .sum();
    assert_eq!(rows, 300);
    for line in &files {
        let path = line["file"]["url"]
            .as_str()
            .unwrap()
            .strip_prefix("file://")
            .unwrap();
        assert_eq!(
            std::fs::metadata(path).unwrap().len(),
            line["file"]["bytes"].as_u64().unwrap()
        );
        assert!(path.contains(&format!("/eventday={}/part", line["day"].as_str().unwrap())));
        assert!(
            line["file"]["min_time"].as_str().unwrap()
                <= line["file"]["max_time"].as_str().unwrap()
        );
    }
    let urls: Vec<&str> = files
        .iter()
        .map(|line| line["file"]["url"].as_str().unwrap())
        .collect();
    let whole = format!("{output}/eventday=2026-01-05/whole.parquet");
    let (done, told) = ask(&json!({"compact": {"files": urls, "output": whole}}), "");
    assert!(done.status.success(), "{told:?}");
    assert_eq!(told[0]["file"]["rows"], 300);

    let recent = folder.path().join("recent.jsonl");
    std::fs::write(
        &recent,
        record(
            "now",
            "2026-03-01T00:00:00Z",
            json!({"userIdentity": {"onBehalfOf": {"userId": "u1"}}}),
        )
        .to_string(),
    )
    .unwrap();
    let people = folder.path().join("people.jsonl");
    std::fs::write(&people, "{\"userid\": \"u1\", \"username\": \"ann\", \"since\": \"2026-02-01T00:00:00Z\"}\n\
                             {\"userid\": \"u1\", \"username\": \"ann lee\", \"since\": \"2026-03-02T00:00:00Z\"}\n").unwrap();
    let tables = json!({
        STORE: {"files": [whole], "lines": [text(&recent)]},
        "people": {"lines": [text(&people)], "columns": [["userid", "varchar"], ["username", "varchar"], ["since", "timestamp"]]},
    });
    let counted = count(&tables, &format!("SELECT count(*) FROM {STORE}"));
    assert_eq!(counted, "301");
    let named = count(
        &tables,
        &format!(
            "SELECT max_by(p.userName, p.since) FROM {STORE} e JOIN People p ON e.userIdentity.onBehalfOf.userId = p.userId AND p.since <= e.eventTime"
        ),
    );
    assert_eq!(named, "ann");
}

fn count(tables: &Value, statement: &str) -> String {
    let (done, lines) = ask(&query(tables.clone(), statement), "");
    assert!(done.status.success(), "{lines:?}");
    lines[1][0]
        .as_object()
        .unwrap()
        .values()
        .next()
        .unwrap()
        .as_str()
        .unwrap()
        .to_owned()
}

/// Its time is kept even where it computes without a pause.
#[tokio::test(flavor = "multi_thread")]
async fn it_ends_in_time() {
    let lake = Lake::made(5, 2000).await;
    let mut request = query(
        json!({ STORE: {"folders": [text(lake.folder.path())]} }),
        &endless(),
    );
    request["query"]["limits"] = json!({"seconds": 0.3});
    let (output, lines) = ask(&request, "");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        lines.last().unwrap()["error"]["kind"],
        "timed_out",
        "{lines:?}"
    );
}

fn endless() -> String {
    format!(
        "SELECT count(*) FROM {STORE} a CROSS JOIN {STORE} b CROSS JOIN {STORE} c WHERE a.eventid < b.useragent || c.eventid"
    )
}

/// Ended at any moment, it leaves no file half written, and what was there stays.
#[tokio::test(flavor = "multi_thread")]
async fn it_can_be_killed() {
    let lake = Lake::made(5, 2000).await;
    let before = listed(lake.folder.path());
    let request = query(
        json!({ STORE: {"folders": [text(lake.folder.path())]} }),
        &endless(),
    );
    let mut process = Command::new(env!("CARGO_BIN_EXE_atrium-lake"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = process.stdin.take().unwrap();
    writeln!(input, "{request}").unwrap();
    // The columns come when the query runs.
    let mut output = std::io::BufReader::new(process.stdout.take().unwrap());
    drop(input);
    let mut begun = [0; 1];
    let _ = std::io::Read::read(&mut output, &mut begun);
    process.kill().unwrap();
    assert!(!process.wait().unwrap().success());
    assert_eq!(listed(lake.folder.path()), before);
    assert_eq!(
        lake.value("SELECT count(*) FROM $EDS").await.as_deref(),
        Some("2000")
    );
}

/// Writing has an end of its memory too, although nobody tells it one.
#[cfg(target_os = "linux")]
#[test]
fn its_memory_is_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = Command::new(env!("CARGO_BIN_EXE_atrium-lake"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    // It waits for records, and so can be looked at.
    let mut input = process.stdin.take().unwrap();
    let request = json!({"write": {"output": text(folder.path()), "name": "n"}});
    writeln!(input, "{request}").unwrap();
    let limits = format!("/proc/{}/limits", process.id());
    let bounded = || {
        let limits = std::fs::read_to_string(&limits).unwrap();
        let line = limits
            .lines()
            .find(|line| line.starts_with("Max data size"));
        line.is_some_and(|line| !line.contains("unlimited"))
    };
    let begun = std::time::Instant::now();
    while !bounded() {
        assert!(begun.elapsed().as_secs() < 60, "there is no bound");
        std::thread::yield_now();
    }
    drop(input);
    assert!(process.wait().unwrap().success());
}

fn listed(folder: &Path) -> Vec<String> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(listed(&path))
        } else {
            all.push(text(&path))
        }
    }
    all.sort_unstable();
    all
}
