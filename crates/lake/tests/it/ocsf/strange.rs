//! Records that are none, or not as one expects.

use std::fs;
use std::process::{Command, Stdio};

use atrium_lake::record::Record;
use serde_json::Value;

use super::{events, files, ocsf, said};
use crate::fixture::{Trail, lines};
use crate::lake::text;

/// Half of a surrogate pair, which UTF-8 doesn't have: a mark for each of its bytes.
const HALF: &str = "\u{fffd}\u{fffd}\u{fffd}";

#[test]
fn what_is_no_record_is_told_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| text(&folder.path().join(name));
    let mut trail = Trail::new(3);
    let (good, other) = (trail.record(), trail.record());
    fs::write(
        path("mixed.jsonl"),
        format!("{good}\nnonsense\n{{\"eventID\": 1}}\n{other}\n"),
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
