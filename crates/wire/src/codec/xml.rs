//! XML answers of the query protocol.

use quick_xml::escape::escape;
use serde_json::Value;

use crate::meta::{Kind, MemberMeta, OperationMeta, ShapeMeta, TimestampFormat};
use crate::timestamp;

/// `<AssumeRoleResponse xmlns="…"><AssumeRoleResult>…</AssumeRoleResult><ResponseMetadata>…`.
pub fn result(operation: &OperationMeta, value: &Value, request_id: &str) -> String {
    let mut out = String::new();
    open_with_namespace(
        &format!("{}Response", operation.name),
        operation.service.xml_namespace,
        &mut out,
    );
    if let Some(shape) = operation.output {
        match operation.result_wrapper {
            Some(wrapper) => element(wrapper, &mut out, |out| structure(shape, value, out)),
            None => structure(shape, value, &mut out),
        }
    }
    element("ResponseMetadata", &mut out, |out| {
        leaf("RequestId", request_id, out)
    });
    close(&format!("{}Response", operation.name), &mut out);
    out
}

/// `<ErrorResponse xmlns="…"><Error><Type>Sender</Type><Code>…`. `extras` follow the message.
pub fn error(
    namespace: &str,
    fault: bool,
    code: &str,
    message: &str,
    extras: &[(&'static str, Value)],
    request_id: &str,
) -> String {
    let mut out = String::new();
    open_with_namespace("ErrorResponse", namespace, &mut out);
    element("Error", &mut out, |out| {
        leaf("Type", if fault { "Receiver" } else { "Sender" }, out);
        leaf("Code", code, out);
        leaf("Message", message, out);
        for (name, value) in extras {
            if let Some(text) = plain(value) {
                leaf(name, &text, out);
            }
        }
    });
    leaf("RequestId", request_id, &mut out);
    close("ErrorResponse", &mut out);
    out
}

fn structure(shape: &ShapeMeta, value: &Value, out: &mut String) {
    for member in shape.members {
        let value = &value[member.name];
        if !value.is_null() {
            write(member, member.wire_name, value, out);
        }
    }
}

fn write(member: &MemberMeta, name: &str, value: &Value, out: &mut String) {
    let shape = member.shape;
    match shape.kind {
        Kind::Structure => element(name, out, |out| structure(shape, value, out)),
        Kind::List => {
            let (Some(inner), Some(items)) = (shape.item, value.as_array()) else {
                return;
            };
            if shape.flattened || member.flattened {
                items.iter().for_each(|item| write(inner, name, item, out));
            } else {
                element(name, out, |out| {
                    items
                        .iter()
                        .for_each(|item| write(inner, inner.wire_name, item, out))
                });
            }
        }
        Kind::Map => {
            let (Some(key), Some(inner), Some(map)) = (shape.key, shape.value, value.as_object())
            else {
                return;
            };
            let entry = |name: &str, (text, value): (&String, &Value), out: &mut String| {
                element(name, out, |out| {
                    leaf(key.wire_name, text, out);
                    write(inner, inner.wire_name, value, out);
                });
            };
            if shape.flattened || member.flattened {
                map.iter().for_each(|pair| entry(name, pair, out));
            } else {
                element(name, out, |out| {
                    map.iter().for_each(|pair| entry("entry", pair, out))
                });
            }
        }
        Kind::Timestamp => {
            let Some(time) = timestamp::from_epoch(value) else {
                return;
            };
            match member.timestamp.or(shape.timestamp) {
                Some(TimestampFormat::Epoch) => leaf(name, &value.to_string(), out),
                Some(TimestampFormat::HttpDate) => leaf(name, &timestamp::http_date(time), out),
                _ => leaf(name, &timestamp::iso8601(time), out),
            }
        }
        _ => leaf(name, &plain(value).unwrap_or_default(), out),
    }
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Null | Value::Array(_) | Value::Object(_) => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn open_with_namespace(name: &str, namespace: &str, out: &mut String) {
    if namespace.is_empty() {
        out.extend(["<", name, ">"]);
    } else {
        out.extend(["<", name, " xmlns=\"", &text(namespace), "\">"]);
    }
}

fn element(name: &str, out: &mut String, content: impl FnOnce(&mut String)) {
    out.extend(["<", name, ">"]);
    content(out);
    close(name, out);
}

fn close(name: &str, out: &mut String) {
    out.extend(["</", name, ">"]);
}

fn leaf(name: &str, content: &str, out: &mut String) {
    element(name, out, |out| out.push_str(&text(content)));
}

/// Escaped text. XML has no way to write most control characters, and would read a bare CR as LF.
fn text(content: &str) -> String {
    let mut out = String::with_capacity(content.len());
    for c in escape(content).chars() {
        match c {
            '\r' => out.push_str("&#13;"),
            '\t' | '\n' | '\u{20}'..='\u{FFFD}' | '\u{10000}'.. => out.push(c),
            _ => out.push('\u{FFFD}'),
        }
    }
    out
}
