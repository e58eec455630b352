//! NOT IN of what rows are grouped by: the same answers, asked of groups.

use serde_json::{Value, json};

use crate::lake::{Lake, record};

/// Calls of ten people; every third is nobody's.
fn records() -> impl Iterator<Item = Value> {
    (0..600).map(|number| {
        let name = ["CreateUser", "DescribeUser", "ListUsers", "DeleteUser"][number % 4];
        let identity = match number % 3 {
            0 => json!({"type": "AWSService"}),
            _ => json!({"type": "IAMUser", "arn": format!("arn:aws:iam::111122223333:user/{}", number % 10)}),
        };
        let id = if name == "DeleteUser" { "none" } else { "e" };
        record(
            &format!("{id}{number}"),
            "2026-01-05T09:01:02Z",
            json!({"eventName": name, "userIdentity": identity}),
        )
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_stay_that_are_not_among_the_others() {
    let lake = Lake::of(records()).await;
    let arn = |number: u32| format!("arn:aws:iam::111122223333:user/{number}");
    let even = "SELECT userIdentity.arn FROM $EDS WHERE userIdentity.arn LIKE '%0' OR userIdentity.arn LIKE '%4'";
    let cases = [
        // Whoever is nobody is neither in nor not in what somebody is in.
        (
            format!("SELECT DISTINCT userIdentity.arn FROM $EDS WHERE userIdentity.arn < '{}' AND userIdentity.arn NOT IN ({even})", arn(5)),
            vec![arn(1), arn(2), arn(3)],
        ),
        (
            format!("SELECT userIdentity.arn FROM $EDS WHERE eventName = 'CreateUser' AND NOT userIdentity.arn IN ({even}) GROUP BY userIdentity.arn HAVING count(*) > 1"),
            vec![arn(2), arn(6), arn(8)],
        ),
        // A NULL among the others leaves none.
        (
            "SELECT DISTINCT userIdentity.arn FROM $EDS WHERE userIdentity.arn NOT IN (SELECT userIdentity.arn FROM $EDS)".to_owned(),
            Vec::new(),
        ),
        // Of each of two keys, and of another's groups within.
        (
            format!("SELECT DISTINCT concat(eventName, '-', userIdentity.arn) FROM (
                SELECT eventName, userIdentity FROM $EDS) AS e
                WHERE userIdentity.arn NOT IN ({even}) AND eventName NOT IN ('ListUsers') AND eventName NOT IN (
                    SELECT eventName FROM $EDS WHERE eventName <> 'DeleteUser' GROUP BY eventName)
                    AND userIdentity.arn = '{}'", arn(1)),
            vec![format!("DeleteUser-{}", arn(1))],
        ),
    ];
    for (statement, want) in cases {
        let mut rows = lake.rows(&statement).await;
        rows.sort();
        let want: Vec<_> = want.into_iter().map(|value| vec![Some(value)]).collect();
        assert_eq!(rows, want, "{statement}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn among_none_even_nobody_is_missing() {
    let lake = Lake::of(records()).await;
    let count = lake
        .value("SELECT count(*) FROM (SELECT DISTINCT userIdentity.arn FROM $EDS WHERE userIdentity.arn NOT IN (SELECT userIdentity.arn FROM $EDS WHERE eventName = 'None')) AS a")
        .await;
    assert_eq!(count.as_deref(), Some("11"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_condition_keeps_out_is_not_computed() {
    let lake = Lake::of(records()).await;
    for statement in [
        "SELECT count(*) FROM (SELECT DISTINCT eventName, CAST(substr(eventID, 2) AS bigint) AS id FROM $EDS
            WHERE eventName NOT IN (SELECT eventName FROM $EDS WHERE eventName = 'DeleteUser')) AS a",
        "SELECT sum(ids) FROM (SELECT eventName, count(CAST(substr(eventID, 2) AS bigint)) AS ids FROM $EDS
            WHERE eventName NOT IN (SELECT eventName FROM $EDS WHERE eventName = 'DeleteUser') GROUP BY eventName) AS a",
        "SELECT sum(cardinality(ids)) FROM (SELECT eventName, array_agg(eventID ORDER BY CAST(substr(eventID, 2) AS bigint)) AS ids FROM $EDS
            WHERE eventName NOT IN (SELECT eventName FROM $EDS WHERE eventName = 'DeleteUser') GROUP BY eventName) AS a",
    ] {
        assert_eq!(lake.value(statement).await.as_deref(), Some("450"), "{statement}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subquery_may_ask_of_the_rows_around_it() {
    let lake = Lake::of(records()).await;
    for statement in [
        "SELECT count(*) FROM $EDS a WHERE eventName IN (SELECT b.eventName FROM $EDS b WHERE b.eventSource = a.eventSource
            AND b.eventName NOT IN (SELECT eventName FROM $EDS WHERE eventName LIKE 'D%'))",
        "SELECT sum(calls) / 150 FROM (SELECT (SELECT count(*) FROM $EDS b WHERE b.eventName = a.eventName
            AND b.eventName NOT IN (SELECT eventName FROM $EDS WHERE eventName LIKE 'D%') GROUP BY b.eventName) AS calls FROM $EDS a) AS c",
    ] {
        assert_eq!(lake.value(statement).await.as_deref(), Some("300"), "{statement}");
    }
}
