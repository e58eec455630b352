//! Time, memory, rows; what is read and what isn't.

use atrium_lake::process::LimitsRequest;
use atrium_lake::sql::Kind;
use serde_json::json;

use crate::lake::{Lake, record};

const ENDLESS: &str = "SELECT count(*) FROM $EDS a CROSS JOIN $EDS b CROSS JOIN $EDS c CROSS JOIN $EDS d WHERE a.eventid < b.useragent || d.eventid";

#[test]
fn a_query_ends_when_its_time_is_up() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let lake = Lake::made(1, 2000).await;
        let limits = LimitsRequest {
            seconds: Some(0.2),
            ..LimitsRequest::default()
        };
        let (_, outcome) = lake.ask(ENDLESS, limits).await;
        let error = outcome.error.unwrap();
        assert_eq!(
            (error.kind, error.message.as_str()),
            (Kind::TimedOut, "the query ran for more than 0.2 s")
        );
    });
    // It is busy still, as the process would be; it ends with it.
    runtime.shutdown_background();
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_end_where_they_may() {
    let lake = Lake::made(2, 100).await;
    let limits = |rows| LimitsRequest {
        rows: Some(rows),
        ..LimitsRequest::default()
    };
    let (answer, outcome) = lake.ask("SELECT eventid FROM $EDS", limits(100)).await;
    assert_eq!((answer.rows.len(), outcome.error), (100, None));
    let (answer, outcome) = lake.ask("SELECT eventid FROM $EDS", limits(99)).await;
    assert_eq!(
        (answer.rows.len(), outcome.error.unwrap().kind),
        (99, Kind::TooManyRows)
    );
    assert_eq!(outcome.statistics.rows, 99);
}

/// With little memory a sort goes to disk and gives the same rows; without disk it says what is missing.
#[tokio::test(flavor = "multi_thread")]
async fn memory_is_bounded() {
    let lake = Lake::made(3, 40_000).await;
    let spill = tempfile::tempdir().unwrap();
    let limits = |memory: usize, spill_bytes| LimitsRequest {
        memory: Some(memory),
        spill: Some(spill.path().to_owned()),
        spill_bytes: Some(spill_bytes),
        threads: Some(1),
        ..LimitsRequest::default()
    };
    let statement = "SELECT eventid, eventjson FROM $EDS ORDER BY requestid";
    let (plenty, outcome) = lake.ask(statement, limits(1 << 30, 1 << 30)).await;
    assert_eq!(outcome.error, None);
    let (spilled, outcome) = lake.ask(statement, limits(48 << 20, 1 << 30)).await;
    assert_eq!(outcome.error, None);
    assert!(plenty.rows == spilled.rows, "the same rows");
    let (_, outcome) = lake.ask(statement, limits(48 << 20, 1 << 20)).await;
    assert_eq!(outcome.error.unwrap().kind, Kind::Exhausted);
    assert_eq!(
        std::fs::read_dir(spill.path()).unwrap().count(),
        0,
        "nothing is left on disk"
    );
}

/// A join without an equality keeps one side in memory, or on disk. With too little of both it says so: it never answers fewer rows.
#[tokio::test(flavor = "multi_thread")]
async fn joins_without_an_equality_are_right_or_refused() {
    let day = |number: u32| {
        let time = format!("2026-01-{:02}T12:00:00Z", 1 + number % 20);
        let fields = json!({"userAgent": "long ".repeat(400) + &number.to_string()});
        record(&format!("e{number:04}"), &time, fields)
    };
    let lake = Lake::of((0..1500).map(day)).await;
    let less = "a.eventID < b.eventID";
    let later = "(SELECT * FROM $EDS ORDER BY eventID LIMIT 1490)";
    let same = "(SELECT x.eventID, y.userAgent FROM $EDS x JOIN $EDS y ON x.eventID = y.eventID)";
    // What is joined, and in how many of the sizes below it has to go well.
    let cases = [
        (format!("$EDS a JOIN $EDS b ON {less}"), 1..=4),
        (format!("$EDS a LEFT JOIN $EDS b ON {less}"), 1..=4),
        (
            format!(
                "$EDS a, $EDS b, $EDS c WHERE {less} AND b.eventID < c.eventID AND a.eventID < 'e0020' AND b.eventID > 'e1400'"
            ),
            1..=4,
        ),
        (format!("{same} a JOIN {same} b ON {less}"), 1..=4),
        (format!("{later} a JOIN {later} b ON {less}"), 1..=4),
        (format!("$EDS a FULL JOIN $EDS b ON {less}"), 1..=3),
    ];
    for (joined, going_well) in cases {
        let statement = format!(
            "SELECT count(*), count(a.userAgent), count(b.userAgent), min(a.eventID), max(b.eventID) FROM {joined}"
        );
        let (want, outcome) = lake.ask(&statement, LimitsRequest::default()).await;
        assert_eq!(outcome.error, None, "{statement}");
        let mut well = 0;
        for megabytes in [1, 4, 8, 24] {
            let limits = LimitsRequest {
                memory: Some(megabytes << 20),
                threads: Some(2),
                ..LimitsRequest::default()
            };
            let (answer, outcome) = lake.ask(&statement, limits).await;
            match outcome.error {
                None => {
                    assert_eq!(answer.rows, want.rows, "{statement} in {megabytes} MiB");
                    well += 1;
                }
                Some(error) => assert_eq!(error.kind, Kind::Exhausted, "{error:?}"),
            }
        }
        assert!(going_well.contains(&well), "{statement}: {well}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_days_are_not_opened() {
    let day = |day: u32| {
        record(
            &format!("e{day}"),
            &format!("2026-01-{day:02}T12:00:00Z"),
            json!({}),
        )
    };
    let lake = Lake::of((1..=20).map(day)).await;
    // Whoever opens this one fails.
    let broken = lake.folder.path().join("eventday=2026-01-03/part.parquet");
    std::fs::write(&broken, "no Parquet").unwrap();
    let cases = [
        ("eventTime > '2026-01-04 00:00:00'", "17"),
        (
            "eventTime >= TIMESTAMP '2026-01-10 12:00:00' AND eventName = 'ListInstances'",
            "11",
        ),
        ("eventTime < '2026-01-02 23:59:59'", "2"),
        (
            "eventTime BETWEEN '2026-01-05 00:00:00' AND '2026-01-06 23:00:00'",
            "2",
        ),
        ("'2026-01-18 00:00:00' < eventTime", "3"),
        ("eventTime = '2026-01-09 12:00:00'", "1"),
        (
            "eventTime > from_iso8601_timestamp('2026-01-19T13:00:00+01:00')",
            "1",
        ),
        (
            "eventTime > date_add('day', -1, TIMESTAMP '2026-01-20 13:00:00')",
            "1",
        ),
        (
            "eventTime IN (TIMESTAMP '2026-01-09 12:00:00', TIMESTAMP '2026-01-20 12:00:00')",
            "2",
        ),
        (
            "eventTime < '2026-01-02 00:00:00' OR eventTime > '2026-01-19 13:00:00'",
            "2",
        ),
        // The 3rd begins at 10 o'clock of the 2nd there, and at 12 o'clock of the 3rd on the other side of the world.
        (
            "eventTime AT TIME ZONE '+14:00' < from_iso8601_timestamp('2026-01-03T00:00:00+14:00')",
            "1",
        ),
        (
            "eventTime AT TIME ZONE '-12:00' > from_iso8601_timestamp('2026-01-19T00:00:00-12:00')",
            "1",
        ),
    ];
    for (condition, want) in cases {
        let statement = format!("SELECT count(*) FROM $EDS WHERE {condition}");
        assert_eq!(
            lake.value(&statement).await.as_deref(),
            Some(want),
            "{condition}"
        );
    }
    assert_eq!(
        lake.error("SELECT count(*) FROM $EDS WHERE eventName LIKE 'L%'")
            .await
            .kind,
        Kind::Storage
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_read_is_told() {
    let lake = Lake::made(4, 3000).await;
    let (_, outcome) = lake
        .ask(
            "SELECT count(DISTINCT userIdentity.arn) FROM $EDS",
            LimitsRequest::default(),
        )
        .await;
    assert_eq!(
        (outcome.statistics.rows, outcome.statistics.rows_scanned),
        (1, 3000)
    );
    let few = outcome.statistics.bytes_scanned;
    let (_, outcome) = lake
        .ask("SELECT max(eventjson) FROM $EDS", LimitsRequest::default())
        .await;
    assert!(
        few > 0 && few < outcome.statistics.bytes_scanned,
        "other columns weren't read"
    );
    // A condition that is checked while reading doesn't hide that the rows were read.
    let (_, outcome) = lake
        .ask(
            "SELECT eventid FROM $EDS WHERE useragent LIKE '%Terraform%'",
            LimitsRequest::default(),
        )
        .await;
    assert_eq!(outcome.statistics.rows_scanned, 3000);
}
