//! A server, a demo and audits of it, each as a process of its own.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::run::{Ended, atrium};

/// A running server; it ends with the test.
struct Server {
    process: Child,
    url: String,
}

impl Server {
    fn start(folder: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_atrium"))
            .args(["serve", "--dev", "--listen", "127.0.0.1:0"])
            .current_dir(folder)
            .env_clear()
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let url = lines.map(Result::unwrap).find_map(|line| {
            line.strip_prefix("export AWS_ENDPOINT_URL=")
                .map(str::to_owned)
        });
        Self {
            process,
            url: url.unwrap(),
        }
    }

    /// Runs a command in a management account.
    fn run(&self, folder: &Path, line: &[&str]) -> Ended {
        let variables = [
            ("AWS_ENDPOINT_URL", self.url.as_str()),
            ("AWS_ACCESS_KEY_ID", "111122223333"),
        ];
        atrium(folder, &variables, line)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself, which the assertions will have told.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The values of a column, by its name.
fn column(folder: &Path, file: &str, name: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_path(folder.join(file)).unwrap();
    let place = reader
        .headers()
        .unwrap()
        .iter()
        .position(|header| header == name);
    let rows = reader.records().map(Result::unwrap);
    rows.map(|row| row[place.unwrap()].to_owned()).collect()
}

const DEMO: &[&str] = &["demo", "--accounts", "24", "--users", "60"];

#[test]
fn a_demo_is_loaded_once_and_audited() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let server = Server::start(folder);
    let report = folder.join("atrium-report");

    let loaded = server.run(folder, DEMO);
    assert_eq!(loaded.status, 0, "{loaded:?}");
    assert!(loaded.out.ends_with("Next: atrium audit\n"), "{loaded:?}");
    let again = server.run(folder, DEMO);
    assert!(
        again.out.contains("already had the whole demo"),
        "{again:?}"
    );

    let audited = server.run(folder, &["audit", "--fail-on", "high"]);
    assert_eq!(audited.status, 3, "{audited:?}");
    assert!(
        audited.out.contains("The report is in atrium-report"),
        "{audited:?}"
    );
    let types = column(&report, "identity_center_instances.csv", "InstanceType");
    let of_accounts = types.iter().filter(|kind| *kind == "ACCOUNT").count();
    assert_eq!((types.len(), of_accounts), (9, 8));
    assert_eq!(column(&report, "accounts.csv", "AccountId").len(), 25);
    let rules = column(&report, "findings.csv", "Rule");
    for rule in [
        "IDC-001", "IDC-002", "IDC-004", "IDC-010", "IDC-012", "IDC-050",
    ] {
        assert!(rules.iter().any(|found| found == rule), "{rule}");
    }
    let kinds = column(&report, "duplicated_users.csv", "MatchKind");
    for kind in ["exact", "normalised"] {
        assert!(kinds.iter().any(|found| found == kind), "{kind}");
    }

    let compare = ["audit", "--output", "second", "--against", "atrium-report"];
    let same = server.run(folder, &compare);
    assert_eq!(same.status, 0, "{same:?}");
    assert_eq!(
        std::fs::read(report.join("findings.csv")).unwrap(),
        std::fs::read(folder.join("second/findings.csv")).unwrap()
    );
    let forbidden = server.run(folder, &["audit", "--role-name", "Nobody", "--exit-zero"]);
    assert_eq!(forbidden.status, 0, "{forbidden:?}");
    let forbidden = server.run(
        folder,
        &["audit", "--role-name", "Nobody", "--fail-on", "low"],
    );
    assert_eq!(forbidden.status, 4, "{forbidden:?}");
    assert!(
        forbidden.err.contains("was not examined (denied)"),
        "{forbidden:?}"
    );
}

#[test]
fn an_organization_older_than_account_instances_is_rehearsed() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let server = Server::start(folder);
    let enable = [
        "instance",
        "enable",
        "--enabled-at",
        "2023-06-01",
        "--create-organization",
    ];
    let enabled = server.run(folder, &enable);
    assert_eq!(enabled.status, 0, "{enabled:?}");
    let again = server.run(folder, &enable);
    assert_eq!(again.status, 1);
    assert!(
        again
            .err
            .starts_with("error: StartSSO: ConflictException: "),
        "{again:?}"
    );

    let small = ["demo", "--accounts", "9", "--users", "12"];
    let blocked = server.run(folder, &small);
    assert_eq!(blocked.status, 0, "{blocked:?}");
    assert!(
        blocked
            .err
            .contains("atrium instance allow-account-instances"),
        "{blocked:?}"
    );
    let allowed = server.run(folder, &["instance", "allow-account-instances"]);
    assert_eq!(allowed.status, 0, "{allowed:?}");

    let listed = server.run(
        folder,
        &["instance", "list", "--output", "csv", "--regions", "all"],
    );
    assert_eq!(listed.status, 0, "{listed:?}");
    assert_eq!(listed.out.lines().count(), 2, "{listed:?}");
    assert!(listed.out.contains("2023-06-01T00:00:00Z"), "{listed:?}");
}
