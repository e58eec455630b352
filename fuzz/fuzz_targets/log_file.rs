//! Whatever a bucket's log file holds, packed or not, reading it ends with records or with what is wrong.
#![no_main]

use std::io::Write as _;

use atrium_trail::imports::read_log;
use flate2::Compression;
use flate2::write::GzEncoder;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = read_log(bytes);
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(bytes).expect("memory");
    if let Ok(records) = read_log(&packed.finish().expect("memory")) {
        for record in records {
            assert!(!record.text.contains('\n'), "a record is one line");
        }
    }
});
