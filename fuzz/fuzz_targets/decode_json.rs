//! The first two bytes choose an operation with a JSON body, the rest is the body.
#![no_main]

use atrium_wire::{Protocol, decode, encode_error, event_parameters, services};
use http::Request;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let [high, low, body @ ..] = data else { return };
    let operations: Vec<_> = services()
        .iter()
        .filter(|service| service.protocol == Protocol::AwsJson11)
        .flat_map(|service| service.operations.iter().copied())
        .collect();
    let operation = operations[usize::from(u16::from_be_bytes([*high, *low])) % operations.len()];
    let Ok(request) = Request::post("/").body(()) else {
        return;
    };
    match decode(operation, &request.into_parts().0, body) {
        Ok(value) => drop(event_parameters(operation, &value)),
        Err(error) => drop(encode_error(operation, &error, "id")),
    }
});
