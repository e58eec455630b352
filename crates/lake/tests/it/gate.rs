//! What a statement may not be, and how it is told what is wrong and where.

use atrium_lake::sql::{Kind, MAX_LENGTH, parse};
use proptest::prelude::*;
use serde_json::json;

use crate::lake::{Lake, record};

#[test]
fn only_one_select_over_what_was_given() {
    let cases = [
        ("INSERT INTO t VALUES (1)", "only SELECT"),
        ("UPDATE t SET a = 1", "only SELECT"),
        ("DELETE FROM t", "only SELECT"),
        ("DROP TABLE t", "only SELECT"),
        ("CREATE TABLE t AS SELECT 1", "only SELECT"),
        ("CREATE VIEW v AS SELECT 1", "only SELECT"),
        ("COPY t TO '/tmp/x'", "only SELECT"),
        ("SET x = 1", "only SELECT"),
        ("SHOW TABLES", "only SELECT"),
        ("EXPLAIN SELECT 1", "only SELECT"),
        ("EXPLAIN ANALYZE SELECT 1", "only SELECT"),
        ("DESCRIBE t", "only SELECT"),
        ("BEGIN", "only SELECT"),
        ("SELECT 1; SELECT 2", "only one statement"),
        ("SELECT 1; DROP TABLE t", "only one statement"),
        (
            "WITH x AS (DELETE FROM t RETURNING a) SELECT * FROM x",
            "not allowed",
        ),
        (
            "WITH x AS (INSERT INTO t SELECT 1) SELECT * FROM x",
            "not allowed",
        ),
        ("SELECT * INTO u FROM t", "SELECT INTO"),
        ("SELECT * FROM t FOR UPDATE", "FOR UPDATE"),
        (
            "SELECT * FROM information_schema.tables",
            "information_schema.tables",
        ),
        ("SELECT * FROM a.b.c", "a.b.c"),
        ("SELECT * FROM read_csv('/etc/passwd')", "a table function"),
        (
            "SELECT * FROM TABLE(generate_series(1, 10))",
            "a table function",
        ),
        (
            "SELECT * FROM LATERAL generate_series(1, 10)",
            "a table function",
        ),
        ("SELECT * FROM t, LATERAL flatten(x)", "a table function"),
        ("TABLE t", "not allowed"),
    ];
    for (statement, want) in cases {
        let error = parse(statement).map(|_| ()).expect_err(statement);
        assert!(
            matches!(error.kind, Kind::Refused | Kind::Syntax),
            "{statement}: {error:?}"
        );
        assert!(
            error.kind == Kind::Syntax || error.message.contains(want),
            "{statement}: {error}"
        );
    }
    for statement in [
        "SELECT 1",
        "SELECT 1;",
        "WITH t AS (SELECT 1 AS a) SELECT a FROM t",
        "(SELECT 1) UNION SELECT 2",
        "VALUES (1)",
    ] {
        assert!(parse(statement).is_ok(), "{statement}");
    }
}

#[test]
fn a_statement_has_an_end() {
    let fits = format!("SELECT '{}'", "ä".repeat(MAX_LENGTH - 9));
    assert!(parse(&fits).is_ok());
    let error = parse(&format!("{fits} ")).unwrap_err();
    assert_eq!(
        (error.kind, error.message.as_str()),
        (
            Kind::Refused,
            "the statement has 10001 characters, more than 10000"
        )
    );
}

/// What says nothing to who asks in Trino's words.
const FOREIGN: &[&str] = &[
    "DataFusion",
    "Utf8",
    "Int64",
    "UserDefined",
    "sqltorel",
    "Arrow error",
    "Execution error",
    "Internal error",
];

#[tokio::test(flavor = "multi_thread")]
async fn an_error_names_place_and_cause() {
    let lake = Lake::of([record("e1", "2026-01-05T09:01:02Z", json!({}))]).await;
    let cases = [
        (
            "SELECT eventNam FROM $EDS",
            Kind::Unknown,
            "line 1:8: Column 'eventnam' cannot be resolved",
        ),
        (
            "SELECT eventName\nFROM $EDS\nWHERE useridentity.nam = 'x'",
            Kind::Invalid,
            "line 3:",
        ),
        (
            "SELECT *\n  FROM nowhere",
            Kind::Unknown,
            "line 2:8: Table 'nowhere' does not exist",
        ),
        (
            "SELECT * FROM 00000000-0000-4000-8000-000000000000",
            Kind::Unknown,
            "line 1:15: Table '00000000-0000-4000-8000-000000000000' does not exist",
        ),
        (
            "SELECT 1,\n       frobnicate(eventName) FROM $EDS",
            Kind::Unknown,
            "line 2:8: Function 'frobnicate' not registered",
        ),
        (
            "SELECT range(1, 1000000000)",
            Kind::Unknown,
            "line 1:8: Function 'range' not registered",
        ),
        ("SELECT eventName FORM $EDS", Kind::Syntax, "line 1:"),
        ("SELECT eventName FROM $EDS WHERE", Kind::Syntax, "Expected"),
        (
            "SELECT 'never closed FROM $EDS",
            Kind::Syntax,
            "line 1:8: Unterminated string literal",
        ),
        (
            "SELECT count(*) FROM $EDS WHERE eventTime > '${date_filter}'",
            Kind::Data,
            "line 1:77: ",
        ),
        (
            "SELECT CAST(eventName AS BIGINT) FROM $EDS",
            Kind::Data,
            "ListInstances",
        ),
        (
            "SELECT json_parse(eventName) FROM $EDS",
            Kind::Data,
            "Cannot convert value to JSON: 'ListInstances'",
        ),
        (
            "SELECT json_extract(eventJson, 'a.b') FROM $EDS",
            Kind::Data,
            "Invalid JSON path: 'a.b'",
        ),
        (
            "SELECT date_add('fortnight', 1, eventTime) FROM $EDS",
            Kind::Data,
            "'fortnight' is not a valid TIMESTAMP field",
        ),
        (
            "SELECT date_add('day', 1) FROM $EDS",
            Kind::Invalid,
            "date_add takes 3 arguments, not 2",
        ),
        (
            "SELECT if(true) FROM $EDS",
            Kind::Invalid,
            "line 1:8: if takes a condition",
        ),
        (
            "SELECT eventName FROM $EDS GROUP BY eventSource",
            Kind::Invalid,
            "line 1:",
        ),
        ("SELECT 1 / 0", Kind::Data, "Division by zero"),
        (
            "SELECT 9223372036854775807 + 1",
            Kind::Data,
            "bigint addition overflow: 9223372036854775807 and 1",
        ),
        (
            "SELECT sum(9223372036854775807) FROM (VALUES (1), (2)) AS t(a)",
            Kind::Data,
            "bigint addition overflow",
        ),
        (
            "SELECT a, sum(9223372036854775807) FROM (VALUES (1), (1)) AS t(a) GROUP BY a",
            Kind::Data,
            "bigint addition overflow",
        ),
        (
            "SELECT CAST(100 AS tinyint) * CAST(2 AS tinyint)",
            Kind::Data,
            "tinyint multiplication overflow",
        ),
        (
            "SELECT date_trunc(eventTime, 'day') FROM $EDS",
            Kind::Invalid,
            "line 1:8: date_trunc takes the name of a unit first",
        ),
        (
            "SELECT sum(eventName) FROM $EDS",
            Kind::Invalid,
            "line 1:8: Unexpected parameters for function sum",
        ),
        (
            "SELECT array_sort(ARRAY[1], (x, y) -> 1)",
            Kind::Invalid,
            "line 1:30: a lambda is not allowed here",
        ),
        (
            "SELECT json_extract_scalar(requestParameters, '$.name') FROM $EDS",
            Kind::Invalid,
            "line 1:8: json_extract_scalar can't take a value of type map(varchar, varchar)",
        ),
        (
            "SELECT 1 FROM $EDS WHERE eventTime > 5",
            Kind::Invalid,
            ": Cannot apply operator: timestamp > bigint",
        ),
        (
            "SELECT max(requestParameters) FROM $EDS",
            Kind::Invalid,
            "not implemented for type map(varchar, varchar)",
        ),
        (
            "SELECT eventName FROM $EDS ORDER BY 5",
            Kind::Invalid,
            "line 1:69: ",
        ),
        (
            "SELECT INTERVAL '1' DAY * 1000000000000",
            Kind::Data,
            "bigint multiplication overflow",
        ),
        (
            "SELECT CAST('List' AS bigint)",
            Kind::Data,
            "line 1:13: Cannot cast string 'List' to value of bigint",
        ),
        ("SELECT (1", Kind::Syntax, "line 1:10: "),
        ("DROP TABLE t", Kind::Refused, "line 1:1: only SELECT"),
        (
            "SELECT x.* FROM $EDS",
            Kind::Invalid,
            "line 1:1: Invalid qualifier x",
        ),
        (
            "SELECT k FROM $EDS CROSS JOIN UNNEST(eventName) AS t(k)",
            Kind::Invalid,
            "UNNEST needs an array or a map",
        ),
        (
            "SELECT k FROM $EDS CROSS JOIN UNNEST(requestParameters) AS t(a, b, c)",
            Kind::Invalid,
            "Column alias list has 3 entries but 't' has 2 columns available",
        ),
    ];
    let mut wrong = Vec::new();
    for (statement, kind, want) in cases {
        let (_, outcome) = lake.ask(statement, Default::default()).await;
        match outcome.error {
            Some(error)
                if error.kind == kind
                    && error.to_string().contains(want)
                    && !FOREIGN.iter().any(|word| error.message.contains(word)) => {}
            other => wrong.push(format!(
                "{statement}\n   wanted {kind:?} {want}\n   got {other:?}"
            )),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

proptest! {
    #[test]
    fn no_statement_makes_the_gate_panic(text in ".{0,200}") {
        let _ = parse(&text);
    }

    /// Few words: deep nesting takes the parser a time that doubles with each level. The process's time limit ends that.
    #[test]
    fn no_words_make_the_gate_panic(words in proptest::collection::vec(prop_oneof![
        Just("SELECT"), Just("FROM"), Just("("), Just(")"), Just("t"), Just("*"), Just(","), Just("WITH"), Just("AS"), Just("CAST"),
        Just("array"), Just("map"), Just("UNNEST"), Just("'a'"), Just("\"b\""), Just("->"), Just("JOIN"), Just("ON"), Just("1"),
        Just("9c0f0f2b-6a1d-4b5e-8d3a-001e4f6a7b8c"), Just("--"), Just("/*"), Just(";"), Just("UNION"), Just("INTO"), Just("row"),
    ], 0..11), space in prop_oneof![Just(" "), Just("\n"), Just("")]) {
        let _ = parse(&words.join(space));
    }
}
