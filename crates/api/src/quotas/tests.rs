use std::fmt::Write as _;
use std::path::Path;

use super::*;
use crate::{Operations, Rate};

/// Those that differ from AWS's default here; `docs/quotas.md` says why.
const DIFFERENT: &[&str] = &["organizations.accounts", "organizations.inbound-transfers"];

#[test]
fn defaults_are_awss() {
    let quotas = Quotas::default();
    for quota in Quotas::all() {
        let same = quota.of(&quotas) == quota.aws;
        assert_eq!(
            same,
            !DIFFERENT.contains(&quota.name),
            "{}: {}",
            quota.name,
            quota.of(&quotas)
        );
    }
}

#[test]
fn every_quota_has_a_place_of_its_own_and_bounds_around_its_default() {
    for (at, quota) in Quotas::all().iter().enumerate() {
        let (least, most) = quota.bounds();
        let default = quota.of(&Quotas::default());
        assert!((least..=most).contains(&default), "{}", quota.name);
        for value in [least, most] {
            let mut quotas = Quotas::default();
            let setting: QuotaSetting =
                format!("{}={value}", quota.name).parse().expect(quota.name);
            quotas.set(&setting);
            assert_eq!(quota.of(&quotas), value, "{}", quota.name);
            for other in Quotas::all()
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != at)
            {
                assert_eq!(
                    other.1.of(&quotas),
                    other.1.of(&Quotas::default()),
                    "{} sets {}",
                    quota.name,
                    other.1.name
                );
            }
        }
    }
    assert!(Quotas::all().is_sorted_by(|one, next| one.name < next.name));
}

#[test]
fn what_is_no_setting_is_told() {
    let value = |given: &str| ParseQuotaError::Value {
        name: "iam.users",
        given: given.to_owned(),
        least: 0,
        most: 10_000_000,
    };
    let cases = [
        ("iam.users", ParseQuotaError::Form),
        ("", ParseQuotaError::Form),
        (
            "iam.user=1",
            ParseQuotaError::UnknownName {
                given: "iam.user".to_owned(),
            },
        ),
        (
            "IAM.users=1",
            ParseQuotaError::UnknownName {
                given: "IAM.users".to_owned(),
            },
        ),
        ("iam.users=", value("")),
        ("iam.users=many", value("many")),
        ("iam.users=-1", value("-1")),
        ("iam.users=1.5", value("1.5")),
        ("iam.users=1=2", value("1=2")),
        (
            "iam.users=99999999999999999999",
            value("99999999999999999999"),
        ),
        ("iam.users=10000001", value("10000001")),
    ];
    for (text, want) in cases {
        assert_eq!(
            text.parse::<QuotaSetting>().map(|s| s.value()),
            Err(want),
            "{text:?}"
        );
    }
    let said = "a.b=1"
        .parse::<QuotaSetting>()
        .expect_err("no such quota")
        .to_string();
    assert!(
        Quotas::all().iter().all(|quota| said.contains(quota.name)),
        "{said}"
    );
}

/// The tables of the page, as it should have them between its marks.
fn page(text: &str) -> String {
    let quotas = Quotas::default();
    let mut table = String::from(
        "| quota | limits | here | AWS's default | unit | may be set | AWS's word |\n| --- | --- | ---: | ---: | --- | --- | --- |\n",
    );
    for quota in Quotas::all() {
        let Quota {
            name,
            what,
            unit,
            aws,
            source,
            ..
        } = quota;
        let (here, (least, most)) = (quota.of(&quotas), quota.bounds());
        writeln!(
            table,
            "| `{name}` | {what} | {here} | {aws} | {unit} | {least} to {most} | {source} |"
        )
        .expect("a text takes everything");
    }
    let mut rates = String::from(
        "| service | operations | a second | at once | for each | AWS's word |\n| --- | --- | ---: | ---: | --- | --- |\n",
    );
    for rate in Rate::all() {
        let operations = match rate.operations {
            Operations::All if rate.service == "cloudtrail" => "all others, together".to_owned(),
            Operations::All => "all, together".to_owned(),
            Operations::Named(names) => format!(
                "`{}`{}",
                names.join("`, `"),
                if names.len() > 1 { ", together" } else { "" }
            ),
            Operations::Beginning(starts) => format!("`{}…`, together", starts.join("…`, `")),
        };
        let scope = if rate.regional {
            "account and Region"
        } else {
            "account"
        };
        let Rate {
            service,
            per_second,
            burst,
            source,
            ..
        } = rate;
        writeln!(
            rates,
            "| {service} | {operations} | {per_second} | {burst} | {scope} | {source} |"
        )
        .expect("a text takes everything");
    }
    between(&between(text, "quotas", &table), "rates", &rates)
}

/// The text with what stands between two marks replaced.
fn between(text: &str, name: &str, with: &str) -> String {
    let (begin, end) = (
        format!("<!-- {name} -->\n"),
        format!("<!-- end of {name} -->"),
    );
    let (before, rest) = text.split_once(&begin).expect("the first mark");
    let (_, after) = rest.split_once(&end).expect("the second mark");
    format!("{before}{begin}{with}{end}{after}")
}

/// `ATRIUM_WRITE_DOCS=1 cargo test -p atrium-api` writes the tables anew.
#[test]
fn the_page_has_the_tables_of_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/quotas.md");
    let text = std::fs::read_to_string(&path).expect("docs/quotas.md");
    let want = page(&text);
    if std::env::var_os("ATRIUM_WRITE_DOCS").is_some() {
        std::fs::write(&path, &want).expect("docs/quotas.md takes it");
    }
    assert!(
        text == want || std::env::var_os("ATRIUM_WRITE_DOCS").is_some(),
        "docs/quotas.md is out of date"
    );
}
