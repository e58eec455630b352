//! What service control policies permit, and what has changed since an earlier run.

use std::collections::BTreeMap;

use atrium_audit::{AuditOptions, Previous, Report, report, report_against};
use serde_json::Value;

use crate::collecting::{audit, options};
use crate::samples::{MEMBER, user, world};
use crate::world::{MANAGEMENT, World};

const EVERYTHING: &str =
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

/// The policy that AWS publishes against account instances, with these accounts on its list.
fn deny(allowed: &[&str]) -> String {
    let accounts = serde_json::json!(allowed);
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"DenyCreateAccountInstances","Effect":"Deny",
        "Action":["sso:CreateInstance"],"Resource":"*","Condition":{{"StringNotEquals":{{"aws:PrincipalAccount":{accounts}}}}}}}]}}"#
    )
}

fn guarded(content: String, targets: Vec<&'static str>) -> World {
    let mut world = world();
    world.closed.clear();
    let everywhere = world.accounts.iter().map(|(id, _)| &**id);
    // Ids of the sample are constants, so leaking these few is the same.
    let everywhere = everywhere
        .map(|id| &*Box::leak(id.to_owned().into_boxed_str()))
        .chain(["r-root", "ou-work"]);
    world.policies = vec![
        (
            "p-FullAWSAccess",
            EVERYTHING.to_owned(),
            everywhere.collect(),
        ),
        ("p-guard", content, targets),
    ];
    world
}

async fn made(world: World) -> Report {
    report(&audit(world, MANAGEMENT).await, &options())
}

fn column(report: &Report, file: &str, key: usize, name: &str) -> BTreeMap<String, String> {
    let mut reader = csv::Reader::from_reader(report.file(file).unwrap());
    let place = reader
        .headers()
        .unwrap()
        .iter()
        .position(|header| header == name);
    let rows = reader.records().map(Result::unwrap);
    rows.map(|row| (row[key].to_owned(), row[place.unwrap()].to_owned()))
        .collect()
}

fn rules(report: &Report) -> Vec<String> {
    let rules = column(report, "findings.csv", 0, "Rule");
    let mut rules: Vec<String> = rules.into_values().collect();
    rules.sort();
    rules
}

#[tokio::test(start_paused = true)]
async fn policies_say_who_may_create_an_instance() {
    let broken = "{".to_owned();
    let cases: [(&str, World, &str, &str, &[&str]); 6] = [
        ("no policy type", world(), "true", "", &["IDC-002"]),
        (
            "denied above",
            guarded(deny(&[]), vec!["ou-work"]),
            "false",
            "name-p-guard (p-guard)",
            &["IDC-001"],
        ),
        (
            "denied at the account, with a stale exemption",
            guarded(deny(&["999999999999"]), vec![MEMBER]),
            "false",
            "name-p-guard (p-guard)",
            &["IDC-001", "IDC-002", "IDC-004"],
        ),
        (
            "exempt",
            guarded(deny(&[MEMBER]), vec!["ou-work"]),
            "true",
            "",
            &["IDC-002"],
        ),
        (
            "attached to nothing",
            guarded(deny(&[]), vec![]),
            "true",
            "",
            &["IDC-002"],
        ),
        (
            "not a policy",
            guarded(broken, vec!["ou-work"]),
            "",
            "",
            &[],
        ),
    ];
    for (case, world, able, by, want) in cases {
        let report = made(world).await;
        for file in ["identity_center_instances.csv", "accounts.csv"] {
            let verdicts = column(&report, file, 0, "CanAccountCreateInstance");
            assert_eq!(verdicts[MEMBER], able, "{case} {file}");
            assert_eq!(verdicts[MANAGEMENT], "false", "{case} {file}");
            assert_eq!(
                column(&report, file, 0, "DecidingPolicy")[MEMBER],
                by,
                "{case} {file}"
            );
        }
        let about = rules(&report).into_iter();
        let about: Vec<String> = about
            .filter(|rule| ["IDC-001", "IDC-002", "IDC-004"].contains(&&**rule))
            .collect();
        assert_eq!(about, want, "{case}");
    }
}

#[tokio::test(start_paused = true)]
async fn policies_that_cannot_be_read_are_a_note() {
    let mut world = guarded(deny(&[]), vec!["ou-work"]);
    world
        .refused
        .insert("ListPolicies", "AccessDeniedException");
    let inventory = audit(world, MANAGEMENT).await;
    assert!(inventory.coverage.is_complete());
    let notes = &inventory.coverage.notes;
    assert!(
        notes
            .iter()
            .any(|note| note.contains("organizations:ListPolicies: AccessDeniedException")),
        "{notes:?}"
    );
    let report = report(&inventory, &options());
    assert_eq!(
        column(&report, "accounts.csv", 0, "CanAccountCreateInstance")[MEMBER],
        ""
    );
}

#[tokio::test(start_paused = true)]
async fn people_of_the_company_whom_the_organization_does_not_know_are_found() {
    let cases = [
        ("gone", Some("gone@example.com"), false, true),
        ("partner", Some("x@partner.example"), false, false),
        ("disabled", Some("gone@example.com"), true, false),
        ("cid", Some("other@example.com"), false, false),
        ("nobody", None, false, false),
    ];
    for (name, email, disabled, want) in cases {
        let mut world = world();
        world.instances[1].users = vec![user("v9", name, email, disabled)];
        let found = rules(&made(world).await).contains(&"IDC-012".to_owned());
        assert_eq!(found, want, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_is_compared_with_an_earlier_one() {
    let mut before = world();
    before.closed.clear();
    let mut after = before.clone();
    let folder = tempfile::tempdir().unwrap();
    for file in &made(before).await.files {
        std::fs::write(folder.path().join(file.name), &file.bytes).unwrap();
    }
    let previous = Previous::read(folder.path()).unwrap();

    let same = audit(after.clone(), MANAGEMENT).await;
    let same = report_against(&same, &options(), &previous).unwrap();
    assert_eq!(same.summary.exit_status(None), 0);

    after.instances[0].groups[0].members.push("u3".to_owned());
    let changed = audit(after, MANAGEMENT).await;
    let sample = AuditOptions {
        compat_aws_sample: true,
        ..options()
    };
    for options in [options(), sample] {
        let report = report_against(&changed, &options, &previous).unwrap();
        assert_eq!(report.summary.exit_status(None), 5);
        let diff: Value = serde_json::from_slice(report.file("diff.json").unwrap()).unwrap();
        let added = &diff["access.csv"]["Added"];
        assert_eq!(added.as_array().map(Vec::len), Some(1), "{diff}");
        assert_eq!(added[0][0], "u3");
        let manifest = String::from_utf8_lossy(report.file("manifest.json").unwrap());
        assert!(manifest.contains("diff.json"));
    }
}
