//! Records come from buckets that others write to: each becomes an event and a row, and neither loses the other.
#![no_main]

use atrium_lake::ocsf::{batch, schema};
use atrium_lake::record::{Record, records_of};
use atrium_ocsf::{Class, Classes, event};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for text in records_of(text).unwrap_or_default() {
        let Ok(record) = Record::read(text) else {
            continue;
        };
        for classes in [Classes::Atrium, Classes::SecurityLake] {
            let event = event(record.tree(), record.time(), classes);
            let class = Class::ALL
                .into_iter()
                .find(|class| class.uid() == event.class_uid);
            let class = class.expect("an event has a class");
            assert!(classes.all().contains(&class));
            assert_eq!(
                event.type_uid,
                i64::from(event.class_uid) * 100 + i64::from(event.activity_id)
            );
            let json = serde_json::to_string(&event).expect("an event is JSON");
            let rows = batch(&schema(&[class]), [json.as_str()].into_iter());
            assert_eq!(rows.expect("rows of one schema fit together").num_rows(), 1);
        }
    }
});
