//! The commands for people.

use std::fs::File;
use std::io::Write as _;
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::fixture::Trail;
use crate::lake::{STORE, text};

fn lake(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_atrium-lake"))
        .args(arguments)
        .output()
        .unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn complaint(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A log as CloudTrail delivers it.
fn log(path: &std::path::Path, seed: u64, count: usize) {
    let mut trail = Trail::new(seed);
    let records: Vec<_> = (0..count).map(|_| trail.value()).collect();
    let mut file = GzEncoder::new(File::create(path).unwrap(), Compression::fast());
    write!(file, "{}", serde_json::json!({ "Records": records })).unwrap();
    file.finish().unwrap();
}

#[test]
fn logs_become_a_lake_that_answers() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    log(&path("a.json.gz"), 1, 150);
    log(&path("b.json.gz"), 2, 50);
    std::fs::write(path("c.jsonl"), Trail::new(3).record()).unwrap();
    let lake_folder = text(&path("lake"));
    let inputs = ["a.json.gz", "b.json.gz", "c.jsonl"].map(|name| text(&path(name)));
    let convert = |memory: &str| {
        lake(&[
            "convert",
            &inputs[0],
            &inputs[1],
            &inputs[2],
            "--output",
            &lake_folder,
            "--memory",
            memory,
        ])
    };
    let done = convert("512");
    assert!(done.status.success(), "{}", complaint(&done));
    assert!(
        complaint(&done).contains("201 records"),
        "{}",
        complaint(&done)
    );

    let table = format!("{STORE}={lake_folder}");
    let ask = |statement: &str, output: &str| {
        lake(&["query", "--table", &table, statement, "--output", output])
    };
    let count = format!("SELECT count(*) AS Records, count(DISTINCT eventID) FROM {STORE}");
    assert_eq!(out(&ask(&count, "csv")), "Records,_col1\r\n201,201\r\n");
    // The same again, in pieces that are merged: nothing twice.
    let done = convert("0");
    assert!(done.status.success(), "{}", complaint(&done));
    assert_eq!(out(&ask(&count, "csv")), "Records,_col1\r\n201,201\r\n");

    assert_eq!(
        out(&ask("SELECT 'a,\"b' AS x, NULL AS y", "csv")),
        "x,y\r\n\"a,\"\"b\",\r\n"
    );
    assert_eq!(
        out(&ask(
            "SELECT 'a' AS x, NULL AS y UNION ALL SELECT 'b', 'c' ORDER BY x",
            "json"
        )),
        "[\n{\"x\":\"a\",\"y\":null},\n{\"x\":\"b\",\"y\":\"c\"}\n]\n"
    );
    let shown = out(&ask("SELECT chr(27) || '[2J' AS x", "table"));
    assert!(
        shown.contains("│  [2J") && !shown.contains('\u{1b}'),
        "{shown}"
    );
    let refused = ask("SELECT nothing", "table");
    assert_eq!(
        (refused.status.code(), complaint(&refused).as_str()),
        (
            Some(1),
            "atrium-lake: line 1:8: Column 'nothing' cannot be resolved\n"
        )
    );
}

/// What a run that was broken off had written counts for nothing, and the next run removes it once it can't be another run's.
#[test]
fn a_broken_off_run_leaves_nothing_that_counts() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    log(&path("a.json.gz"), 1, 40);
    let (input, lake_folder) = (text(&path("a.json.gz")), text(&path("lake")));
    let convert = |inputs: &[&str], memory: &str| {
        let more = ["--output", &lake_folder, "--memory", memory];
        lake(&[&["convert"], inputs, &more].concat())
    };
    let table = format!("{STORE}={lake_folder}");
    let count = || {
        let statement = format!("SELECT count(*) FROM {STORE}");
        lake(&["query", "--table", &table, &statement, "--output", "csv"])
    };
    // Every record is written at once; the second file isn't there.
    let done = convert(&[&input, &text(&path("none.json"))], "0");
    assert_eq!(done.status.code(), Some(1));
    let day = path("lake/eventday=2026-01-05");
    assert_eq!(std::fs::read_dir(&day).unwrap().count(), 40);
    let asked = count();
    assert_eq!(
        complaint(&asked),
        format!("atrium-lake: there is no Parquet file in `{lake_folder}`\n")
    );
    let files = || -> Vec<_> {
        let there = std::fs::read_dir(&day).unwrap();
        there.map(|entry| entry.unwrap().path()).collect()
    };
    for (age, want) in [(3600, 41), (3 * 24 * 3600, 1)] {
        let time = SystemTime::now() - Duration::from_secs(age);
        for part in files() {
            File::options()
                .append(true)
                .open(part)
                .unwrap()
                .set_modified(time)
                .unwrap();
        }
        let done = convert(&[&input], "512");
        assert!(done.status.success(), "{}", complaint(&done));
        assert_eq!(out(&count()), "_col0\r\n40\r\n");
        assert_eq!(files().len(), want, "{:?}", files());
    }
}

/// Of two runs of one name at once, the one that ends later counts.
#[test]
fn two_runs_at_once_do_not_mix() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| text(&folder.path().join(name));
    log(path("a").as_ref(), 1, 400);
    log(path("b").as_ref(), 2, 300);
    let output = path("lake");
    let done = std::thread::scope(|scope| {
        let runs = ["a", "b"].map(|name| {
            let input = path(name);
            scope.spawn(|| lake(&["convert", &{ input }, "--output", &output, "--memory", "0"]))
        });
        runs.map(|run| run.join().unwrap())
    });
    for run in done {
        assert!(run.status.success(), "{}", complaint(&run));
    }
    let table = format!("{STORE}={output}");
    let statement = format!("SELECT count(*) FROM {STORE}");
    let count = out(&lake(&[
        "query", "--table", &table, &statement, "--output", "csv",
    ]));
    assert!(
        ["_col0\r\n400\r\n", "_col0\r\n300\r\n"].contains(&count.as_str()),
        "{count}"
    );
}

#[test]
fn what_is_no_log_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| text(&folder.path().join(name));
    std::fs::write(path("broken.json.gz"), [0x1f, 0x8b, 8, 0, 1, 2, 3]).unwrap();
    std::fs::write(path("other.json"), "{\"Records\": 7}").unwrap();
    std::fs::write(path("bad.jsonl"), "{\"eventID\": 1}\n").unwrap();
    let output = path("lake");
    for (name, want) in [
        ("broken.json.gz", "could not read"),
        ("other.json", "no file of CloudTrail records"),
        ("none.json", "could not read"),
        (
            "bad.jsonl",
            "record 1: the record has no text `eventVersion`",
        ),
    ] {
        let done = lake(&["convert", &path(name), "--output", &output]);
        assert_eq!(done.status.code(), Some(1), "{name}");
        assert!(
            complaint(&done).contains(want),
            "{name}: {}",
            complaint(&done)
        );
    }
    let none = format!("t={}", path("none"));
    let asked = lake(&["query", "--table", &none, "SELECT count(*) FROM t"]);
    assert_eq!(asked.status.code(), Some(1));
    assert!(
        complaint(&asked).contains(&path("none")),
        "{}",
        complaint(&asked)
    );
    assert_eq!(lake(&["convert"]).status.code(), Some(2));
    assert_eq!(
        lake(&["query", "--table", "x", "SELECT 1"]).status.code(),
        Some(2)
    );
}

/// What a query that was stopped kept beside its memory is no good to anybody.
#[test]
fn a_query_that_takes_too_long_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (log_file, lake_folder) = (folder.path().join("a.json.gz"), folder.path().join("lake"));
    log(&log_file, 1, 4000);
    let made = lake(&["convert", &text(&log_file), "--output", &text(&lake_folder)]);
    assert!(made.status.success(), "{}", complaint(&made));
    let temporary = folder.path().join("tmp");
    std::fs::create_dir(&temporary).unwrap();
    let table = format!("events={}", text(&lake_folder));
    let statement = "SELECT count(*) FROM events a, events b WHERE a.eventJson || b.eventJson < b.eventJson || a.eventJson";
    let stopped = Command::new(env!("CARGO_BIN_EXE_atrium-lake"))
        .args(["query", "--seconds", "0.5", "--table", &table, statement])
        .env("TMPDIR", &temporary)
        .output()
        .unwrap();
    assert!(
        complaint(&stopped).contains("ran for more than 0.5 s"),
        "{stopped:?}"
    );
    let left: Vec<_> = std::fs::read_dir(&temporary).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}
