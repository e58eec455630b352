//! The query that was published for "who created and deleted instances", and the one that means it.

use serde_json::json;

use crate::lake::{Lake, record, shown};

const PUBLISHED: &str = "SELECT
    userIdentity.arn AS userARN, eventName, userIdentity.accountId
FROM
    $EDS
WHERE
    userIdentity.arn IS NOT NULL
    AND eventName = 'DeleteInstance'
    OR eventName = 'CreateInstance'";

const CORRECTED: &str = "SELECT eventTime, userIdentity.arn AS userARN, eventName, recipientAccountId, element_at(responseElements,'instanceArn') AS instanceArn
FROM $EDS
WHERE eventSource = 'sso.amazonaws.com' AND eventName IN ('CreateInstance','DeleteInstance') AND errorCode IS NULL
ORDER BY eventTime DESC";

async fn lake() -> Lake {
    let who = |arn: &str| json!({"type": "AssumedRole", "arn": arn, "accountId": "111111111111"});
    Lake::of([
        record("1", "2026-01-05T09:00:00Z", json!({"eventName": "CreateInstance", "userIdentity": who("arn:ann"),
            "recipientAccountId": "111111111111", "responseElements": {"instanceArn": "arn:i1"}})),
        record("2", "2026-01-05T10:00:00Z", json!({"eventName": "DeleteInstance", "userIdentity": who("arn:bob"), "recipientAccountId": "111111111111"})),
        // Refused: nothing was created.
        record("3", "2026-01-05T11:00:00Z", json!({"eventName": "CreateInstance", "userIdentity": who("arn:eve"), "errorCode": "AccessDeniedException"})),
        // Another service's instances.
        record("4", "2026-01-05T12:00:00Z", json!({"eventSource": "connect.amazonaws.com", "eventName": "CreateInstance", "userIdentity": who("arn:cal")})),
        // A service that has no ARN.
        record("5", "2026-01-05T13:00:00Z", json!({"eventName": "DeleteInstance", "userIdentity": {"invokedBy": "sso.amazonaws.com"}, "recipientAccountId": "222222222222"})),
        record("6", "2026-01-05T14:00:00Z", json!({"eventName": "CreateInstance", "userIdentity": {"invokedBy": "sso.amazonaws.com"}, "recipientAccountId": "222222222222"})),
        record("7", "2026-01-05T15:00:00Z", json!({"eventName": "ListInstances", "userIdentity": who("arn:ann")})),
    ])
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_published_query_runs_unchanged() {
    let lake = lake().await;
    assert_eq!(
        lake.columns(PUBLISHED).await,
        ["userARN", "eventName", "accountId"]
    );
    let mut rows = shown(&lake.rows(PUBLISHED).await);
    rows.sort_unstable();
    assert_eq!(
        rows,
        [
            "- | CreateInstance | -",
            "arn:ann | CreateInstance | 111111111111",
            "arn:bob | DeleteInstance | 111111111111",
            "arn:cal | CreateInstance | 111111111111",
            "arn:eve | CreateInstance | 111111111111",
        ]
    );
}

/// The published one counts a refused call and another service's instance, and loses the deletion whose caller has no ARN.
#[tokio::test(flavor = "multi_thread")]
async fn the_corrected_query_says_what_happened() {
    let lake = lake().await;
    assert_eq!(
        lake.columns(CORRECTED).await,
        [
            "eventTime",
            "userARN",
            "eventName",
            "recipientAccountId",
            "instanceArn"
        ]
    );
    assert_eq!(
        shown(&lake.rows(CORRECTED).await),
        [
            "2026-01-05 14:00:00.000 | - | CreateInstance | 222222222222 | -",
            "2026-01-05 13:00:00.000 | - | DeleteInstance | 222222222222 | -",
            "2026-01-05 10:00:00.000 | arn:bob | DeleteInstance | 111111111111 | -",
            "2026-01-05 09:00:00.000 | arn:ann | CreateInstance | 111111111111 | arn:i1",
        ]
    );
}
