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
    (
        "a cast that cuts",
        "SELECT CAST('häßlich' AS varchar(3))",
        Some("häß"),
    ),
    (
        "a cast that doesn't fit",
        "SELECT TRY_CAST(12345 AS varchar(3))",
        None,
    ),
    (
        "a short cast in GROUP BY",
        "SELECT count(DISTINCT CAST(eventName AS varchar(1))) FROM $EDS",
        Some("3"),
    ),
    (
        "split of nothing",
        "SELECT cardinality(split('', ','))",
        Some("1"),
    ),
    (
        "split with a limit",
        "SELECT split('a,b,c', ',', 2)",
        Some("[a, b,c]"),
    ),
    (
        "concat_ws of an array",
        "SELECT concat_ws('-', ARRAY['a', NULL, 'b'])",
        Some("a-b"),
    ),
    (
        "concat_ws of texts",
        "SELECT concat_ws('-', 'a', NULL, 'b', eventid) FROM $EDS WHERE eventid = 'e1'",
        Some("a-b-e1"),
    ),
    (
        "replace of nothing",
        "SELECT replace('abc', '', '-')",
        Some("-a-b-c-"),
    ),
    ("reverse", "SELECT reverse('häß')", Some("ßäh")),
    (
        "regexp_extract_all",
        "SELECT regexp_extract_all('1a 2b 14m', '([0-9]+)([a-z]+)', 2)",
        Some("[a, b, m]"),
    ),
    (
        "regexp_split",
        "SELECT regexp_split('1a 2b 14m', '\\s*[a-z]+\\s*')",
        Some("[1, 2, 14, ]"),
    ),
    (
        "listagg",
        "SELECT listagg(eventid, '+') WITHIN GROUP (ORDER BY eventTime DESC) FROM $EDS",
        Some("e4+e3+e2+e1"),
    ),
    (
        "url_extract_host",
        "SELECT url_extract_host('https://example.com:8443/a/b?x=1&y=%20#f')",
        Some("example.com"),
    ),
    (
        "url_extract_port",
        "SELECT url_extract_port('https://example.com:8443/a/b?x=1&y=%20#f')",
        Some("8443"),
    ),
    (
        "url_extract_parameter",
        "SELECT url_extract_parameter('https://example.com:8443/a/b?x=1&y=a%20b#f', 'y')",
        Some("a b"),
    ),
    (
        "url_extract_path of no URL",
        "SELECT url_extract_path('not a url')",
        None,
    ),
    (
        "url_encode",
        "SELECT url_encode('a b&c') || url_decode('%26a+b%3D')",
        Some("a+b%26c&a b="),
    ),
    (
        "bitwise_and",
        "SELECT bitwise_and(12, 10) + bitwise_xor(1, 3) + bitwise_not(-8)",
        Some("17"),
    ),
    ("from_base", "SELECT from_base('ff', 16)", Some("255")),
    ("to_base", "SELECT to_base(-255, 16)", Some("-ff")),
    ("mod", "SELECT mod(-7, 3)", Some("-1")),
    ("ceiling", "SELECT ceiling(1.2)", Some("2.0")),
    ("sqrt of what has none", "SELECT sqrt(-1)", Some("NaN")),
    (
        "FETCH FIRST",
        "SELECT eventid FROM $EDS ORDER BY eventid DESC FETCH FIRST 1 ROWS ONLY",
        Some("e4"),
    ),
    (
        "FETCH after OFFSET",
        "SELECT eventid FROM $EDS ORDER BY eventid OFFSET 1 ROWS FETCH NEXT ROW ONLY",
        Some("e2"),
    ),
    (
        "part of a sum is what is grouped by",
        "SELECT max(length(eventName) + 1 + 1) FROM (SELECT eventName FROM $EDS GROUP BY eventName, length(eventName) + 1 HAVING length(eventName) + 1 + 1 > 0) AS t",
        Some("16"),
    ),
    (
        "a sum of what is grouped by",
        "SELECT max(n) FROM (SELECT length(eventName) + 1 + 1 AS n FROM $EDS GROUP BY length(eventName) + 1) AS t",
        Some("16"),
    ),
    (
        "listagg of different ones",
        "SELECT listagg(DISTINCT eventName, '+') WITHIN GROUP (ORDER BY eventName) FROM $EDS WHERE eventName LIKE '%Instance'",
        Some("CreateInstance+DeleteInstance"),
    ),
    (
        "a group that took no part",
        "SELECT regexp_extract_all('ab', '(a)|b', 1)",
        Some("[a, null]"),
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn text_and_conditions() {
    each_has_its_value(VALUES).await;
}
