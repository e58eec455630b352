use atrium_wire::meta::{Kind, Location, MemberMeta, ShapeMeta};
use atrium_wire::{OperationMeta, Protocol};
use bytes::Bytes;
use form_urlencoded::Serializer;
use http::Request;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

/// The request that a client makes of an operation's input, not yet signed. Members are named as in the model.
pub fn encode(endpoint: &str, operation: &'static OperationMeta, input: &Value) -> Request<Bytes> {
    match operation.service.protocol {
        Protocol::AwsJson10 => json(endpoint, operation, input, "1.0"),
        Protocol::AwsJson11 => json(endpoint, operation, input, "1.1"),
        Protocol::AwsQuery => query(endpoint, operation, input),
        Protocol::RestJson1 => rest(endpoint, operation, input),
    }
}

fn json(
    endpoint: &str,
    operation: &'static OperationMeta,
    input: &Value,
    version: &str,
) -> Request<Bytes> {
    let target = format!("{}.{}", operation.service.target_prefix, operation.name);
    Request::post(format!("{endpoint}/"))
        .header("content-type", format!("application/x-amz-json-{version}"))
        .header("x-amz-target", target)
        .body(Bytes::from(input.to_string()))
        .unwrap()
}

fn query(endpoint: &str, operation: &'static OperationMeta, input: &Value) -> Request<Bytes> {
    let mut form = Serializer::new(String::new());
    form.append_pair("Action", operation.name);
    form.append_pair("Version", operation.service.api_version);
    if let Some(shape) = operation.input {
        append(&mut form, "", shape, false, input);
    }
    Request::post(format!("{endpoint}/"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Bytes::from(form.finish()))
        .unwrap()
}

/// `Tags.member.1.Key=team`, as the query protocol spells nested members.
fn append(
    form: &mut Serializer<'_, String>,
    path: &str,
    shape: &'static ShapeMeta,
    flattened: bool,
    value: &Value,
) {
    let below = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    match (shape.kind, value) {
        (_, Value::Null) => {}
        (Kind::Structure, Value::Object(members)) => {
            for (name, value) in members {
                let member = member(shape, name);
                append(
                    form,
                    &below(member.wire_name),
                    member.shape,
                    member.flattened || member.shape.flattened,
                    value,
                );
            }
        }
        (Kind::List, Value::Array(items)) => {
            let item = shape.item.unwrap();
            if items.is_empty() {
                form.append_pair(path, "");
            }
            for (n, value) in items.iter().enumerate() {
                let number = (n + 1).to_string();
                let place = if flattened {
                    number
                } else {
                    format!("member.{number}")
                };
                append(form, &below(&place), item.shape, false, value);
            }
        }
        (_, Value::String(text)) => {
            form.append_pair(path, text);
        }
        (_, other) => {
            form.append_pair(path, &other.to_string());
        }
    }
}

fn rest(endpoint: &str, operation: &'static OperationMeta, input: &Value) -> Request<Bytes> {
    let (mut path, mut search) = (operation.uri.to_owned(), Serializer::new(String::new()));
    let mut request = Request::builder().method(operation.method);
    let mut body = Map::new();
    let none = Map::new();
    for (name, value) in input.as_object().unwrap_or(&none) {
        let member = member(operation.input.unwrap(), name);
        match member.location {
            Location::Body | Location::Status => {
                body.insert(member.wire_name.to_owned(), value.clone());
            }
            Location::Header => request = request.header(member.wire_name, text(value)),
            Location::Query => {
                search.append_pair(member.wire_name, &text(value));
            }
            Location::Uri => {
                let value = utf8_percent_encode(&text(value), NON_ALPHANUMERIC).to_string();
                path = path.replace(&format!("{{{}}}", member.wire_name), &value);
            }
        }
    }
    let search = search.finish();
    if !search.is_empty() {
        path.push(if path.contains('?') { '&' } else { '?' });
        path.push_str(&search);
    }
    let body = if operation.method == "GET" {
        String::new()
    } else {
        Value::Object(body).to_string()
    };
    request
        .uri(format!("{endpoint}{path}"))
        .header("content-type", "application/json")
        .body(Bytes::from(body))
        .unwrap()
}

fn member(shape: &'static ShapeMeta, name: &str) -> &'static MemberMeta {
    shape
        .member(name)
        .unwrap_or_else(|| panic!("{shape:?} has no member {name}"))
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
