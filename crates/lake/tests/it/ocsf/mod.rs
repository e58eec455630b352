//! Records as OCSF events in files: where they stand, what they hold, and what is told of the rest.

mod files;
mod strange;
mod told;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use arrow::array::AsArray as _;
use arrow::datatypes::Int64Type;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::Value;

use crate::lake::text;

pub fn ocsf(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_atrium-lake"))
        .arg("ocsf")
        .args(arguments)
        .output()
        .unwrap()
}

pub fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

pub fn events(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// All files beneath a folder, by their paths in it.
pub fn files(folder: &Path) -> BTreeMap<String, PathBuf> {
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

pub fn times(path: &Path) -> Vec<i64> {
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
