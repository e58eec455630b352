//! Conditions with alternatives: what follows from them for one column is looked at first.

use atrium_lake::process::LimitsRequest;
use serde_json::{Value, json};

use crate::lake::{Lake, record};

/// Records of two names, some of which name their caller.
fn records() -> impl Iterator<Item = Value> {
    (0..2000).map(|number| {
        let name = if number % 2 == 0 { "CreateUser" } else { "UpdateUser" };
        let identity = match number % 3 {
            0 => json!({"type": "IAMUser", "accountId": "service"}),
            _ => json!({"type": "IAMUser", "accountId": "12", "arn": format!("arn:aws:iam::111122223333:user/{number}")}),
        };
        record(
            &format!("e{number}"),
            "2026-01-05T09:01:02Z",
            json!({"eventName": name, "userIdentity": identity}),
        )
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_that_no_alternative_needs_are_not_read() {
    let lake = Lake::of(records()).await;
    let read = async |condition: &str| {
        let statement = format!("SELECT count(*) FROM $EDS WHERE {condition}");
        let (answer, outcome) = lake.ask(&statement, LimitsRequest::default()).await;
        assert_eq!(answer.rows, [[Some("0".to_owned())]], "{condition}");
        outcome.statistics.bytes_scanned
    };
    // Names that statistics don't rule out.
    let names = read("eventName = 'DeleteUser' OR eventName = 'ListUsers'").await;
    let both = read("userIdentity.arn = 'arn:z' OR userIdentity.arn = 'arn:aws:iam::11112222333' AND eventName = 'DeleteUser'").await;
    assert!(names < both, "{names} {both}");
    for condition in [
        "userIdentity.arn IS NOT NULL AND eventName = 'DeleteUser' OR eventName = 'ListUsers'",
        "eventName = 'ListUsers' OR eventName IN ('DeleteUser', 'GetUser') AND NOT userIdentity.arn = 'x'",
        "(eventName = 'ListUsers' AND userIdentity.arn > 'a' OR 'DeleteUser' = eventName) AND eventVersion = '1.11'",
    ] {
        let read = read(condition).await;
        assert!(read < both, "{condition}: {read} of {both}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_implied_takes_no_row_away() {
    let lake = Lake::of(records()).await;
    let cases = [
        (
            "userIdentity.arn IS NOT NULL AND eventName = 'CreateUser' OR eventName = 'UpdateUser'",
            "1666",
        ),
        (
            "userIdentity.arn IS NOT NULL AND eventName = 'CreateUser'",
            "666",
        ),
        (
            "userIdentity.arn IS NOT NULL AND eventName IN ('CreateUser', 'x') AND eventTime > '2026-01-01 00:00:00'",
            "666",
        ),
        (
            "(userIdentity.arn IS NOT NULL OR eventName = 'CreateUser') AND userIdentity.type = 'IAMUser'",
            "1667",
        ),
        // The number would fail for others.
        (
            "userIdentity.arn IS NOT NULL AND CAST(split_part(userIdentity.arn, '/', 2) AS bigint) > 1000 AND eventName = 'CreateUser'",
            "332",
        ),
        (
            "userIdentity.arn IS NULL AND eventName = 'CreateUser' OR eventName = 'UpdateUser' AND userIdentity.arn LIKE '%/1'",
            "335",
        ),
        (
            "NOT (eventName = 'CreateUser' OR userIdentity.arn IS NOT NULL)",
            "333",
        ),
        (
            "eventName IN ('CreateUser') AND errorCode IS NULL OR eventName BETWEEN 'U' AND 'V' AND userIdentity.arn IS NULL",
            "1333",
        ),
        // A test of a column that would fail for other rows isn't said of them.
        (
            "eventName = 'CreateUser' AND CAST(eventVersion AS double) > 1 OR eventName = 'UpdateUser' AND CAST(eventID AS varchar) = 'e1'",
            "1001",
        ),
    ];
    for (condition, count) in cases {
        let counted = lake
            .value(&format!("SELECT count(*) FROM $EDS WHERE {condition}"))
            .await;
        assert_eq!(counted.as_deref(), Some(count), "{condition}");
    }
    // Nor is a computed column's, which the condition inside keeps from failing.
    let computed = "SELECT count(*) FROM (SELECT eventName, CAST(substr(eventID, 2) AS bigint) AS number FROM $EDS WHERE eventName = 'CreateUser')
        WHERE number IS NULL AND eventName = 'a' OR number IS NOT NULL AND eventName = 'CreateUser'";
    assert_eq!(lake.value(computed).await.as_deref(), Some("1000"));
    let outer = "SELECT count(*) FROM $EDS a LEFT JOIN $EDS b ON a.eventID = b.eventID AND b.eventName = 'CreateUser'
        WHERE b.eventName IS NULL AND a.userIdentity.arn IS NULL OR b.eventName = 'CreateUser' AND a.userIdentity.arn IS NOT NULL";
    assert_eq!(lake.value(outer).await.as_deref(), Some("999"));
}

/// What is asked of the rows that a condition leaves is not asked of the others, though the scan looks at names first.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_computed_of_the_rows_that_are_left_sees_no_others() {
    let lake = Lake::of(records()).await;
    let left = "FROM $EDS WHERE userIdentity.arn IS NOT NULL AND eventName = 'CreateUser'";
    let cases = [
        format!("SELECT count(*) FROM (SELECT userIdentity AS who {left}) WHERE CAST(who.accountId AS bigint) > 5"),
        format!("WITH x AS (SELECT userIdentity {left}) SELECT count(*) FROM x WHERE 10 / length(coalesce(x.userIdentity.arn, '')) < 5"),
        format!("SELECT count(*) {left} GROUP BY CAST(userIdentity.accountId AS bigint) HAVING CAST(userIdentity.accountId AS bigint) > 5"),
        format!("SELECT count(n) FROM (SELECT userIdentity, CAST(userIdentity.accountId AS bigint) + 1 AS n {left})"),
        format!(
            "SELECT count(n) FROM (SELECT userIdentity, CAST(userIdentity.accountId AS bigint) + 1 AS n,
                any_match(split(eventName, 'e'), v -> v = 'r') AS has {left})"
        ),
        format!(
            "SELECT count(*) FROM (SELECT userIdentity AS who {left}) x
                WHERE EXISTS (SELECT 1 FROM $EDS b WHERE b.eventName = 'UpdateUser' AND CAST(x.who.accountId AS bigint) > 5)"
        ),
        format!(
            "SELECT count(*) FROM (SELECT userIdentity AS who {left}) x
                WHERE x.who.type IN (SELECT b.userIdentity.type FROM $EDS b WHERE CAST(x.who.accountId AS bigint) > 5)"
        ),
        format!(
            "SELECT count(*) FROM (SELECT DISTINCT 12 AS account FROM $EDS) y
                JOIN (SELECT userIdentity.accountId AS account {left}) x USING (account)"
        ),
        format!(
            "SELECT 665 + count(*) FROM (SELECT DISTINCT 12 AS number FROM $EDS) y
                WHERE y.number IN (SELECT userIdentity.accountId {left})"
        ),
        format!(
            "SELECT count(*) FROM (SELECT userIdentity AS who {left}) x
                JOIN (SELECT DISTINCT 12 AS number FROM $EDS) y ON CAST(x.who.accountId AS bigint) = y.number"
        ),
    ];
    for statement in cases {
        let counted = lake.value(&statement).await;
        assert_eq!(counted.as_deref(), Some("666"), "{statement}");
    }
}
