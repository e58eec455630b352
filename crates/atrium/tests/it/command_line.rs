//! What is said on standard error, and the statuses 0, 1 and 2.

use crate::run::atrium;

/// Variables and their values.
type Variables = &'static [(&'static str, &'static str)];
/// Arguments.
type Line = &'static [&'static str];

/// An address that nobody listens at.
const NOBODY: &str = "http://127.0.0.1:9";

#[test]
fn statuses_tell_a_wrong_call_from_a_failure() {
    let folder = tempfile::tempdir().unwrap();
    const NO_KEYS: Variables = &[("AWS_ACCESS_KEY_ID", ""), ("AWS_SECRET_ACCESS_KEY", "")];
    let cases: &[(Line, Variables, i32, &str)] = &[
        (&["--version"], &[], 0, ""),
        (&["audit", "--help"], &[], 0, ""),
        (&["audti"], &[], 2, "unrecognized subcommand 'audti'"),
        (
            &["audit", "--fail-on", "loud"],
            &[],
            2,
            "unknown severity `loud`",
        ),
        (
            &["audit", "--accounts", "12"],
            &[],
            2,
            "expected an account id of twelve digits",
        ),
        (&["audit", "--concurrency", "0"], &[], 2, "'0'"),
        (
            &["audit"],
            &[("ATRIUM_AUDIT_FAIL_ON", "loud")],
            2,
            "unknown severity `loud`",
        ),
        (
            &["audit", "--endpoint-url", "localhost:4080"],
            &[],
            2,
            "must begin with http://",
        ),
        (
            &["audit", "--endpoint-url", NOBODY],
            NO_KEYS,
            1,
            "error: no AWS credentials: set AWS_PROFILE",
        ),
        (
            &["audit", "--endpoint-url", NOBODY, "--against", "none"],
            &[],
            1,
            "`none` does not hold a report",
        ),
        (
            &["instance", "enable"],
            &[],
            2,
            "AWS offers this in its console only",
        ),
        (&["demo"], &[], 2, "would open real accounts in AWS"),
        (
            &["instance", "enable", "--endpoint-url", NOBODY],
            &[],
            1,
            "error: StartSSO: dispatch failure",
        ),
        (
            &["audit", "--config", "none.toml"],
            &[],
            2,
            "cannot read configuration file `none.toml`",
        ),
        (&["--log", "=", "demo"], &[], 2, "cannot read --log `=`"),
        (&["serve", "--list-quotas"], &[], 0, ""),
        (
            &["serve", "--quota", "iam.user=1"],
            &[],
            2,
            "no quota is named `iam.user`; there are cloudtrail.advanced-selector-values, ",
        ),
        (
            &["serve"],
            &[("ATRIUM_SERVE_QUOTA", "iam.users=5,iam.roles=-1")],
            2,
            "`iam.roles` takes a whole number from 0 to 10000000, not `-1`",
        ),
        (
            &["serve", "--dev", "--error-rate", "2"],
            &[],
            2,
            "expected a number from 0 to 1",
        ),
        (
            &["serve", "--error-rate", "0.1"],
            &[],
            2,
            "required arguments were not provided:\n  --dev",
        ),
        (
            &["serve", "--dev", "--response-delay", "9..1"],
            &[],
            2,
            "expected milliseconds up to 600000",
        ),
        (
            &["serve"],
            &[("ATRIUM_SERVE_TRAIL_INTERVAL", "never")],
            2,
            "expected seconds from 0.1 to 86400, such as 300",
        ),
        (
            &["serve", "--digest-interval", "0.5"],
            &[],
            2,
            "expected seconds from 1 to 86400, such as 300",
        ),
        (
            &["serve"],
            &[("ATRIUM_SERVE_TRUSTED_PROXY", "10.0.0.7,proxy.internal")],
            2,
            "expected a network or an address, such as 10.0.0.0/8 or 10.0.0.7",
        ),
    ];
    for (line, variables, status, said) in cases {
        let ended = atrium(folder.path(), variables, line);
        assert_eq!(ended.status, *status, "{line:?} {ended:?}");
        assert!(ended.err.contains(said), "{line:?} {ended:?}");
        let lines = ended.err.lines().count();
        assert!(
            *status != 1 || lines == 1,
            "a failure is one line: {ended:?}"
        );
    }
}

#[test]
fn a_flag_outweighs_a_variable_and_that_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = "endpoint-url = 'http://127.0.0.1:1'\n[audit]\nfail-on = 'high'\n";
    std::fs::write(folder.path().join("atrium.toml"), file).unwrap();
    let cases: &[(Line, Variables, &str)] = &[
        (&[], &[], "connecting to 127.0.0.1:1\n"),
        (
            &[],
            &[("ATRIUM_ENDPOINT_URL", "http://127.0.0.1:2")],
            "connecting to 127.0.0.1:2\n",
        ),
        (
            &[],
            &[("AWS_ENDPOINT_URL", "http://127.0.0.1:3")],
            "connecting to 127.0.0.1:3\n",
        ),
        (
            &["--endpoint-url", "http://127.0.0.1:4"],
            &[
                ("ATRIUM_ENDPOINT_URL", "http://127.0.0.1:2"),
                ("AWS_ENDPOINT_URL", "http://127.0.0.1:3"),
            ],
            "connecting to 127.0.0.1:4\n",
        ),
    ];
    for (more, variables, address) in cases {
        let line = [&["--log", "hyper_util=debug", "instance", "enable"], *more].concat();
        let ended = atrium(folder.path(), variables, &line);
        assert_eq!(ended.status, 1, "{ended:?}");
        assert!(ended.err.contains(address), "{address} {ended:?}");
    }
}

#[test]
fn the_file_lists_quotas_and_needs_dev_for_a_rehearsal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("atrium.toml");
    let file = "[serve]\nquota = ['iam.users=5', 'organizations.accounts=50']\nerror-rate = 0.5\n";
    std::fs::write(&path, file).unwrap();
    let ended = atrium(folder.path(), &[], &["serve"]);
    assert_eq!(ended.status, 2);
    assert!(
        ended.err.contains("are for rehearsals: add --dev"),
        "{ended:?}"
    );
    let cases: &[(Line, &str, &str)] = &[
        (&[], "5", "50"),
        (&["--quota", "iam.users=6"], "6", "10000"),
        (
            &["--quota", "iam.users=6", "--quota", "iam.users=7"],
            "7",
            "10000",
        ),
    ];
    for (more, users, accounts) in cases {
        let ended = atrium(
            folder.path(),
            &[],
            &[&["serve", "--list-quotas"], *more].concat(),
        );
        let here = |name: &str| {
            let mut words = ended.out.lines().map(str::split_whitespace);
            let row = words.find_map(|mut row| row.find(|word| *word == name).map(|_| row));
            row.unwrap().next().unwrap().to_owned()
        };
        assert_eq!(
            (
                here("iam.users").as_str(),
                here("organizations.accounts").as_str()
            ),
            (*users, *accounts)
        );
        assert!(
            !folder.path().join(".atrium").exists(),
            "nothing was opened"
        );
    }
}

#[test]
fn a_key_that_means_nothing_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.toml");
    std::fs::write(&path, "[audit]\nfailon = 'high'\n").unwrap();
    for line in [
        ["--config", "other.toml", "demo"],
        ["demo", "--config", "other.toml"],
    ] {
        let ended = atrium(folder.path(), &[], &line);
        assert_eq!(ended.status, 2);
        assert_eq!(
            ended.err,
            "error: `audit.failon` in other.toml: no such setting\n"
        );
    }
}
