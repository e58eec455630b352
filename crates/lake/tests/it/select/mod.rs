//! What statements answer: the dialect, case by case.

mod aggregates;
mod collections;
mod names;
mod rows;
mod text;
mod time;

use serde_json::{Value, json};

use crate::lake::{Lake, record};

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

/// A name, a statement over [`some_records`] with one row and one column, and its value.
type Case = (&'static str, &'static str, Option<&'static str>);

async fn each_has_its_value(cases: &[Case]) {
    let lake = Lake::of(some_records()).await;
    let mut wrong = Vec::new();
    for (case, statement, want) in cases {
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
