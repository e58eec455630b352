//! Statements come from anyone who may query: whatever a text is, the gate lets one SELECT through or says why not, and what it lets
//! through can be planned or is refused.
#![no_main]

use std::sync::Arc;
use std::thread;

use atrium_lake::sql::{Events, Limits, context, parse, plan};
use atrium_lake::stores::Stores;
use futures::executor::block_on;
use libfuzzer_sys::fuzz_target;

/// As the program's threads have it.
const STACK: usize = 64 << 20;

fuzz_target!(|text: &str| {
    let text = text.to_owned();
    let thread = thread::Builder::new().stack_size(STACK);
    let done = thread.spawn(move || planned(&text)).expect("a thread");
    // What goes wrong there ends the process already.
    let _ = done.join();
});

fn planned(text: &str) {
    let Ok(parsed) = parse(text) else { return };
    let context = context(&Limits::default(), &Stores::default()).expect("a session");
    for table in parsed.tables() {
        let events = Arc::new(Events::new(Vec::new(), true));
        // A name that is none of a table's is refused when the statement is planned.
        let _ = context.register_table(table, events);
    }
    if let Ok(planned) = block_on(plan(&context, parsed)) {
        let _ = planned.check(&context);
    }
}
