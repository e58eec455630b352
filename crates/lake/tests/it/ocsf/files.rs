//! Where events stand, and how they are written.

use std::fs::{self, File};
use std::process::Command;

use atrium_lake::ocsf::schema;
use atrium_ocsf::{Class, Classes};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use serde_json::{Value, json};

use super::{events, files, ocsf, said, times};
use crate::fixture::{Trail, lines};
use crate::lake::text;

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
    assert!(largest <= 1 << 20, "{largest}");
}
