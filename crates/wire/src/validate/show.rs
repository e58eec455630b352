//! Values in messages, as Java prints them.

use serde_json::Value;

use crate::meta::{MemberMeta, ShapeMeta};

/// What stands for a value that must not be logged.
const REDACTED: &str = "*** Sensitive Data Redacted ***";

/// Longer values are cut, in bytes: a message needn't carry the whole request back.
const MAX_SHOWN: usize = 2048;

/// The value in quotes, or `null` without.
pub fn show(shape: &ShapeMeta, value: &Value) -> String {
    if value.is_null() {
        return "null".to_owned();
    }
    let mut out = String::from("'");
    write(shape, value, &mut out);
    if out.len() > MAX_SHOWN {
        let end = (0..=MAX_SHOWN)
            .rev()
            .find(|&at| out.is_char_boundary(at))
            .unwrap_or(0);
        out.truncate(end);
        out.push('…');
    }
    out.push('\'');
    out
}

fn write(shape: &ShapeMeta, value: &Value, out: &mut String) {
    if out.len() > MAX_SHOWN {
        return;
    }
    if shape.sensitive {
        out.push_str(REDACTED);
        return;
    }
    match value {
        Value::String(text) => out.push_str(text),
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                separate(at, out);
                write_inner(shape.item, item, out);
            }
            out.push(']');
        }
        Value::Object(map) => {
            out.push('{');
            for (at, (name, item)) in map.iter().enumerate() {
                separate(at, out);
                if shape.key.is_some_and(|key| key.shape.sensitive) {
                    out.push_str(REDACTED);
                } else {
                    out.push_str(&crate::dialect::lower_first(name));
                }
                out.push('=');
                write_inner(shape.value.or_else(|| shape.member(name)), item, out);
            }
            out.push('}');
        }
        other => out.push_str(&other.to_string()),
    }
}

fn write_inner(member: Option<&'static MemberMeta>, value: &Value, out: &mut String) {
    match member {
        Some(member) => write(member.shape, value, out),
        // No schema, no way to know what is secret.
        None => out.push_str(REDACTED),
    }
}

fn separate(at: usize, out: &mut String) {
    if at > 0 {
        out.push_str(", ");
    }
}
