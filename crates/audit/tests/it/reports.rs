//! The files, word for word.

use atrium_audit::{AuditOptions, Format, Report, Severity, report};
use serde_json::Value;

use crate::collecting::{audit, options};
use crate::samples::world;
use crate::world::{MANAGEMENT, World};

async fn made(world: World, options: &AuditOptions) -> Report {
    report(&audit(world, MANAGEMENT).await, options)
}

fn text<'a>(report: &'a Report, name: &str) -> &'a str {
    std::str::from_utf8(
        report
            .file(name)
            .unwrap_or_else(|| panic!("{name} is missing")),
    )
    .unwrap()
}

/// The first columns of every row after the header.
fn rows(report: &Report, name: &str, columns: usize) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(text(report, name).as_bytes());
    reader
        .records()
        .map(|row| {
            row.unwrap()
                .iter()
                .take(columns)
                .collect::<Vec<_>>()
                .join("|")
        })
        .collect()
}

const ORG: &str = "arn:aws:sso:::instance/ssoins-0000000000000001";
const ACC: &str = "arn:aws:sso:::instance/ssoins-0000000000000002";
const WIKI: &str = "arn:aws:sso::222222222222:application/ssoins-1/apl-1";
const OPEN: &str = "arn:aws:sso::222222222222:application/ssoins-2/apl-2";

#[tokio::test(start_paused = true)]
async fn the_files_say_what_is_there() {
    let report = made(world(), &options()).await;
    assert_eq!(
        rows(&report, "identity_center_instances.csv", 13),
        [
            format!(
                "111111111111|d-0000000001|{ORG}|ORGANIZATION|us-east-1||ACTIVE|111111111111|name-111111111111|2017-07-14T02:40:01Z|3|2|1"
            ),
            format!(
                "222222222222|d-0000000002|{ACC}|ACCOUNT|eu-west-1||ACTIVE|222222222222|name-222222222222|2017-07-14T02:40:02Z|3|0|1"
            ),
        ]
    );
    assert_eq!(
        rows(&report, "duplicated_users.csv", 6),
        [
            "ann@example.com|d-0000000001, d-0000000002|normalised|u1, v1|ann, ann2|ENABLED, DISABLED",
            "bob@example.com|d-0000000001, d-0000000002|exact|u2, v2|'=bob, bobby|ENABLED, ENABLED",
            "cid@example.com|d-0000000001, d-0000000002|username|u3, v3|cid, CID|ENABLED, ENABLED",
        ]
    );
    assert_eq!(
        rows(&report, "application_assignment.csv", 11),
        [
            format!("222222222222|{ORG}|Wiki|{WIKI}|GROUP|g1|Staff|u1|ann|Ann@Example.com|Staff"),
            format!("222222222222|{ORG}|Wiki|{WIKI}|GROUP|g1|Staff|u2|'=bob|bob@example.com|Staff"),
            format!("222222222222|{ORG}|Wiki|{WIKI}|USER|gone||gone|||DIRECT"),
            format!("222222222222|{ORG}|Wiki|{WIKI}|USER|u3|cid|u3|cid||DIRECT"),
            format!(
                "222222222222|{ACC}||{OPEN}|EVERYONE|EVERYONE|EVERYONE|v1|ann2| ann@example.COM|ASSIGNMENT_NOT_REQUIRED"
            ),
            format!(
                "222222222222|{ACC}||{OPEN}|EVERYONE|EVERYONE|EVERYONE|v2|bobby|bob@example.com|ASSIGNMENT_NOT_REQUIRED"
            ),
            format!(
                "222222222222|{ACC}||{OPEN}|EVERYONE|EVERYONE|EVERYONE|v3|CID|cid@example.com|ASSIGNMENT_NOT_REQUIRED"
            ),
        ]
    );
    assert_eq!(
        rows(&report, "access.csv", 7),
        [
            format!("u1|ann|Ann@Example.com|{ORG}|222222222222|Read|Staff"),
            format!("u2|'=bob|bob@example.com|{ORG}|222222222222|Read|Staff"),
        ]
    );
    let found: Vec<String> = rows(&report, "findings.csv", 3)
        .iter()
        .map(|row| row[17..].to_owned())
        .collect();
    assert_eq!(
        found,
        [
            "critical|IDC-012",
            "high|IDC-005",
            "high|IDC-050",
            "medium|IDC-002",
            "medium|IDC-003",
            "medium|IDC-010",
            "medium|IDC-022",
            "medium|IDC-051",
            "low|IDC-006",
            "low|IDC-011",
            "low|IDC-011",
            "low|IDC-014",
            "low|IDC-023",
            "low|IDC-023",
        ]
    );
    let uids: std::collections::BTreeSet<_> =
        rows(&report, "findings.csv", 1).into_iter().collect();
    assert_eq!(uids.len(), found.len(), "a uid names one finding");
}

#[tokio::test(start_paused = true)]
async fn statuses_follow_the_contract() {
    let incomplete = made(world(), &options()).await.summary;
    let mut world = world();
    world.closed.clear();
    let complete = made(world, &options()).await.summary;
    let cases = [
        (&incomplete, None, 4),
        (&incomplete, Some(Severity::Critical), 4),
        (&complete, None, 0),
        (&complete, Some(Severity::Critical), 3),
        (&complete, Some(Severity::Low), 3),
    ];
    for (summary, fail_on, want) in cases {
        assert_eq!(
            summary.exit_status(fail_on),
            want,
            "{fail_on:?} of {summary:?}"
        );
    }
    assert_eq!(
        (
            complete.users,
            complete.duplicated_users,
            complete.account_instances
        ),
        (6, 3, 1)
    );
}

#[tokio::test(start_paused = true)]
async fn identical_input_gives_identical_bytes_and_the_manifest_proves_them() {
    let options = AuditOptions {
        formats: [Format::Csv, Format::Json, Format::Html].into(),
        ..options()
    };
    let (first, second) = (made(world(), &options).await, made(world(), &options).await);
    assert_eq!(first.files, second.files);
    let manifest: Value = serde_json::from_slice(first.file("manifest.json").unwrap()).unwrap();
    let listed = manifest["Files"].as_array().unwrap();
    assert_eq!(listed.len(), first.files.len() - 1);
    for entry in listed {
        use sha2::Digest;
        let bytes = first.file(entry["Name"].as_str().unwrap()).unwrap();
        assert_eq!(entry["Sha256"], hex::encode(sha2::Sha256::digest(bytes)));
        assert_eq!(entry["Bytes"], bytes.len());
    }
}

#[tokio::test(start_paused = true)]
async fn coverage_names_every_account_and_region() {
    let report = made(world(), &options()).await;
    let coverage: Value = serde_json::from_slice(report.file("coverage.json").unwrap()).unwrap();
    assert_eq!(coverage["Complete"], false);
    assert_eq!(
        coverage["Totals"]["AccountsByOutcome"],
        serde_json::json!({ "denied": 1, "examined": 2, "skipped": 1 })
    );
    assert_eq!(
        coverage["Totals"]["AccountRegionsByOutcome"],
        serde_json::json!({ "disabled": 2, "examined": 4 })
    );
    assert_eq!(coverage["ApiCalls"]["ByOperation"]["sso:ListInstances"], 4);
    assert_eq!(
        coverage["Accounts"][2]["Reason"],
        "sts:AssumeRole: AccessDenied: no"
    );
}

#[tokio::test(start_paused = true)]
async fn the_samples_columns_come_on_request() {
    let options = AuditOptions {
        compat_aws_sample: true,
        ..options()
    };
    let report = made(world(), &options).await;
    let want = [
        ("identity_center_instances.csv", format!("accountId,IdentityCenterInstance,Identity Store Arn\r\n111111111111,d-0000000001,{ORG}\r\n222222222222,d-0000000002,{ACC}\r\n")),
        ("duplicated_users.csv", "User_email,IdentityStoreId\r\nann@example.com,\"d-0000000001,d-0000000002\"\r\nbob@example.com,\"d-0000000001,d-0000000002\"\r\n".to_owned()),
        ("application_assignment.csv", format!("Name,Application ARN,Users\r\nWiki,{WIKI},\"['g1', 'g2', 'gone', 'u3']\"\r\n")),
    ];
    for (name, want) in want {
        assert_eq!(text(&report, name), want);
    }
    assert!(report.file("findings.csv").is_some());
}

#[tokio::test(start_paused = true)]
async fn redaction_leaves_nobody_by_name() {
    let formats = [Format::Csv, Format::Json, Format::Html].into();
    let report = made(
        world(),
        &AuditOptions {
            redact: true,
            formats,
            ..options()
        },
    )
    .await;
    for file in &report.files {
        let text = String::from_utf8_lossy(&file.bytes).to_lowercase();
        for person in ["ann@", "bob@", "cid@", "bobby", "\"ann\"", "ann2", "root@"] {
            assert!(!text.contains(person), "{} names `{person}`", file.name);
        }
    }
    // The same person is the same pseudonym, so rows can still be joined.
    let duplicate = &rows(&report, "duplicated_users.csv", 1)[0];
    let assigned = rows(&report, "application_assignment.csv", 10);
    assert!(
        duplicate.starts_with("person-")
            && assigned.iter().any(|row| row.ends_with(duplicate.as_str()))
    );
}

#[tokio::test(start_paused = true)]
async fn the_page_holds_hostile_names_as_data() {
    let mut world = world();
    world.instances[0].users[0].name = Some("</script><script>alert(1)</script>".to_owned());
    world.instances[0].users[1].name = Some("{{data}}".to_owned());
    let options = AuditOptions {
        formats: [Format::Html].into(),
        ..options()
    };
    let report = made(world, &options).await;
    let page = text(&report, "report.html");
    assert!(!page.contains("<script>alert"));
    assert_eq!(page.matches("</script>").count(), 2);
    assert!(
        !page.contains("http://") && !page.contains("https://"),
        "the page needs no network"
    );
    let start = page.find("id=\"data\">").unwrap() + 10;
    let data: Value =
        serde_json::from_str(&page[start..start + page[start..].find("</script>").unwrap()])
            .unwrap();
    assert_eq!(data.as_array().unwrap().len(), 7);
}

#[tokio::test(start_paused = true)]
async fn reports_go_to_folders() {
    let report = made(world(), &options()).await;
    let folder = tempfile::tempdir().unwrap();
    let to = atrium_audit::Destination::Folder(folder.path().join("a/b"));
    let config = aws_config::SdkConfig::builder().build();
    let places = atrium_audit::write(&report, &to, &config).await.unwrap();
    assert_eq!(places.len(), report.files.len());
    for (place, file) in places.iter().zip(&report.files) {
        assert_eq!(std::fs::read(place).unwrap(), file.bytes);
    }
}
