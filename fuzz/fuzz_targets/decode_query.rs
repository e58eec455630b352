//! A form body: identified, decoded, and shown in an event or an error.
#![no_main]

use atrium_wire::{decode, encode_error, event_parameters, guess_protocol, identify};
use http::Request;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let request = Request::post("/")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(());
    let Ok(request) = request else { return };
    let parts = request.into_parts().0;
    let operation = match identify(&parts, body) {
        Ok(operation) => operation,
        Err(error) => return drop(encode_error(guess_protocol(&parts), &error, "id")),
    };
    match decode(operation, &parts, body) {
        Ok(value) => drop(event_parameters(operation, &value)),
        Err(error) => drop(encode_error(operation, &error, "id")),
    }
});
