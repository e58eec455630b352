//! Several rows: joins, sets, windows, UNNEST.

use super::some_records;
use crate::lake::{Lake, shown};

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
        "a window over nested fields",
        "SELECT userIdentity.accountId, e.userIdentity.arn AS Who, count(*) OVER (PARTITION BY userIdentity.arn) AS n, eventid
         FROM $EDS e WHERE userIdentity.accountId IS NOT NULL ORDER BY eventid",
        &[
            "111111111111 | arn:aws:sts::111111111111:assumed-role/Admin/ann | 2 | e1",
            "222222222222 | arn:aws:sts::222222222222:assumed-role/Admin/bob | 1 | e2",
            "111111111111 | arn:aws:sts::111111111111:assumed-role/Admin/ann | 2 | e3",
        ],
    ),
    (
        "IN of what comes often",
        "SELECT eventid FROM $EDS WHERE eventSource IN (SELECT eventSource FROM $EDS ORDER BY eventid) ORDER BY eventid",
        &["e1", "e2", "e3", "e4"],
    ),
    (
        "IN of what depends on the row",
        "SELECT eventid FROM $EDS a WHERE eventName IN (SELECT b.eventName FROM $EDS b WHERE b.eventSource = a.eventSource AND b.errorCode IS NULL)
         ORDER BY eventid",
        &["e1", "e3", "e4"],
    ),
    (
        "IN of the first",
        "SELECT eventid FROM $EDS WHERE eventid IN (SELECT eventid FROM $EDS ORDER BY eventid DESC LIMIT 1)",
        &["e4"],
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
