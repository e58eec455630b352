//! A SAML response, or metadata: any text is read or refused. The first byte chooses.
#![no_main]

use atrium_model::Timestamp;
use atrium_saml::{Expected, Metadata, verify};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((kind, document)) = data.split_first() else {
        return;
    };
    let Ok(text) = std::str::from_utf8(document) else {
        return;
    };
    if kind & 1 == 0 {
        return drop(Metadata::parse(text));
    }
    let expected = Expected {
        entity_id: "https://idp.example.com",
        certificates: &[],
        is_recipient: &|_| true,
        is_audience: &|_| true,
        now: Timestamp::from_millis(0),
    };
    // Nobody's key is known, so nothing may be believed.
    assert!(verify(&STANDARD.encode(text), &expected).is_err());
});
