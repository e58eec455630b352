//! Records come from buckets that others write to: whatever a text is, it becomes a row or a reason.
#![no_main]

use atrium_lake::record::{Record, Rows, records_of};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut rows = Rows::default();
    for text in records_of(text).unwrap_or_default() {
        if let Ok(record) = Record::read(text) {
            rows.push(&record);
        }
    }
    let count = rows.len();
    let batch = rows.finish().expect("rows of one schema fit together");
    assert_eq!(batch.num_rows(), count);
});
