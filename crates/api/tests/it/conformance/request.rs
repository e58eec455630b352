//! Requests as a client of AWS writes them, from the model alone.

use atrium_api::Clock as _;
use atrium_testkit::{Credentials, Server, sign};
use bytes::Bytes;
use form_urlencoded::Serializer;
use http::{Request, Response};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use super::model::{Operation, Shape};
use crate::world::REGION;

/// Calls an operation.
pub async fn send(
    server: &Server,
    by: &Credentials,
    operation: Operation<'_>,
    input: &Value,
) -> Response<Bytes> {
    let plain = encode(server.endpoint(), operation, input);
    let name = operation.model.signing_name();
    let signed = sign(plain, by, REGION, name, server.clock().now());
    server.send(signed).await
}

/// The request of an operation, not signed yet.
fn encode(endpoint: &str, operation: Operation<'_>, input: &Value) -> Request<Bytes> {
    let model = operation.model;
    match model.protocol() {
        "json" => Request::post(format!("{endpoint}/"))
            .header(
                "content-type",
                format!("application/x-amz-json-{}", model.metadata("jsonVersion")),
            )
            .header(
                "x-amz-target",
                format!("{}.{}", model.metadata("targetPrefix"), operation.name),
            )
            .body(Bytes::from(input.to_string()))
            .unwrap(),
        "query" => {
            let mut pairs = vec![
                ("Action".to_owned(), operation.name.to_owned()),
                (
                    "Version".to_owned(),
                    model.metadata("apiVersion").to_owned(),
                ),
            ];
            if let Some(shape) = operation.input() {
                flatten(&mut pairs, "", shape, false, input);
            }
            let mut form = Serializer::new(String::new());
            form.extend_pairs(pairs);
            Request::post(format!("{endpoint}/"))
                .header(
                    "content-type",
                    "application/x-www-form-urlencoded; charset=utf-8",
                )
                .body(Bytes::from(form.finish()))
                .unwrap()
        }
        "rest-json" => rest(endpoint, operation, input),
        other => panic!("{other} is not spoken here"),
    }
}

/// `Tags.member.1.Key=team`, as the query protocol spells nested members.
fn flatten(
    pairs: &mut Vec<(String, String)>,
    path: &str,
    shape: Shape<'_>,
    flattened: bool,
    value: &Value,
) {
    match value {
        Value::Null => {}
        Value::Object(members) if shape.kind() == "map" => {
            for (n, (key, value)) in members.iter().enumerate() {
                let entry = format!("{path}.entry.{}", n + 1);
                pairs.push((format!("{entry}.{}", shape.key().wire_name()), key.clone()));
                let inner = shape.value();
                let place = format!("{entry}.{}", inner.wire_name());
                flatten(pairs, &place, inner.shape, false, value);
            }
        }
        Value::Object(members) => {
            for (name, value) in members {
                let Some(member) = shape.member(name) else {
                    panic!("{} has no member {name}", shape.name)
                };
                let name = member.wire_name();
                let place = if path.is_empty() {
                    name.to_owned()
                } else {
                    format!("{path}.{name}")
                };
                flatten(pairs, &place, member.shape, member.is_flattened(), value);
            }
        }
        Value::Array(items) => {
            if items.is_empty() {
                pairs.push((path.to_owned(), String::new()));
            }
            for (n, value) in items.iter().enumerate() {
                let place = if flattened {
                    format!("{path}.{}", n + 1)
                } else {
                    format!("{path}.{}.{}", shape.item().wire_name(), n + 1)
                };
                flatten(pairs, &place, shape.item().shape, false, value);
            }
        }
        other => pairs.push((path.to_owned(), text(other))),
    }
}

fn rest(endpoint: &str, operation: Operation<'_>, input: &Value) -> Request<Bytes> {
    let (method, uri) = operation.http();
    let (mut path, mut search) = (uri.to_owned(), Serializer::new(String::new()));
    let mut request = Request::builder().method(method);
    let mut body = Map::new();
    for (name, value) in input.as_object().into_iter().flatten() {
        let Some(member) = operation.input().and_then(|shape| shape.member(name)) else {
            body.insert(name.clone(), value.clone());
            continue;
        };
        match member.location() {
            None => {
                body.insert(member.wire_name().to_owned(), value.clone());
            }
            Some("header") => request = request.header(member.wire_name(), text(value)),
            Some("querystring") if value.is_null() => {}
            Some("querystring") => {
                search.append_pair(member.wire_name(), &text(value));
            }
            Some(_) => {
                let value = utf8_percent_encode(&text(value), NON_ALPHANUMERIC).to_string();
                path = path.replace(&format!("{{{}}}", member.wire_name()), &value);
            }
        }
    }
    let search = search.finish();
    if !search.is_empty() {
        path.push('?');
        path.push_str(&search);
    }
    let body = match method {
        "GET" => Bytes::new(),
        _ => Bytes::from(Value::Object(body).to_string()),
    };
    request
        .uri(format!("{endpoint}{path}"))
        .header("content-type", "application/json")
        .body(body)
        .unwrap()
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
