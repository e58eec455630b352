//! Statements come from anyone who may query: whatever a text is, the gate lets one SELECT through or says why not.
#![no_main]

use atrium_lake::sql::parse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(parsed) = parse(text) {
        let _ = parsed.tables();
    }
});
