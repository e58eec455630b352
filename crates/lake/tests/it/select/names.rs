//! Names and paths.

use super::{Case, each_has_its_value, some_records};
use atrium_lake::sql::parse;

use crate::lake::{Lake, STORE};

const VALUES: &[Case] = &[
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
];

#[tokio::test(flavor = "multi_thread")]
async fn names_and_paths() {
    each_has_its_value(VALUES).await;
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

/// A tokenizer takes some of an id's pieces for numbers, with exponents and even with the dot behind them.
#[test]
fn whatever_its_digits_an_id_is_a_name() {
    for id in [
        "00000000-0000-0000-0000-000000000000",
        "12345678-9e12-4e56-8e90-123456789012",
        "1234567e-1234-4e5e-8e9e-12345678901e",
        "1e345678-12e4-4123-8123-1e3456789012",
        "e1234567-abcd-4bcd-9bcd-abcdefabcdef",
        "b1234567-0b01-4b01-8b01-0b0101010101",
    ] {
        for statement in [
            format!("SELECT eventid FROM {id}"),
            format!("SELECT {id}.eventid FROM {id} WHERE {id}.awsregion='x'"),
            format!("SELECT eventid FROM {id},{id} AS b"),
            format!("SELECT eventid FROM({id} CROSS JOIN {id} AS b)"),
        ] {
            let parsed = parse(&statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
            assert!(
                parsed.tables().iter().all(|table| table == id),
                "{statement}"
            );
        }
    }
    // Neither longer nor shorter, nor with spaces.
    for other in [
        "12345678-9e12-4e56-8e90-1234567890123",
        "12345678-9e12-4e56-8e90-12345678901",
        "12345678 -9e12-4e56-8e90-123456789012",
    ] {
        assert!(parse(&format!("SELECT 1 FROM {other}")).is_err(), "{other}");
    }
}
