//! Which operations of the models are offered: `docs/coverage.md` says what the registry does, and why it doesn't do
//! the rest.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use atrium_wire::{OperationMeta, services};
use serde::Deserialize;

use crate::registry;

/// `models/unoffered.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unoffered {
    reason: Vec<Reason>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reason {
    service: String,
    because: String,
    operations: Vec<String>,
}

/// The reasons by service and operation.
type Reasons = BTreeMap<(String, String), String>;

fn at_root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path)
}

fn reasons() -> Reasons {
    let text = std::fs::read_to_string(at_root("models/unoffered.toml")).expect("the reasons");
    let file: Unoffered = toml::from_str(&text).expect("reasons");
    let mut reasons = Reasons::new();
    for reason in file.reason {
        for operation in reason.operations {
            let key = (reason.service.clone(), operation);
            let before = reasons.insert(key.clone(), reason.because.clone());
            assert!(before.is_none(), "{key:?} has two reasons");
        }
    }
    reasons
}

fn key(operation: &OperationMeta) -> (String, String) {
    (operation.service.name.to_owned(), operation.name.to_owned())
}

fn render(reasons: &Reasons) -> String {
    let registry = registry();
    let mut overview = String::new();
    let mut tables = String::new();
    for service in services() {
        let mut operations = service.operations.to_vec();
        operations.sort_by_key(|operation| operation.name);
        let offered = operations.iter().filter(|one| registry.offers(one)).count();
        let (name, all) = (service.name, operations.len());
        let _ = writeln!(overview, "| [`{name}`](#{name}) | {offered} | {all} |");
        let _ = write!(
            tables,
            "\n## {name}\n\n| operation | offered | why not |\n| --- | --- | --- |\n"
        );
        for operation in operations {
            let (yes, why) = match registry.offers(operation) {
                true => ("yes", ""),
                false => (
                    "no",
                    reasons.get(&key(operation)).map_or("", String::as_str),
                ),
            };
            let _ = writeln!(tables, "| {} | {yes} | {why} |", operation.name);
        }
    }
    format!(
        "# Coverage\n\n\
         Every operation of the services' models, and whether the server offers it. One that it does not offer answers\n\
         `UnknownOperationException` (`InvalidAction` in the query protocol).\n\n\
         This page is generated: `UPDATE_DOCS=1 cargo test -p atrium-api coverage` writes it from the models, the registry\n\
         of operations and `models/unoffered.toml`. `atrium` is the server's own service, for what AWS offers in its console only.\n\
         S3, which has no model here, is described in [decision 7](decisions/0007-s3-through-s3s.md).\n\n\
         | service | offered | operations |\n| --- | ---: | ---: |\n{overview}{tables}"
    )
}

#[test]
fn what_is_not_offered_has_a_reason() {
    let (registry, mut reasons) = (registry(), reasons());
    let mut faults = Vec::new();
    for operation in services().iter().flat_map(|service| service.operations) {
        let reason = reasons.remove(&key(operation));
        match (registry.offers(operation), reason) {
            (true, Some(_)) => faults.push(format!("{:?} is offered after all", key(operation))),
            (false, None) => faults.push(format!("{:?} has no reason", key(operation))),
            (true, None) | (false, Some(_)) => {}
        }
    }
    let unknown = reasons.keys().map(|key| format!("{key:?} is in no model"));
    faults.extend(unknown);
    assert!(
        faults.is_empty(),
        "models/unoffered.toml:\n{}",
        faults.join("\n")
    );
}

#[test]
fn the_page_says_what_the_registry_does() {
    let (path, want) = (at_root("docs/coverage.md"), render(&reasons()));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &want).expect("the page");
    }
    let have = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        have == want,
        "docs/coverage.md is stale: UPDATE_DOCS=1 cargo test -p atrium-api coverage"
    );
}
