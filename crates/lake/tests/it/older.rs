//! Files that were written when an event data store had fewer columns.

use std::fs::File;
use std::sync::Arc;

use arrow::array::{Array as _, ArrayRef, AsArray as _, RecordBatch, StructArray};
use arrow::datatypes::{Field, Schema};
use atrium_lake::record::{Record, Rows};
use parquet::arrow::ArrowWriter;
use serde_json::json;

use crate::lake::{Lake, record};

/// Rows without `eventdata`, and without a field of `useridentity`.
fn fewer(rows: &RecordBatch) -> RecordBatch {
    let pairs = rows.schema_ref().fields().iter().zip(rows.columns());
    let kept = pairs.filter(|(field, _)| field.name() != "eventdata");
    let (fields, columns): (Vec<Arc<Field>>, Vec<ArrayRef>) = kept
        .map(|(field, column)| {
            if field.name() != "useridentity" {
                return (Arc::clone(field), Arc::clone(column));
            }
            let identity = column.as_struct();
            let parts = identity.fields().iter().zip(identity.columns());
            let parts = parts.filter(|(field, _)| field.name() != "identityprovider");
            let parts: Vec<_> = parts
                .map(|(field, column)| (Arc::clone(field), Arc::clone(column)))
                .collect();
            let narrow = StructArray::from(parts);
            let kind = narrow.data_type().clone();
            let field = field.as_ref().clone().with_data_type(kind);
            (Arc::new(field), Arc::new(narrow) as ArrayRef)
        })
        .unzip();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_that_a_file_lacks_are_null() {
    let identity = |arn: &str| json!({"userIdentity": {"type": "SAMLUser", "arn": arn, "identityProvider": "idp"}});
    let new = record("new", "2026-01-05T09:00:00Z", identity("arn:new"));
    let lake = Lake::of([new]).await;
    let old = record("old", "2026-01-05T08:00:00Z", identity("arn:old")).to_string();
    let mut rows = Rows::default();
    rows.push(&Record::read(&old).unwrap());
    let rows = fewer(&rows.finish().unwrap());
    let path = lake.folder.path().join("eventday=2026-01-05/old.parquet");
    let mut writer =
        ArrowWriter::try_new(File::create(path).unwrap(), rows.schema(), None).unwrap();
    writer.write(&rows).unwrap();
    writer.close().unwrap();

    let text = |value: &str| Some(value.to_owned());
    let mut answer = lake
        .rows("SELECT userIdentity.arn, userIdentity.identityProvider, eventData.version FROM $EDS WHERE userIdentity.type = 'SAMLUser'")
        .await;
    answer.sort();
    assert_eq!(
        answer,
        [
            vec![text("arn:new"), text("idp"), None],
            vec![text("arn:old"), None, None],
        ]
    );
    let grouped = "SELECT userIdentity.identityProvider, count(*) FROM $EDS GROUP BY userIdentity.identityProvider ORDER BY 1";
    assert_eq!(
        lake.rows(grouped).await,
        [[text("idp"), text("1")], [None, text("1")]]
    );
    let whole = lake
        .value("SELECT count(*) FROM (SELECT * FROM $EDS) AS e WHERE e.userIdentity IS NOT NULL");
    assert_eq!(whole.await, text("2"));
}
