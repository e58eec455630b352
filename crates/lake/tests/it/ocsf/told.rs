//! Files that hold events of each other, as merged ones and those that went into them.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::{events, files, ocsf, said};
use crate::fixture::Trail;
use crate::lake::text;

fn records(seed: u64, count: usize) -> Vec<String> {
    let mut trail = Trail::new(seed);
    (0..count).map(|_| trail.record()).collect()
}

fn write(path: &Path, records: &[String]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let lines: String = records.iter().map(|record| format!("{record}\n")).collect();
    fs::write(path, lines).unwrap();
}

/// The events' ids, in order.
fn ids(events: &[Value]) -> Vec<String> {
    let id = |event: &Value| event["metadata"]["uid"].as_str().unwrap().to_owned();
    let mut ids: Vec<String> = events.iter().map(id).collect();
    ids.sort_unstable();
    ids
}

fn ids_of(records: &[String]) -> Vec<String> {
    let id = |record: &String| {
        let record: Value = serde_json::from_str(record).unwrap();
        record["eventID"].as_str().unwrap().to_owned()
    };
    let mut ids: Vec<String> = records.iter().map(id).collect();
    ids.sort_unstable();
    ids
}

#[test]
fn a_folder_s_files_tell_an_event_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let all = records(7, 60);
    write(&path("all.jsonl"), &all);
    let convert = Command::new(env!("CARGO_BIN_EXE_atrium-lake"))
        .args(["convert", &text(&path("all.jsonl"))])
        .args(["--output", &text(&path("merged"))])
        .output()
        .unwrap();
    assert!(convert.status.success(), "{}", said(&convert));
    let day = "lake/111122223333/store/eventday=2026-01-05";
    write(&path(&format!("{day}/a.jsonl")), &all[..25]);
    write(&path(&format!("{day}/z.jsonl")), &all[20..50]);
    let merged = path("merged/eventday=2026-01-05/converted.parquet");
    fs::copy(merged, path(&format!("{day}/m.parquet"))).unwrap();
    let later = records(8, 5);
    write(&path(&format!("{day}/later.jsonl")), &later);

    let done = ocsf(&[&text(&path("lake"))]);
    assert!(done.status.success(), "{}", said(&done));
    let want = [all.clone(), later].concat();
    assert_eq!(ids(&events(&done)), ids_of(&want));
    assert_eq!(
        said(&done),
        "65 events; 0 refused; 55 left out, told already\n"
    );

    // Another event data store's are its own.
    let other = "lake/111122223333/other/eventday=2026-01-05/a.jsonl";
    write(&path(other), &all[..25]);
    let output = text(&path("out"));
    let arguments = [
        &text(&path("lake")),
        "--format",
        "jsonl",
        "--output",
        &output,
    ];
    let done = ocsf(&arguments);
    assert!(done.status.success(), "{}", said(&done));
    let found = files(&path("out"));
    let lines: String = found
        .values()
        .map(|file| fs::read_to_string(file).unwrap())
        .collect();
    let told: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(ids(&told), ids_of(&[&want, &all[..25]].concat()));
    assert!(said(&done).starts_with("90 events in "), "{}", said(&done));
}

#[test]
fn a_folder_is_one_whatever_it_is_called() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let all = records(7, 10);
    write(&path("day/a.jsonl"), &all);
    write(&path("day/b.jsonl"), &all[5..]);
    write(&path("other/c.jsonl"), &all[9..]);
    let inputs = ["day/a.jsonl", "other", "other/../day/b.jsonl", "day"];
    let inputs = inputs.map(|name| text(&path(name)));
    let done = ocsf(&inputs.each_ref().map(String::as_str));
    assert!(done.status.success(), "{}", said(&done));
    assert_eq!(
        said(&done),
        "11 events; 0 refused; 20 left out, told already\n"
    );
    assert_eq!(
        ids(&events(&done)),
        ids_of(&[all.clone(), all[9..].to_vec()].concat())
    );
    // Names without a folder are of this one.
    let done = Command::new(env!("CARGO_BIN_EXE_atrium-lake"))
        .args(["ocsf", "a.jsonl", "./b.jsonl"])
        .current_dir(path("day"))
        .output()
        .unwrap();
    assert_eq!(ids(&events(&done)), ids_of(&all));
}

/// Without a name for an event nobody knows whether it was told; and a file alone is told as it is.
#[test]
fn what_has_no_id_is_always_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let nameless: Vec<String> = records(7, 3)
        .iter()
        .map(|record| record.replace("\"eventID\"", "\"EventId\""))
        .collect();
    write(&path("day/a.jsonl"), &nameless);
    write(&path("day/b.jsonl"), &nameless);
    let one = records(8, 1);
    write(&path("alone/a.jsonl"), &[one.clone(), one].concat());
    let done = ocsf(&[&text(&path("day")), &text(&path("alone"))]);
    assert!(done.status.success(), "{}", said(&done));
    assert_eq!(said(&done), "8 events; 0 refused\n");
}
