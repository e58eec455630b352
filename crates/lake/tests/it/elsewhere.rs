//! Events of other sources than CloudTrail, and files of before their columns were there.

use std::fs::File;
use std::path::Path;

use arrow::array::RecordBatch;
use atrium_lake::files::{Settings, compact, folder_of};
use atrium_lake::record::{Record, Rows};
use object_store::local::LocalFileSystem;
use parquet::arrow::ArrowWriter;
use serde_json::{Value, json};

use crate::files::limits;
use crate::lake::{Lake, record, shown};

/// An event of a shop, as a channel keeps it.
fn sale(id: &str, time: &str) -> Value {
    json!({
        "eventVersion": "1.0", "eventCategory": "ActivityAuditLog", "eventType": "ActivityLog", "eventID": id, "eventTime": time,
        "awsRegion": "us-east-1", "recipientAccountId": "111122223333",
        "metadata": {"ingestionTime": "2026-01-06T11:46:40Z", "channelARN": "arn:aws:cloudtrail:us-east-1:111122223333:channel/c"},
        "eventData": {
            "version": "1", "userIdentity": {"type": "person", "principalId": "ann", "details": {"till": 7}},
            "userAgent": "till/2", "eventSource": "shop.example", "eventName": "Sell", "eventTime": time, "UID": "u-1",
            "requestParameters": {"goods": [{"name": "tea"}]}, "responseElements": {"price": "4.20"},
            "errorCode": "Short", "errorMessage": "no change", "sourceIpAddress": "192.0.2.1",
            "recipientAccountId": "111122223333", "additionalEventData": {"shop": "north"},
        },
    })
}

/// A file as it was before the columns of other sources.
fn keep_as_before(folder: &Path, record: &Value) {
    let text = record.to_string();
    let record = Record::read(&text).unwrap();
    let mut rows = Rows::default();
    rows.push(&record);
    let whole = rows.finish().unwrap();
    let schema = whole.schema();
    let old = (0..schema.fields().len())
        .filter(|&place| !["metadata", "eventdata"].contains(&schema.field(place).name().as_str()));
    let rows: RecordBatch = whole.project(&old.collect::<Vec<_>>()).unwrap();
    let day = folder.join(folder_of(record.day()));
    std::fs::create_dir_all(&day).unwrap();
    let file = File::create(day.join("before.parquet")).unwrap();
    let mut writer = ArrowWriter::try_new(file, rows.schema(), None).unwrap();
    writer.write(&rows).unwrap();
    writer.close().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_source_told_has_columns() {
    let lake = Lake::of([sale("e1", "2026-01-05T09:01:02Z")]).await;
    let cases = [
        ("eventData.version", "1"),
        ("eventData.userIdentity.type", "person"),
        ("eventData.userIdentity.principalId", "ann"),
        ("element_at(eventData.userIdentity.details, 'till')", "7"),
        ("eventData.userAgent", "till/2"),
        ("eventData.eventSource", "shop.example"),
        ("eventData.eventName", "Sell"),
        ("eventData.eventTime", "2026-01-05 09:01:02.000"),
        ("eventData.UID", "u-1"),
        (
            "element_at(eventData.requestParameters, 'goods')",
            r#"[{"name":"tea"}]"#,
        ),
        ("element_at(eventData.responseElements, 'price')", "4.20"),
        ("eventData.errorCode", "Short"),
        ("eventData.errorMessage", "no change"),
        ("eventData.sourceIpAddress", "192.0.2.1"),
        ("eventData.recipientAccountId", "111122223333"),
        ("element_at(eventData.additionalEventData, 'shop')", "north"),
        ("metadata.ingestionTime", "2026-01-06 11:46:40.000"),
        (
            "metadata.channelARN",
            "arn:aws:cloudtrail:us-east-1:111122223333:channel/c",
        ),
    ];
    for (column, value) in cases {
        let told = lake.value(&format!("SELECT {column} FROM $EDS")).await;
        assert_eq!(told.as_deref(), Some(value), "{column}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn older_files_are_read_and_merged_beside_newer_ones() {
    const EVENTS: &str = "SELECT eventID, eventName, eventData.eventName FROM $EDS ORDER BY 1";
    let day = "2026-01-05T09:01:02Z";
    let lake = Lake::of([sale("e2", day)]).await;
    keep_as_before(lake.folder.path(), &record("e1", day, json!({})));
    let want = ["e1 | ListInstances | -", "e2 | - | Sell"];
    assert_eq!(shown(&lake.rows(EVENTS).await), want);

    let store = LocalFileSystem::new_with_prefix(lake.folder.path()).unwrap();
    let place = |name: &str| format!("eventday=2026-01-05/{name}.parquet").into();
    compact(
        std::sync::Arc::new(store),
        &[place("before"), place("part")],
        &place("whole"),
        &Settings::LASTING,
        &limits(&tempfile::tempdir().unwrap()),
    )
    .await
    .unwrap();
    for name in ["before", "part"] {
        let file = format!("eventday=2026-01-05/{name}.parquet");
        std::fs::remove_file(lake.folder.path().join(file)).unwrap();
    }
    assert_eq!(shown(&lake.rows(EVENTS).await), want);
}
