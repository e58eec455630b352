//! Requests and answers as tests like to write them.

use atrium_wire::{OperationMeta, Protocol, find};
use bytes::Bytes;
use http::Response;
use http::request::Parts;
use serde_json::Value;

/// The operation `service:name`.
pub fn op(name: &str) -> &'static OperationMeta {
    let (service, operation) = name.split_once(':').expect("service:operation");
    find(service, operation).unwrap_or_else(|| panic!("no operation {name}"))
}

/// A request with these headers and without a body.
pub fn parts(method: &str, uri: &str, headers: &[(&str, &str)]) -> Parts {
    let mut builder = http::Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    builder.body(()).expect("a request").into_parts().0
}

/// The head of a request for `operation`, if its members all stand in the body.
pub fn head(operation: &OperationMeta) -> Parts {
    match operation.service.protocol {
        Protocol::AwsJson10 | Protocol::AwsJson11 => {
            let target = format!("{}.{}", operation.service.target_prefix, operation.name);
            parts(
                "POST",
                "/",
                &[
                    ("x-amz-target", &target),
                    ("content-type", "application/x-amz-json-1.1"),
                ],
            )
        }
        Protocol::AwsQuery => parts(
            "POST",
            "/",
            &[("content-type", "application/x-www-form-urlencoded")],
        ),
        Protocol::RestJson1 => parts(operation.method, operation.uri, &[]),
    }
}

pub fn text(response: &Response<Bytes>) -> &str {
    std::str::from_utf8(response.body()).expect("UTF-8")
}

pub fn json(response: &Response<Bytes>) -> Value {
    serde_json::from_slice(response.body()).expect("JSON")
}

pub fn header<'a>(response: &'a Response<Bytes>, name: &str) -> &'a str {
    response
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().expect("ASCII"))
}
