//! Any two texts: one is read as a pattern, the other as an event. Neither may panic or take long.
#![no_main]

use atrium_trail::rules::EventPattern;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|texts: (&str, &str)| {
    let (pattern, event) = texts;
    if let (Ok(pattern), Ok(event)) = (EventPattern::parse(pattern), serde_json::from_str(event)) {
        pattern.matches(&event);
    }
});
