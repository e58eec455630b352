//! Text and conditions.

use super::{Case, each_has_its_value};

const VALUES: &[Case] = &[
    (
        "LIKE",
        "SELECT count(*) FROM $EDS WHERE userIdentity.principalId LIKE '%ann'",
        Some("2"),
    ),
    (
        "concat is NULL if anything is",
        "SELECT concat('a', NULL)",
        None,
    ),
    ("concat", "SELECT concat('a', 'b', 'c')", Some("abc")),
    (
        "replace with nothing",
        "SELECT replace('a-b-c', '-')",
        Some("abc"),
    ),
    (
        "regexp_replace replaces all",
        "SELECT regexp_replace('a1b22', '[0-9]+', '#')",
        Some("a#b#"),
    ),
    (
        "regexp_replace with nothing",
        "SELECT regexp_replace('a1b22', '[0-9]')",
        Some("ab"),
    ),
    (
        "regexp_extract",
        "SELECT regexp_extract(userIdentity.arn, 'assumed-role/([^/]+)/(.*)', 2) FROM $EDS WHERE eventid = 'e2'",
        Some("bob"),
    ),
    (
        "regexp_like",
        "SELECT count(*) FROM $EDS WHERE regexp_like(eventName, '^(Create|Delete)')",
        Some("3"),
    ),
    (
        "split_part",
        "SELECT split_part('a:b:c', ':', 2)",
        Some("b"),
    ),
    (
        "split_part of a field that is empty",
        "SELECT split_part('a::c', ':', 2)",
        Some(""),
    ),
    (
        "split_part past the end",
        "SELECT split_part('a:b:c', ':', 4)",
        None,
    ),
    ("substr", "SELECT substr('häßlich', 2, 3)", Some("äßl")),
    (
        "substr from the end",
        "SELECT substr('häßlich', -3)",
        Some("ich"),
    ),
    (
        "substr before the beginning",
        "SELECT substr('abc', -4, 2)",
        Some(""),
    ),
    ("substr at 0", "SELECT substr('abc', 0)", Some("")),
    ("substr past the end", "SELECT substr('abc', 4)", Some("")),
    ("substr of NULL", "SELECT substr(NULL, 1)", None),
    (
        "substring in the words of the standard",
        "SELECT substring('abcdef' FROM 2 FOR 3)",
        Some("bcd"),
    ),
    (
        "a backslash in LIKE is one",
        r"SELECT 'CORP\alice' LIKE '%P\a%' AND NOT 'a%' LIKE 'a\%'",
        Some("true"),
    ),
    (
        "LIKE with a pattern of a column",
        r"SELECT count(*) FROM $EDS WHERE 'x\' || eventid LIKE 'x\' || eventid",
        Some("4"),
    ),
    (
        "LIKE with ESCAPE",
        "SELECT 'a%b' LIKE 'a$%b' ESCAPE '$' AND NOT 'axb' LIKE 'a$%b' ESCAPE '$'",
        Some("true"),
    ),
    (
        "a group before a letter",
        "SELECT regexp_replace('ab12', '([a-z]+)([0-9]+)', '$2x$1')",
        Some("12xab"),
    ),
    ("a cast rounds", "SELECT CAST(1.5 AS bigint)", Some("2")),
    (
        "a cast rounds away from zero",
        "SELECT CAST(-2.5 AS integer)",
        Some("-3"),
    ),
    (
        "a cast of a column rounds",
        "SELECT CAST(max(length(eventid)) + 0.5 AS bigint) FROM $EDS",
        Some("3"),
    ),
    (
        "split",
        "SELECT element_at(split('a:b:c', ':'), 3)",
        Some("c"),
    ),
    (
        "length counts characters",
        "SELECT length('häß')",
        Some("3"),
    ),
    (
        "a real has a real's digits",
        "SELECT CAST(0.1 AS real)",
        Some("0.1"),
    ),
    (
        "a large real",
        "SELECT CAST(12345678 AS real)",
        Some("1.2345678E7"),
    ),
    ("if", "SELECT if(1 > 2, 'a', 'b')", Some("b")),
    ("if without else", "SELECT if(1 > 2, 'a')", None),
    (
        "greatest is NULL if anything is",
        "SELECT greatest(1, NULL, 3)",
        None,
    ),
    (
        "greatest of columns, of which one is NULL",
        "SELECT greatest(eventid, errorCode) FROM $EDS WHERE eventid = 'e1'",
        None,
    ),
    (
        "greatest of columns",
        "SELECT greatest(eventid, errorCode, 'b') FROM $EDS WHERE eventid = 'e2'",
        Some("e2"),
    ),
    (
        "greatest and least",
        "SELECT greatest(1, 3, 2) - least(4, 2)",
        Some("1"),
    ),
    (
        "IS DISTINCT FROM binds tighter than AND",
        "SELECT count(*) FROM $EDS WHERE errorCode IS DISTINCT FROM 'x' AND readOnly",
        Some("1"),
    ),
    (
        "IS DISTINCT FROM",
        "SELECT count(*) FROM $EDS WHERE errorCode IS DISTINCT FROM 'AccessDeniedException'",
        Some("3"),
    ),
    (
        "COALESCE and NULLIF",
        "SELECT coalesce(nullif('a', 'a'), 'b')",
        Some("b"),
    ),
    ("TRY_CAST", "SELECT TRY_CAST('a' AS INTEGER)", None),
    (
        "a cast to double",
        "SELECT CAST(replace('TLSv1.2', 'TLSv', '') AS DOUBLE) <= 1.1",
        Some("false"),
    ),
    (
        "a decimal",
        "SELECT CAST(1.25 AS DECIMAL(10, 1))",
        Some("1.3"),
    ),
    (
        "a double",
        "SELECT CAST(12345678 AS double)",
        Some("1.2345678E7"),
    ),
    (
        "whole numbers divide to whole numbers",
        "SELECT 7 / 2",
        Some("3"),
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn text_and_conditions() {
    each_has_its_value(VALUES).await;
}
