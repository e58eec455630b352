use std::io::Read as _;
use std::path::PathBuf;

use atrium_trail::rules::envelope_of_record;
use clap::Args;
use serde_json::Value;

use super::RulesFile;
use crate::cli::{Failure, OutputFormat, Table};

#[derive(Args, Debug)]
pub(super) struct TestArgs {
    /// The file of rules.
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// A file with an event in JSON: a CloudTrail record, or one in EventBridge's form. `-` reads standard input.
    #[arg(long, value_name = "FILE")]
    event: PathBuf,

    /// How to print the rules.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    output: OutputFormat,
}

pub(super) fn run(args: &TestArgs) -> Result<(), Failure> {
    let file = RulesFile::read(&args.file)?;
    let event = event(&args.event)?;
    let only_reads = event.pointer("/detail/readOnly") == Some(&Value::Bool(true));
    let mut table = Table::new(&["Rule", "Picked", "Targets"]);
    for one in &file.rules {
        let rule = &one.rule;
        let picked = match rule.pattern.matches(&event) {
            false => "no",
            true if !one.enabled => "no: it is not enabled",
            true if only_reads && !rule.all_management_events => {
                "no: it only reads, and all_management_events is not set"
            }
            true => "yes",
        };
        let targets = rule.targets.join(", ");
        table.push(vec![rule.name.clone(), picked.to_owned(), targets]);
    }
    Ok(table.print(args.output)?)
}

/// Reads an event in EventBridge's form, or a record.
fn event(path: &PathBuf) -> Result<Value, Failure> {
    let unreadable =
        |why: String| Failure::Usage(format!("cannot read the event `{}`: {why}", path.display()));
    let text = match path.to_str() {
        Some("-") => {
            let mut text = String::new();
            let read = std::io::stdin().read_to_string(&mut text);
            read.map(|_| text)
        }
        _ => std::fs::read_to_string(path),
    };
    let text = text.map_err(|error| unreadable(error.to_string()))?;
    let value: Value =
        serde_json::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
    if value.get("detail").is_some() {
        return Ok(value);
    }
    envelope_of_record(value)
        .ok_or_else(|| unreadable("it has neither `detail` nor `eventSource`".to_owned()))
}
