//! Records as OCSF events in files: where they stand, what they hold, and what is told of the rest.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use arrow::array::AsArray as _;
use arrow::datatypes::Int64Type;
use atrium_lake::ocsf::schema;
use atrium_lake::record::Record;
use atrium_ocsf::{Class, Classes};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use serde_json::{Value, json};

use crate::fixture::{Trail, lines};
use crate::lake::text;

/// Half of a surrogate pair, which UTF-8 doesn't have: a mark for each of its bytes.
const HALF: &str = "\u{fffd}\u{fffd}\u{fffd}";

fn ocsf(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_atrium-lake"))
        .arg("ocsf")
        .args(arguments)
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn events(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// All files beneath a folder, by their paths in it.
fn files(folder: &Path) -> BTreeMap<String, PathBuf> {
    let (mut found, mut folders) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(text(path.strip_prefix(folder).unwrap()), path);
            }
        }
    }
    found
}

fn times(path: &Path) -> Vec<i64> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
    let batches = reader.build().unwrap().map(Result::unwrap);
    let times = |batch: arrow::array::RecordBatch| {
        batch
            .column_by_name("time")
            .unwrap()
            .as_primitive::<Int64Type>()
            .values()
            .to_vec()
    };
    batches.flat_map(times).collect()
}

#[test]
fn events_stand_where_security_lake_looks_for_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("records.jsonl"), lines(7, 400)).unwrap();
    let (input, output) = (text(&path("records.jsonl")), text(&path("out")));
    let done = ocsf(&[&input, "--output", &output]);
    assert!(done.status.success(), "{}", said(&done));
    assert!(said(&done).starts_with("400 events in "), "{}", said(&done));

    let mut rows = 0;
    let found = files(&path("out"));
    for (name, file) in &found {
        let parts: Vec<&str> = name.split('/').collect();
        let [ext, source, region, account, day, name] = parts.as_slice() else {
            panic!("{name}");
        };
        assert_eq!((*ext, *name), ("ext", "cloudtrail.parquet"));
        let class = Class::ALL.into_iter().find(|class| {
            source.strip_prefix("atrium-") == Some(class.name().replace('_', "-").as_str())
        });
        assert!(region.starts_with("region=") && account.starts_with("accountId="));
        assert_eq!(*day, "eventDay=20260105");
        let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(file).unwrap()).unwrap();
        assert_eq!(
            reader.schema().fields(),
            schema(&[class.unwrap()]).fields(),
            "{name}"
        );
        let times = times(file);
        assert!(times.is_sorted(), "{name}");
        rows += times.len();
    }
    assert_eq!(rows, 400);
    // The records of the fixture are of these classes at least.
    for class in [
        "account-change",
        "entity-management",
        "user-access",
        "group-management",
        "authentication",
        "api-activity",
    ] {
        assert!(found.keys().any(|name| name.contains(class)), "{class}");
    }
}

#[test]
fn security_lake_s_own_layout_has_one_table() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("records.jsonl"), lines(7, 50)).unwrap();
    let (input, output) = (text(&path("records.jsonl")), text(&path("out")));
    let done = ocsf(&[
        &input,
        "--output",
        &output,
        "--layout",
        "cloud-trail",
        "--classes",
        "security-lake",
        "--format",
        "parquet",
    ]);
    assert!(done.status.success(), "{}", said(&done));
    for (name, file) in files(&path("out")) {
        assert!(
            name.starts_with("aws/CLOUD_TRAIL_MGMT/2.0/region="),
            "{name}"
        );
        let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(file).unwrap()).unwrap();
        assert_eq!(
            reader.schema().fields(),
            schema(Classes::SecurityLake.all()).fields()
        );
    }
}

/// The same records, whichever form they come in, are the same events.
#[test]
fn logs_lines_and_the_lake_s_files_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let mut trail = Trail::new(5);
    let records: Vec<Value> = (0..60).map(|_| trail.value()).collect();
    let all: String = records
        .iter()
        .map(|record| format!("{record}\n\n"))
        .collect();
    fs::write(path("a.jsonl"), all).unwrap();
    fs::create_dir_all(path("AWSLogs/CloudTrail-Digest")).unwrap();
    fs::write(
        path("AWSLogs/CloudTrail-Digest/digest.json"),
        "{\"digest\": 1}",
    )
    .unwrap();
    let log = serde_json::to_string_pretty(&json!({"Records": records})).unwrap();
    fs::write(path("AWSLogs/log.json"), log).unwrap();
    let convert = Command::new(env!("CARGO_BIN_EXE_atrium-lake"))
        .args([
            "convert",
            &text(&path("a.jsonl")),
            "--output",
            &text(&path("lake")),
        ])
        .output()
        .unwrap();
    assert!(convert.status.success(), "{}", said(&convert));

    let want = events(&ocsf(&[&text(&path("a.jsonl"))]));
    assert_eq!(want.len(), 60);
    for input in [
        "AWSLogs",
        "lake",
        "lake/eventday=2026-01-05/converted.parquet",
    ] {
        let done = ocsf(&[&text(&path(input))]);
        assert!(done.status.success(), "{}", said(&done));
        let sorted = |mut events: Vec<Value>| {
            events.sort_by_key(Value::to_string);
            events
        };
        assert_eq!(sorted(events(&done)), sorted(want.clone()), "{input}");
    }
}

#[test]
fn what_waits_is_bounded_and_nothing_is_there_twice() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("records.jsonl"), lines(7, 40)).unwrap();
    let (input, output) = (text(&path("records.jsonl")), text(&path("out")));
    let run = |memory: &str| {
        let done = ocsf(&[
            &input,
            "--output",
            &output,
            "--memory",
            memory,
            "--format",
            "jsonl",
            "--layout",
            "cloud-trail",
        ]);
        assert!(done.status.success(), "{}", said(&done));
        let found = files(&path("out"));
        let mut lines: Vec<String> = found
            .values()
            .flat_map(|file| {
                fs::read_to_string(file)
                    .unwrap()
                    .lines()
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            })
            .collect();
        lines.sort_unstable();
        (found.len(), lines)
    };
    let (many, in_parts) = run("0");
    assert_eq!((many, in_parts.len()), (40, 40), "a file for each event");
    let (few, whole) = run("512");
    assert!(few < many);
    assert_eq!(whole, in_parts);
}

#[test]
fn what_is_no_record_is_told_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| text(&folder.path().join(name));
    let good = Trail::new(3).record();
    fs::write(
        path("mixed.jsonl"),
        format!("{good}\nnonsense\n{{\"eventID\": 1}}\n{good}\n"),
    )
    .unwrap();
    fs::write(path("broken.json.gz"), [0x1f, 0x8b, 8, 0, 1, 2, 3]).unwrap();
    fs::write(path("other.json"), "{\"Records\": 7}").unwrap();
    let done = ocsf(&[
        &path("mixed.jsonl"),
        &path("broken.json.gz"),
        &path("other.json"),
        &path("none.json"),
    ]);
    assert_eq!(done.status.code(), Some(1));
    assert_eq!(events(&done).len(), 2);
    let said = said(&done);
    for want in [
        "mixed.jsonl: record 2: the record is no JSON",
        "mixed.jsonl: record 3: the record has no text `eventVersion`",
        "broken.json.gz: ",
        "other.json: it is no file of CloudTrail records: there is no list `Records`",
        "none.json: No such file",
        "2 events; 5 refused",
    ] {
        assert!(said.contains(want), "{want}: {said}");
    }
    let wrong: [&[&str]; 4] = [
        &[],
        &["x", "--format", "parquet"],
        &["x", "--source", "a/b"],
        &["x", "--classes", "all"],
    ];
    for arguments in wrong {
        assert!(!ocsf(arguments).status.success(), "{arguments:?}");
    }
}

/// `atrium-lake ocsf … | head` is no failure.
#[test]
fn whoever_reads_may_have_enough() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records.jsonl");
    fs::write(&path, lines(7, 200)).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_atrium-lake"))
        .args(["ocsf", &text(&path)])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let done = child.wait_with_output().unwrap();
    assert!(
        done.status.success() && done.stderr.is_empty(),
        "{}",
        said(&done)
    );
}

/// Who writes a record chooses neither where files go nor whether there is an event.
#[test]
fn strange_records_become_events_in_their_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let deep = format!("{}1{}", "[".repeat(3000), "]".repeat(3000));
    let record = |more: &str| {
        format!(
            "{{\"eventVersion\":\"1.11\",\"eventID\":\"e\",\"eventTime\":\"2026-01-05T09:01:02Z\",{more}}}\n"
        )
    };
    let strange = [
        record(r#""awsRegion":"../../up","recipientAccountId":"a/b","eventName":"\ud800""#),
        record(r#""awsRegion":"..","requestParameters":{"number":1e999}"#),
        record(&format!(r#""additionalEventData":{deep}"#)),
        record(r#""awsRegion":7,"recipientAccountId":{"a":1}"#),
    ];
    fs::write(path("strange.jsonl"), strange.concat()).unwrap();
    let done = ocsf(&[&text(&path("strange.jsonl"))]);
    assert!(done.status.success(), "{}", said(&done));
    let told = events(&done);
    assert_eq!(told[0]["api"]["operation"], HALF);
    assert_eq!(told[1]["api"]["request"]["data"], r#"{"number":"1e999"}"#);
    let left = told[2]["unmapped"].as_object().unwrap();
    assert!(
        left.values()
            .any(|value| value.as_str().unwrap().contains("[[1]]"))
    );

    let done = ocsf(&[
        &text(&path("strange.jsonl")),
        "--output",
        &text(&path("a/b/out")),
    ]);
    assert!(done.status.success(), "{}", said(&done));
    let found: Vec<String> = files(folder.path()).into_keys().collect();
    let above = "a/b/out/ext/atrium-api-activity";
    assert_eq!(
        found,
        [
            format!("{above}/region=7/accountId=unknown/eventDay=20260105/cloudtrail.parquet"),
            format!(
                "{above}/region=unknown/accountId=unknown/eventDay=20260105/cloudtrail.parquet"
            ),
            "strange.jsonl".to_owned(),
        ]
    );
}

/// Security Lake asks custom sources for pages of a mebibyte at most.
#[test]
fn pages_are_small() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let mut trail = Trail::new(9);
    let large = |at: u32| {
        let mut record = trail.value();
        let body: String = (0..20_000)
            .map(|n| char::from(b'a' + ((n * 31 + at * 7) % 26) as u8))
            .collect();
        record["eventName"] = json!("PutObject");
        record["requestParameters"] = json!({ "body": body });
        record["awsRegion"] = json!("us-east-1");
        record["recipientAccountId"] = json!("111122223333");
        format!("{record}\n")
    };
    fs::write(path("large.jsonl"), (0..300).map(large).collect::<String>()).unwrap();
    let done = ocsf(&[&text(&path("large.jsonl")), "--output", &text(&path("out"))]);
    assert!(done.status.success(), "{}", said(&done));
    let found = files(&path("out"));
    assert_eq!(found.len(), 1);
    let reader =
        SerializedFileReader::new(File::open(found.values().next().unwrap()).unwrap()).unwrap();
    let (mut pages, mut largest) = (0, 0);
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group).unwrap();
        for column in 0..group.num_columns() {
            let mut column = group.get_column_page_reader(column).unwrap();
            while let Some(page) = column.get_next_page().unwrap() {
                pages += 1;
                largest = largest.max(page.buffer().len());
            }
        }
    }
    assert!(pages > 10 && largest > 100_000, "{pages} {largest}");
    assert!(largest <= (1 << 20) + 30_000, "{largest}");
}

#[test]
fn trees_hold_what_records_do() {
    let text = r#"{"eventVersion":"1.11","eventID":"e","eventTime":"2026-01-05T09:01:02Z","a":{"b":[1,"x",null,true]}}"#;
    let tree = Record::read(text).unwrap().tree();
    assert_eq!(
        Value::Object(tree),
        serde_json::from_str::<Value>(text).unwrap()
    );
    // Once more by the way that strange records take.
    let strange = text.replace("null", r#""\udc00""#);
    let tree = Record::read(&strange).unwrap().tree();
    assert_eq!(
        Value::Object(tree),
        serde_json::from_str::<Value>(&text.replace("null", &format!("\"{HALF}\""))).unwrap()
    );
}
