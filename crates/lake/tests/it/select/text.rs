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
