//! Anything may come over the wire; nothing of it may panic.

use atrium_wire::sigv4::SignedRequest;
use atrium_wire::{decode, encode_error, event_parameters, guess_protocol, identify, services};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::request::{head, parts};

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        let names = select(vec![
            "InstanceArn",
            "Tags",
            "Key",
            "Value",
            "MaxResults",
            "MemberId",
            "Operations",
            "Emails",
            "x",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((names, inner), 0..6).prop_map(|pairs| Value::Object(
                pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()
            )),
        ]
    })
}

proptest! {
    #[test]
    fn decode_never_panics_on_bytes(service in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), body in any::<Vec<u8>>()) {
        let operation = *at.get(service.get(services()).operations);
        let parts = head(operation);
        if let Err(error) = decode(operation, &parts, &body) {
            encode_error(operation, &error, "r");
        }
    }

    #[test]
    fn decode_never_panics_on_json(service in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), body in any_json()) {
        let operation = *at.get(service.get(services()).operations);
        let body = json!({"InstanceArn": body, "Tags": body, "MemberId": body, "Operations": body, "UserName": body, "IdentityStoreId": body});
        match decode(operation, &head(operation), body.to_string().as_bytes()) {
            Ok(value) => drop(event_parameters(operation, &value)),
            Err(error) => drop(encode_error(operation, &error, "r")),
        }
        event_parameters(operation, &body);
    }

    #[test]
    fn identify_never_panics(target in "[ -~]{0,40}", body in "[ -~]{0,60}", path in "/[a-z/?&=%0-9]{0,30}") {
        let parts = parts("POST", &path, &[("x-amz-target", &target)]);
        if let Err(error) = identify(&parts, body.as_bytes()) {
            encode_error(guess_protocol(&parts), &error, "r");
        }
    }

    #[test]
    fn signatures_never_panic(rest in "[ -~]{0,200}", date in "[0-9TZ]{0,20}", query in "(&(X-Amz-(Credential|Date|Expires|SignedHeaders|Signature)=)?[a-zA-Z0-9%./;:+-]{0,20}){0,6}") {
        let header = format!("AWS4-HMAC-SHA256 {rest}");
        let _ = SignedRequest::parse(&parts("GET", "/", &[("authorization", &header), ("x-amz-date", &date)]));
        let _ = SignedRequest::parse(&parts("GET", &format!("/?X-Amz-Algorithm=AWS4-HMAC-SHA256{query}"), &[]));
    }
}
