//! Three lines: path with query string, `Authorization`, `X-Amz-Date`. No input may hold as signed.
#![no_main]

use atrium_wire::sigv4::SignedRequest;
use http::Request;
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut lines = text.splitn(3, '\n');
    let (uri, authorization, date) = (lines.next().unwrap_or("/"), lines.next(), lines.next());
    let mut builder = Request::get(uri);
    if let Some(value) = authorization {
        builder = builder.header("authorization", value);
    }
    if let Some(value) = date {
        builder = builder.header("x-amz-date", value);
    }
    let Ok(request) = builder.body(()) else {
        return;
    };
    let parts = request.into_parts().0;
    if let Ok(Some(signed)) = SignedRequest::parse(&parts) {
        assert!(
            signed
                .verify(&parts, b"", b"secret", Timestamp::UNIX_EPOCH)
                .is_err()
        );
    }
});
