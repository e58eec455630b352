//! What statements answer: the dialect, case by case.

use serde_json::{Value, json};

use crate::lake::{Lake, STORE, record, shown};

fn some_records() -> Vec<Value> {
    let person = |name: &str, account: &str| {
        json!({
            "type": "AssumedRole", "principalId": format!("AROA:{name}"), "accountId": account,
            "arn": format!("arn:aws:sts::{account}:assumed-role/Admin/{name}"),
            "sessionContext": {
                "sessionIssuer": {"type": "Role", "userName": "Admin", "arn": format!("arn:aws:iam::{account}:role/Admin")},
                "attributes": {"creationDate": "2026-01-05T09:00:00Z", "mfaAuthenticated": "false"},
            },
            "onBehalfOf": {"userId": format!("u-{name}"), "identityStoreArn": "store"},
        })
    };
    vec![
        record(
            "e1",
            "2026-01-05T09:01:02Z",
            json!({
                "eventName": "CreateInstance", "userIdentity": person("ann", "111111111111"), "readOnly": false,
                "requestParameters": {"name": "sandbox", "tags": [{"key": "team", "value": "red"}, {"key": "stage", "value": "dev"}], "count": 3},
                "responseElements": {"instanceArn": "arn:i1"},
                "resources": [{"ARN": "arn:r1", "type": "A", "accountId": "1"}, {"ARN": "arn:r2", "type": "B", "accountId": "2"}],
            }),
        ),
        record(
            "e2",
            "2026-01-05T10:30:00Z",
            json!({
                "eventName": "DeleteInstance", "userIdentity": person("bob", "222222222222"), "readOnly": false,
                "requestParameters": {"instanceArn": "arn:i1"}, "errorCode": "AccessDeniedException", "errorMessage": "User: bob may not",
            }),
        ),
        record(
            "e3",
            "2026-01-06T00:00:00Z",
            json!({"userIdentity": person("ann", "111111111111"), "readOnly": true, "resources": []}),
        ),
        record(
            "e4",
            "2026-02-10T23:59:59.250Z",
            json!({
                "eventSource": "connect.amazonaws.com", "eventName": "CreateInstance", "readOnly": false,
                "userIdentity": {"type": "AWSService", "invokedBy": "connect.amazonaws.com"},
            }),
        ),
    ]
}

/// Statements over [`some_records`] with one row and one column each.
const VALUES: &[(&str, &str, Option<&str>)] = &[
    // Names and paths.
    (
        "letter case doesn't count",
        "SELECT USERIDENTITY.sessionContext.SESSIONISSUER.userName FROM $EDS WHERE EventID = 'e1'",
        Some("Admin"),
    ),
    (
        "a table's alias",
        "SELECT E.userIdentity.sessionContext.sessionIssuer.userName FROM $EDS AS E WHERE e.eventId = 'e1'",
        Some("Admin"),
    ),
    (
        "quoted names",
        r#"SELECT "userIdentity"."ARN" FROM $EDS WHERE "eventID" = 'e2'"#,
        Some("arn:aws:sts::222222222222:assumed-role/Admin/bob"),
    ),
    (
        "a semicolon at the end",
        "SELECT count(*) FROM $EDS;",
        Some("4"),
    ),
    (
        "comments",
        "SELECT /* all; */ count(*) -- of them\nFROM $EDS",
        Some("4"),
    ),
    (
        "AND binds tighter than OR",
        "SELECT count(*) FROM $EDS WHERE useridentity.arn IS NOT NULL AND eventname = 'DeleteInstance' OR eventname = 'CreateInstance'",
        Some("3"),
    ),
    // Maps, arrays, JSON.
    (
        "a key",
        "SELECT element_at(requestParameters, 'name') FROM $EDS WHERE eventid = 'e1'",
        Some("sandbox"),
    ),
    (
        "a missing key",
        "SELECT element_at(requestParameters, 'none') FROM $EDS WHERE eventid = 'e1'",
        None,
    ),
    (
        "a key of no map",
        "SELECT element_at(requestParameters, 'none') FROM $EDS WHERE eventid = 'e3'",
        None,
    ),
    (
        "a subscript",
        "SELECT requestParameters['name'] FROM $EDS WHERE eventid = 'e1'",
        Some("sandbox"),
    ),
    (
        "a number in a map is text",
        "SELECT element_at(requestParameters, 'count') FROM $EDS WHERE eventid = 'e1'",
        Some("3"),
    ),
    (
        "an item's field",
        "SELECT element_at(resources, 2).arn FROM $EDS WHERE eventid = 'e1'",
        Some("arn:r2"),
    ),
    (
        "an item from the end",
        "SELECT element_at(resources, -1).TYPE FROM $EDS WHERE eventid = 'e1'",
        Some("B"),
    ),
    (
        "an item that isn't there",
        "SELECT element_at(resources, 3).arn FROM $EDS WHERE eventid = 'e1'",
        None,
    ),
    (
        "cardinality of an array",
        "SELECT cardinality(resources) FROM $EDS WHERE eventid = 'e1'",
        Some("2"),
    ),
    (
        "cardinality of a map",
        "SELECT cardinality(requestParameters) FROM $EDS WHERE eventid = 'e1'",
        Some("3"),
    ),
    (
        "map_keys",
        "SELECT array_join(array_sort(map_keys(requestParameters)), ',') FROM $EDS WHERE eventid = 'e1'",
        Some("count,name,tags"),
    ),
    (
        "contains",
        "SELECT contains(map_keys(requestParameters), 'name') FROM $EDS WHERE eventid = 'e1'",
        Some("true"),
    ),
    (
        "json_extract keeps quotes",
        "SELECT json_extract(element_at(requestParameters, 'tags'), '$[0].key') FROM $EDS WHERE eventid = 'e1'",
        Some("\"team\""),
    ),
    (
        "json_extract_scalar doesn't",
        "SELECT json_extract_scalar(element_at(requestParameters, 'tags'), '$[1].value') FROM $EDS WHERE eventid = 'e1'",
        Some("dev"),
    ),
    (
        "of an object there is no scalar",
        "SELECT json_extract_scalar(element_at(requestParameters, 'tags'), '$[1]') FROM $EDS WHERE eventid = 'e1'",
        None,
    ),
    (
        "from the record itself",
        "SELECT json_extract_scalar(eventJson, '$.userIdentity.onBehalfOf.userId') FROM $EDS WHERE eventid = 'e1'",
        Some("u-ann"),
    ),
    (
        "a path with names in brackets",
        "SELECT json_extract_scalar(eventJson, '$[\"userIdentity\"][\"type\"]') FROM $EDS WHERE eventid = 'e4'",
        Some("AWSService"),
    ),
    (
        "of no JSON there is nothing",
        "SELECT json_extract(errorMessage, '$.a') FROM $EDS WHERE eventid = 'e2'",
        None,
    ),
    (
        "a cast of JSON takes the quotes off",
        "SELECT CAST(json_extract(eventJson, '$.eventName') AS VARCHAR) FROM $EDS WHERE eventid = 'e1'",
        Some("CreateInstance"),
    ),
    (
        "also of a column of a subquery",
        "SELECT CAST(j AS varchar) FROM (SELECT json_extract(eventJson, '$.eventName') AS j FROM $EDS WHERE eventid = 'e1')",
        Some("CreateInstance"),
    ),
    (
        "a cast of a JSON number",
        "SELECT CAST(json_extract(eventJson, '$.requestParameters.count') AS BIGINT) + 1 FROM $EDS WHERE eventid = 'e1'",
        Some("4"),
    ),
    (
        "JSON to an array",
        "SELECT cardinality(CAST(json_extract(eventJson, '$.requestParameters.tags') AS ARRAY(MAP(VARCHAR, VARCHAR)))) FROM $EDS WHERE eventid = 'e1'",
        Some("2"),
    ),
    (
        "and its items",
        "SELECT element_at(element_at(CAST(json_extract(eventJson, '$.requestParameters.tags') AS ARRAY(MAP(VARCHAR, VARCHAR))), 2), 'value') FROM $EDS WHERE eventid = 'e1'",
        Some("dev"),
    ),
    (
        "a lambda over an array",
        "SELECT array_join(transform(filter(resources, r -> r.type = 'B'), r -> r.arn), ',') FROM $EDS WHERE eventid = 'e1'",
        Some("arn:r2"),
    ),
    (
        "a lambda over JSON",
        "SELECT transform(filter(CAST(json_parse(element_at(requestParameters, 'tags')) AS ARRAY(JSON)), t -> CAST(json_extract(t, '$.key') AS varchar) = 'stage'), t -> json_extract_scalar(t, '$.value')) FROM $EDS WHERE eventid = 'e1'",
        Some("[dev]"),
    ),
    (
        "any_match",
        "SELECT any_match(resources, r -> r.arn = 'arn:r1') FROM $EDS WHERE eventid = 'e1'",
        Some("true"),
    ),
    (
        "none_match",
        "SELECT none_match(resources, r -> r.arn = 'arn:r1') FROM $EDS WHERE eventid = 'e1'",
        Some("false"),
    ),
    (
        "all_match",
        "SELECT all_match(resources, r -> r.arn LIKE 'arn:%') FROM $EDS WHERE eventid = 'e1'",
        Some("true"),
    ),
    (
        "slice",
        "SELECT slice(ARRAY[1, 2, 3, 4], 2, 2)",
        Some("[2, 3]"),
    ),
    (
        "slice from the end",
        "SELECT slice(ARRAY[1, 2, 3, 4], -2, 2)",
        Some("[3, 4]"),
    ),
    (
        "array_distinct, array_max, array_min",
        "SELECT cardinality(array_distinct(ARRAY[1, 1, 2])) + array_max(ARRAY[1, 5]) + array_min(ARRAY[1, 5])",
        Some("8"),
    ),
    (
        "json_array_length",
        "SELECT json_array_length(element_at(requestParameters, 'tags')) FROM $EDS WHERE eventid = 'e1'",
        Some("2"),
    ),
    (
        "json_array_get",
        "SELECT json_array_get('[1, \"b\", {}]', -2)",
        Some("\"b\""),
    ),
    (
        "json_array_contains text",
        "SELECT json_array_contains('[1, \"b\"]', 'b')",
        Some("true"),
    ),
    (
        "json_array_contains a number",
        "SELECT json_array_contains('[1, \"2\"]', 2)",
        Some("false"),
    ),
    (
        "json_array_contains of no array",
        "SELECT json_array_contains('{}', 2)",
        None,
    ),
    (
        "is_json_scalar",
        "SELECT is_json_scalar('\"a\"') AND NOT is_json_scalar('[1]')",
        Some("true"),
    ),
    (
        "json_format",
        "SELECT json_format(json_parse('[1]'))",
        Some("[1]"),
    ),
    (
        "json_size",
        "SELECT json_size('{\"a\": [1, 2, 3]}', '$.a')",
        Some("3"),
    ),
    // Time.
    (
        "a text is compared as a time",
        "SELECT count(*) FROM $EDS WHERE eventTime > '2026-01-05 10:00:00' AND eventTime < '2026-01-06 00:00:01'",
        Some("2"),
    ),
    (
        "a day alone",
        "SELECT count(*) FROM $EDS WHERE eventTime >= '2026-01-06'",
        Some("2"),
    ),
    (
        "BETWEEN",
        "SELECT count(*) FROM $EDS WHERE eventTime BETWEEN '2026-01-05 09:01:02' AND '2026-01-06 00:00:00'",
        Some("3"),
    ),
    (
        "a time's form",
        "SELECT eventTime FROM $EDS WHERE eventid = 'e4'",
        Some("2026-02-10 23:59:59.250"),
    ),
    (
        "a time as text",
        "SELECT CAST(eventTime AS varchar) FROM $EDS WHERE eventid = 'e1'",
        Some("2026-01-05 09:01:02.000"),
    ),
    (
        "date_trunc",
        "SELECT date_trunc('hour', eventTime) FROM $EDS WHERE eventid = 'e2'",
        Some("2026-01-05 10:00:00.000"),
    ),
    (
        "date",
        "SELECT date(eventTime) FROM $EDS WHERE eventid = 'e1'",
        Some("2026-01-05"),
    ),
    (
        "date_add",
        "SELECT date_add('month', 1, TIMESTAMP '2026-01-31 10:00:00')",
        Some("2026-02-28 10:00:00.000"),
    ),
    (
        "date_add backwards",
        "SELECT date_add('day', -7, eventTime) FROM $EDS WHERE eventid = 'e1'",
        Some("2025-12-29 09:01:02.000"),
    ),
    (
        "date_diff in hours",
        "SELECT date_diff('hour', TIMESTAMP '2026-01-05 09:01:02', TIMESTAMP '2026-01-05 11:00:00')",
        Some("1"),
    ),
    (
        "date_diff in months",
        "SELECT date_diff('month', TIMESTAMP '2026-01-31 00:00:00', TIMESTAMP '2026-03-30 00:00:00')",
        Some("1"),
    ),
    (
        "date_diff backwards",
        "SELECT date_diff('day', TIMESTAMP '2026-01-05 00:00:00', TIMESTAMP '2026-01-03 00:00:00')",
        Some("-2"),
    ),
    (
        "an interval",
        "SELECT TIMESTAMP '2026-01-05 00:00:00' + INTERVAL '7' DAY",
        Some("2026-01-12 00:00:00.000"),
    ),
    (
        "from_iso8601_timestamp",
        "SELECT count(*) FROM $EDS WHERE eventTime >= from_iso8601_timestamp('2026-01-06T00:00:00Z')",
        Some("2"),
    ),
    (
        "with an offset",
        "SELECT from_iso8601_timestamp('2026-01-06T02:00:00+02:00')",
        Some("2026-01-06 00:00:00.000 UTC"),
    ),
    (
        "from_iso8601_date",
        "SELECT from_iso8601_date('2026-01-06')",
        Some("2026-01-06"),
    ),
    (
        "to_iso8601",
        "SELECT to_iso8601(eventTime) FROM $EDS WHERE eventid = 'e1'",
        Some("2026-01-05T09:01:02.000"),
    ),
    (
        "from_unixtime",
        "SELECT from_unixtime(1767603662)",
        Some("2026-01-05 09:01:02.000 UTC"),
    ),
    (
        "to_unixtime",
        "SELECT to_unixtime(TIMESTAMP '2026-01-05 09:01:02')",
        Some("1.767603662E9"),
    ),
    (
        "date_format",
        "SELECT date_format(eventTime, '%Y-%m-%d %H:%i') FROM $EDS WHERE eventid = 'e1'",
        Some("2026-01-05 09:01"),
    ),
    (
        "format_datetime",
        "SELECT format_datetime(eventTime, 'yyyy/MM/dd''T''HH:mm:ss.SSS') FROM $EDS WHERE eventid = 'e4'",
        Some("2026/02/10T23:59:59.250"),
    ),
    (
        "date_parse",
        "SELECT date_parse('05.01.2026', '%d.%m.%Y')",
        Some("2026-01-05 00:00:00.000"),
    ),
    (
        "parse_datetime",
        "SELECT parse_datetime('2026-01-05 09', 'yyyy-MM-dd HH')",
        Some("2026-01-05 09:00:00.000 UTC"),
    ),
    (
        "day_of_week of a Monday",
        "SELECT day_of_week(eventTime) FROM $EDS WHERE eventid = 'e1'",
        Some("1"),
    ),
    (
        "dow of a Sunday",
        "SELECT dow(TIMESTAMP '2026-01-04 00:00:00')",
        Some("7"),
    ),
    (
        "parts",
        "SELECT year(t) * 10000 + month(t) * 100 + day(t) FROM (SELECT TIMESTAMP '2026-03-09 01:02:03.456' AS t)",
        Some("20260309"),
    ),
    (
        "more parts",
        "SELECT hour(t) * 10000 + minute(t) * 100 + second(t) FROM (SELECT TIMESTAMP '2026-03-09 01:02:03.456' AS t)",
        Some("10203"),
    ),
    (
        "millisecond",
        "SELECT millisecond(TIMESTAMP '2026-03-09 01:02:03.456')",
        Some("456"),
    ),
    (
        "quarter, doy",
        "SELECT quarter(t) * 1000 + day_of_year(t) FROM (SELECT TIMESTAMP '2026-04-01 00:00:00' AS t)",
        Some("2091"),
    ),
    (
        "week, yow",
        "SELECT year_of_week(t) * 100 + week(t) FROM (SELECT TIMESTAMP '2027-01-01 00:00:00' AS t)",
        Some("202653"),
    ),
    (
        "EXTRACT",
        "SELECT EXTRACT(dow FROM TIMESTAMP '2026-01-04 00:00:00') * 100 + EXTRACT(month FROM TIMESTAMP '2026-01-04 00:00:00')",
        Some("701"),
    ),
    (
        "now is after",
        "SELECT count(*) FROM $EDS WHERE eventTime < current_timestamp + INTERVAL '36500' DAY",
        Some("4"),
    ),
    // Text and conditions.
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
    ("if", "SELECT if(1 > 2, 'a', 'b')", Some("b")),
    ("if without else", "SELECT if(1 > 2, 'a')", None),
    (
        "greatest is NULL if anything is",
        "SELECT greatest(1, NULL, 3)",
        None,
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
    // Aggregates.
    (
        "count distinct",
        "SELECT count(DISTINCT userIdentity.arn) FROM $EDS",
        Some("2"),
    ),
    (
        "approx_distinct",
        "SELECT approx_distinct(userIdentity.arn) FROM $EDS",
        Some("2"),
    ),
    ("count_if", "SELECT count_if(readOnly) FROM $EDS", Some("1")),
    (
        "a filter",
        "SELECT count(*) FILTER (WHERE errorCode IS NOT NULL) FROM $EDS",
        Some("1"),
    ),
    (
        "max_by",
        "SELECT max_by(eventName, eventTime) FROM $EDS WHERE eventSource LIKE 'sso%'",
        Some("ListInstances"),
    ),
    (
        "min_by",
        "SELECT min_by(eventid, eventTime) FROM $EDS",
        Some("e1"),
    ),
    (
        "arbitrary",
        "SELECT arbitrary(errorCode) FROM $EDS",
        Some("AccessDeniedException"),
    ),
    (
        "bool_or",
        "SELECT bool_or(readOnly) FROM $EDS",
        Some("true"),
    ),
    (
        "avg",
        "SELECT avg(cardinality(resources)) FROM $EDS",
        Some("1.0"),
    ),
    (
        "array_agg",
        "SELECT cardinality(array_agg(DISTINCT eventSource)) FROM $EDS",
        Some("2"),
    ),
    (
        "approx_percentile",
        "SELECT approx_percentile(x, 0.5) FROM (VALUES (1.0), (2.0), (3.0)) AS t(x)",
        Some("2.0"),
    ),
    (
        "a scalar subquery",
        "SELECT eventName FROM $EDS WHERE eventTime = (SELECT max(eventTime) FROM $EDS)",
        Some("CreateInstance"),
    ),
    (
        "IN a subquery",
        "SELECT count(*) FROM $EDS WHERE userIdentity.principalId IN (SELECT userIdentity.principalid FROM $EDS WHERE eventID = 'e1')",
        Some("2"),
    ),
    (
        "EXISTS",
        "SELECT count(*) FROM $EDS a WHERE EXISTS (SELECT 1 FROM $EDS b WHERE b.errorcode IS NOT NULL AND b.eventsource = a.eventsource)",
        Some("3"),
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn one_value() {
    let lake = Lake::of(some_records()).await;
    let mut wrong = Vec::new();
    for (case, statement, want) in VALUES {
        let (answer, outcome) = lake.ask(statement, Default::default()).await;
        let got = match outcome.error {
            Some(error) => Err(error.to_string()),
            None => Ok(answer.rows),
        };
        if got != Ok(vec![vec![want.map(str::to_owned)]]) {
            wrong.push(format!(
                "{case}: {statement}\n    wanted {want:?}, got {got:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Statements over [`some_records`], and their rows.
const ROWS: &[(&str, &str, &[&str])] = &[
    (
        "NULLs come last going up",
        "SELECT errorCode, eventid FROM $EDS ORDER BY errorCode, eventid",
        &["AccessDeniedException | e2", "- | e1", "- | e3", "- | e4"],
    ),
    (
        "and going down",
        "SELECT errorCode, eventid FROM $EDS ORDER BY errorCode DESC, eventid DESC",
        &["AccessDeniedException | e2", "- | e4", "- | e3", "- | e1"],
    ),
    (
        "unless told",
        "SELECT errorCode, eventid FROM $EDS ORDER BY errorCode NULLS FIRST, eventid LIMIT 1",
        &["- | e1"],
    ),
    (
        "by a nested name under DISTINCT",
        "SELECT DISTINCT userIdentity.accountId FROM $EDS ORDER BY userIdentity.accountId",
        &["111111111111", "222222222222", "-"],
    ),
    (
        "by another spelling of a column under DISTINCT",
        "SELECT DISTINCT element_at(requestParameters, 'name') AS Bucket, awsRegion AS Region FROM $EDS ORDER BY awsRegion, Bucket",
        &["sandbox | -", "- | -"],
    ),
    (
        "grouped by a nested name",
        "SELECT userIdentity.arn, count(*) AS n FROM $EDS WHERE userIdentity.arn IS NOT NULL GROUP BY userIdentity.arn ORDER BY n DESC",
        &[
            "arn:aws:sts::111111111111:assumed-role/Admin/ann | 2",
            "arn:aws:sts::222222222222:assumed-role/Admin/bob | 1",
        ],
    ),
    (
        "grouped by a function",
        "SELECT day_of_week(eventTime) AS weekday, COUNT(*) FROM $EDS GROUP BY day_of_week(eventTime) ORDER BY day_of_week(eventTime)",
        &["1 | 2", "2 | 2"],
    ),
    (
        "grouped by places",
        "SELECT eventSource, eventName, count(*) FROM $EDS GROUP BY 1, 2 HAVING count(*) = 1 ORDER BY 1, 2",
        &[
            "connect.amazonaws.com | CreateInstance | 1",
            "sso.amazonaws.com | CreateInstance | 1",
            "sso.amazonaws.com | DeleteInstance | 1",
            "sso.amazonaws.com | ListInstances | 1",
        ],
    ),
    (
        "grouping sets",
        "SELECT eventSource, count(*) FROM $EDS GROUP BY GROUPING SETS ((eventSource), ()) ORDER BY 2",
        &[
            "connect.amazonaws.com | 1",
            "sso.amazonaws.com | 3",
            "- | 4",
        ],
    ),
    (
        "a window",
        "SELECT eventid, row_number() OVER (PARTITION BY eventSource ORDER BY eventTime DESC) AS r FROM $EDS ORDER BY eventid",
        &["e1 | 3", "e2 | 2", "e3 | 1", "e4 | 1"],
    ),
    (
        "the latest of each",
        "SELECT eventid FROM (SELECT eventid, rank() OVER (PARTITION BY userIdentity.arn ORDER BY eventTime DESC) AS rnk FROM $EDS) WHERE rnk = 1 ORDER BY eventid",
        &["e2", "e3", "e4"],
    ),
    (
        "lag",
        "SELECT eventid, lag(eventid) OVER (ORDER BY eventTime) FROM $EDS ORDER BY eventid LIMIT 2",
        &["e1 | -", "e2 | e1"],
    ),
    (
        "WITH",
        "WITH People AS (SELECT userIdentity.arn, eventid FROM $EDS) SELECT p.ARN, count(*) FROM people p GROUP BY p.arn HAVING count(*) > 1",
        &["arn:aws:sts::111111111111:assumed-role/Admin/ann | 2"],
    ),
    (
        "UNION ALL, ordered by the first's names",
        "SELECT element_at(requestParameters, 'name') AS what, eventid FROM $EDS WHERE eventid = 'e1' UNION ALL SELECT errorCode, eventid FROM $EDS WHERE eventid = 'e2' ORDER BY what",
        &["AccessDeniedException | e2", "sandbox | e1"],
    ),
    (
        "UNION removes doubles",
        "SELECT eventSource FROM $EDS UNION SELECT eventSource FROM $EDS ORDER BY eventSource",
        &["connect.amazonaws.com", "sso.amazonaws.com"],
    ),
    (
        "EXCEPT and INTERSECT",
        "(SELECT eventName FROM $EDS EXCEPT SELECT 'ListInstances') INTERSECT SELECT eventName FROM $EDS WHERE readOnly = false ORDER BY 1",
        &["CreateInstance", "DeleteInstance"],
    ),
    (
        "a join",
        "SELECT a.eventid, b.eventid FROM $EDS a JOIN $EDS b ON a.userIdentity.arn = b.userIdentity.arn AND a.eventTime < b.eventTime",
        &["e1 | e3"],
    ),
    (
        "a left join",
        "SELECT a.eventid, b.errorcode FROM $EDS a LEFT JOIN $EDS b ON a.eventid = b.eventid AND b.errorcode IS NOT NULL ORDER BY 1 LIMIT 2",
        &["e1 | -", "e2 | AccessDeniedException"],
    ),
    (
        "UNNEST of rows, a column of each field",
        "SELECT eventid, r.kind, r.arn FROM $EDS CROSS JOIN UNNEST(resources) AS r(account, kind, arn, prefix) ORDER BY r.arn",
        &["e1 | A | arn:r1", "e1 | B | arn:r2"],
    ),
    (
        "UNNEST of rows, one name",
        "SELECT eventid, r.arn FROM $EDS CROSS JOIN UNNEST(resources) AS t(r) ORDER BY 2",
        &["e1 | arn:r1", "e1 | arn:r2"],
    ),
    (
        "UNNEST after a comma",
        "SELECT e.eventid, k FROM $EDS AS e, UNNEST(map_keys(e.requestParameters)) AS t(k) WHERE e.eventid = 'e1' ORDER BY k",
        &["e1 | count", "e1 | name", "e1 | tags"],
    ),
    (
        "UNNEST of a map",
        "SELECT k, v FROM $EDS CROSS JOIN UNNEST(responseElements) AS t(k, v)",
        &["instanceArn | arn:i1"],
    ),
    (
        "UNNEST of JSON, numbered",
        "SELECT json_extract_scalar(tag, '$.key'), n FROM $EDS CROSS JOIN UNNEST(CAST(json_extract(eventJson, '$.requestParameters.tags') AS ARRAY(JSON))) WITH ORDINALITY AS t(tag, n) ORDER BY n",
        &["team | 1", "stage | 2"],
    ),
    (
        "UNNEST that keeps rows",
        "SELECT eventid, k FROM $EDS LEFT JOIN UNNEST(map_keys(responseElements)) AS t(k) ON TRUE ORDER BY eventid",
        &["e1 | instanceArn", "e2 | -", "e3 | -", "e4 | -"],
    ),
    (
        "UNNEST alone",
        "SELECT x FROM UNNEST(ARRAY['a', 'b']) AS t(x) ORDER BY x",
        &["a", "b"],
    ),
    (
        "VALUES",
        "SELECT a, b FROM (VALUES (1, 'x'), (2, 'y')) AS t(a, b) WHERE a > 1",
        &["2 | y"],
    ),
    (
        "structures and maps as text",
        "SELECT responseElements, tlsDetails, resources FROM $EDS WHERE eventid = 'e1'",
        &[
            "{instanceArn=arn:i1} | - | [{accountid=1, type=A, arn=arn:r1, arnprefix=null}, {accountid=2, type=B, arn=arn:r2, arnprefix=null}]",
        ],
    ),
    (
        "no rows",
        "SELECT * FROM $EDS WHERE eventTime > '2099-01-01'",
        &[],
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn several_rows() {
    let lake = Lake::of(some_records()).await;
    let mut wrong = Vec::new();
    for (case, statement, want) in ROWS {
        let (answer, outcome) = lake.ask(statement, Default::default()).await;
        let got = match outcome.error {
            Some(error) => Err(error.to_string()),
            None => Ok(shown(&answer.rows)),
        };
        if got.as_deref() != Ok(&want.iter().map(|row| (*row).to_owned()).collect::<Vec<_>>()[..]) {
            wrong.push(format!(
                "{case}: {statement}\n    wanted {want:?},\n    got {got:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_are_called_as_they_were_written() {
    let lake = Lake::of(some_records()).await;
    let cases: &[(&str, &[&str])] = &[
        (
            "SELECT userIdentity.arn AS userARN, eventName, userIdentity.accountId FROM $EDS",
            &["userARN", "eventName", "accountId"],
        ),
        (
            "SELECT count(*), eventName, max(eventTime) AS Last FROM $EDS GROUP BY eventName",
            &["_col0", "eventName", "Last"],
        ),
        (
            "SELECT userIdentity.arn, userIdentity.sessionContext.sessionIssuer.ARN FROM $EDS",
            &["arn", "ARN"],
        ),
        (
            "SELECT eventName, eventName, eventName AS x FROM $EDS",
            &["eventName", "eventName", "x"],
        ),
        (
            "SELECT a.eventID, b.eventName FROM $EDS a JOIN $EDS b ON a.eventid = b.eventid",
            &["eventID", "eventName"],
        ),
        (
            "SELECT element_at(resources, 1).ARN, resources FROM $EDS",
            &["ARN", "resources"],
        ),
        (
            "SELECT eventName AS user FROM $EDS UNION ALL SELECT eventSource FROM $EDS",
            &["user"],
        ),
        (
            "WITH t AS (SELECT eventName AS Name FROM $EDS) SELECT * FROM t",
            &["name"],
        ),
    ];
    for (statement, want) in cases {
        assert_eq!(lake.columns(statement).await, *want, "{statement}");
    }
    let all = lake.columns("SELECT * FROM $EDS").await;
    let schema = atrium_lake::schema::schema();
    assert_eq!(
        all,
        schema
            .fields()
            .iter()
            .map(|field| field.name().clone())
            .collect::<Vec<_>>()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_are_names_wherever_they_stand() {
    let lake = Lake::of(some_records()).await;
    let upper = STORE.to_uppercase();
    for statement in [
        format!("SELECT count(*) FROM {STORE}"),
        format!("SELECT count(*) FROM {upper}"),
        format!("SELECT count(*) FROM \"{STORE}\""),
        format!("SELECT count(*)FROM {STORE};"),
        format!("SELECT count({STORE}.eventid) FROM {STORE}"),
        format!("SELECT count(*) FROM {STORE} WHERE eventid <> '{STORE}' -- {STORE}"),
    ] {
        assert_eq!(
            lake.value(&statement).await.as_deref(),
            Some("4"),
            "{statement}"
        );
    }
    assert_eq!(
        lake.value(&format!("SELECT '{STORE}'")).await.as_deref(),
        Some(STORE)
    );
}
