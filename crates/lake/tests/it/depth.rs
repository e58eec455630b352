//! Statements nested as deep as ten thousand characters allow.

use serde_json::{Value, json};

use crate::lake::STORE;
use crate::process::{ask, query};

fn nested(open: &str, inside: &str, close: &str, times: usize) -> String {
    format!(
        "SELECT {}{inside}{}",
        open.repeat(times),
        close.repeat(times)
    )
}

/// What comes of a statement: its last line. It has plenty of time; what grows with each level never ends.
fn outcome(statement: &str) -> Value {
    let mut request = query(json!({ STORE: {} }), statement);
    request["query"]["limits"] = json!({"seconds": 120});
    let (output, lines) = ask(&request, "");
    assert!(output.status.code().is_some(), "{statement}: {output:?}");
    lines.last().unwrap().clone()
}

/// As deep as ten thousand characters allow: an answer or an error, never an end of the stack.
#[test]
fn depth_is_survived() {
    let statements = [
        nested("(", "1", ")", 4900),
        nested("-", "1", "", 9000),
        nested("NOT ", "1", "", 2400),
        nested("abs(", "1", ")", 1900),
        nested("(SELECT ", "1", ")", 1000),
        nested("CASE WHEN true THEN ", "1", " END", 350),
        nested("CAST(", "1", " AS bigint)", 550),
        nested("ARRAY[", "1", "]", 60),
        format!(
            "SELECT CAST(NULL AS {}bigint{})",
            "array(".repeat(1200),
            ")".repeat(1200)
        ),
        format!("SELECT 1{}", " + 1".repeat(500)),
        format!(
            "SELECT count(*) FROM {STORE} WHERE eventid = 'a'{}",
            " OR eventid='b'".repeat(650)
        ),
        format!("SELECT 1{}", " UNION ALL SELECT 1".repeat(500)),
        format!("SELECT 'a'{}", "||'a'".repeat(600)),
    ];
    for statement in statements {
        let (output, lines) = ask(&query(json!({ STORE: {} }), &statement), "");
        assert!(
            output.status.code().is_some(),
            "{}…: {output:?}",
            &statement[..40]
        );
        let kind = lines.last().unwrap()["error"]["kind"].clone();
        let plain = ["syntax", "invalid", "unknown", "refused"]
            .iter()
            .any(|plain| kind == *plain);
        assert!(
            output.status.success() || plain,
            "{}…: {lines:?}",
            &statement[..40]
        );
    }
}

/// Each argument is computed once, however often a function stands in itself.
#[test]
fn functions_of_functions_stay_small() {
    let cases = [
        ("greatest(", "1", ", 2)", "2"),
        ("least(3, ", "4", ", 5)", "3"),
        ("cardinality(slice(ARRAY[1, 2, 3], 1, ", "2", "))", "2"),
        ("concat('a', substr(", "'b'", ", 1, 1))", "aa"),
        ("if(true, ", "1", ", 2)", "1"),
        ("replace(replace(", "'ab'", ", 'x'), 'y')", "ab"),
        ("coalesce(NULL, ", "1", ")", "1"),
    ];
    for (open, inside, close, want) in cases {
        let statement = nested(open, inside, close, 40);
        let mut request = query(json!({}), &statement);
        request["query"]["limits"] = json!({"seconds": 120});
        let (_, lines) = ask(&request, "");
        assert_eq!(lines[1], json!([{ "_col0": want }]), "{open}: {lines:?}");
    }
}

/// What is written out twice may not stand in itself many times.
#[test]
fn what_would_double_with_each_level_is_refused() {
    let cases = [
        ("coalesce(nullif(", "'x'", ", 'a'), 'b')"),
        ("nvl(nullif(", "'x'", ", 'a'), 'b')"),
        ("if(length(", "'x'", ") BETWEEN 1 AND 2, 'a', 'b')"),
        ("if(if(", "true", ", true, false), true, false)"),
        ("CASE WHEN (", "true", ") THEN false ELSE true END"),
        ("(SELECT max_by(1, 0 + ", "1", "))"),
        ("(SELECT sum(1 + ", "1", "))"),
    ];
    for (open, inside, close) in cases {
        for times in [3, 12] {
            let statement = nested(open, inside, close, times);
            let told = outcome(&statement);
            let kind = if times == 3 {
                json!(null)
            } else {
                json!("refused")
            };
            assert_eq!(told["error"]["kind"], kind, "{statement}: {told}");
        }
    }
}

/// The parser tries one reading after the other; deep inside one another that ends too.
#[test]
fn the_parser_gives_up() {
    let cases = [
        ("EXISTS (SELECT ", "1 1 1", ")"),
        ("trim(", "1 1", ")"),
        ("NOT (", "1 1", ")"),
        ("position(", "'a'", ", 'b')"),
        ("floor(", "1 1", ")"),
        ("1 FROM ((SELECT ", "1 1 1", "))"),
        ("* FROM ((SELECT ", "* FROM t t t", "))"),
        ("a.(", "1 1", ")"),
    ];
    for (open, inside, close) in cases {
        for times in [10, 15, 20, 40] {
            let told = outcome(&nested(open, inside, close, times));
            assert_ne!(told["error"]["kind"], "timed_out", "{open} {times}");
        }
    }
}

/// The planner looks at what stands in a subquery twice.
#[test]
fn selects_nest_a_dozen_times() {
    for (open, close) in [
        ("(SELECT ", ")"),
        ("* FROM (SELECT ", ") t"),
        ("1 IN (SELECT ", ")"),
        ("NOT EXISTS (SELECT ", ")"),
    ] {
        for times in [3, 12, 13, 30] {
            let told = outcome(&nested(open, "1", close, times));
            let refused = told["error"]["kind"] == "refused";
            assert_eq!(refused, times > 12, "{open} {times}: {told}");
            assert_ne!(told["error"]["kind"], "timed_out", "{open} {times}");
        }
    }
}
