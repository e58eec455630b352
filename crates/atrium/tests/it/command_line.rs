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
