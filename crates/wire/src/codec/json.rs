//! JSON as clients send it, into values as the schema has them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Number, Value};

use crate::error::WireError;
use crate::meta::{Kind, Location, MemberMeta, ShapeMeta};
use crate::timestamp;

/// More items in one list or map than this are refused; the models allow 1,000 at most.
const MAX_ITEMS: usize = 10_000;

/// Reads a body: an object, or nothing, which stands for an empty one. Nesting is limited to 128 by the parser.
pub fn parse(body: &[u8]) -> Result<Map<String, Value>, WireError> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Map::new());
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(other) => Err(WireError::serialization(format!(
            "{} found where an object was expected",
            token(&other)
        ))),
        // The parser's own text tells the place without repeating the input.
        Err(error) => Err(WireError::serialization(format!(
            "Could not parse the request body: {error}"
        ))),
    }
}

/// The members of `shape` that stand in the body, in the order of the model. Unknown members are dropped, nulls are absent.
pub fn structure(
    shape: &ShapeMeta,
    mut map: Map<String, Value>,
    path: &str,
) -> Result<Map<String, Value>, WireError> {
    let mut out = Map::new();
    for member in shape
        .members
        .iter()
        .filter(|member| member.location == Location::Body)
    {
        match map.swap_remove(member.wire_name) {
            None | Some(Value::Null) => {}
            Some(value) => {
                out.insert(
                    member.name.to_owned(),
                    read(member, value, &join(path, member.name))?,
                );
            }
        }
    }
    if shape.union && out.len() != 1 {
        return Err(WireError::serialization(format!(
            "Union at '{path}' must have exactly one member set"
        )));
    }
    Ok(out)
}

/// Reads one value of `member`.
fn read(member: &MemberMeta, value: Value, path: &str) -> Result<Value, WireError> {
    let shape = member.shape;
    match (shape.kind, value) {
        (Kind::Document, value) => Ok(value),
        (Kind::Structure, Value::Object(map)) => Ok(Value::Object(structure(shape, map, path)?)),
        (Kind::Map, Value::Object(map)) => {
            let Some(inner) = shape.value else {
                return Ok(Value::Object(map));
            };
            bounded(map.len(), path)?;
            // A null in a map is an absent entry.
            let entries = map.into_iter().filter(|(_, value)| !value.is_null());
            let entries = entries.map(|(key, value)| Ok((key, read(inner, value, path)?)));
            Ok(Value::Object(entries.collect::<Result<_, WireError>>()?))
        }
        (Kind::List, Value::Array(items)) => {
            let Some(inner) = shape.item else {
                return Ok(Value::Array(items));
            };
            bounded(items.len(), path)?;
            // Nulls stay for the validation to complain about.
            let items = items.into_iter().map(|item| {
                if item.is_null() {
                    Ok(item)
                } else {
                    read(inner, item, path)
                }
            });
            Ok(Value::Array(items.collect::<Result<_, WireError>>()?))
        }
        (Kind::String, Value::String(text)) => Ok(Value::String(text)),
        (Kind::Boolean, Value::Bool(flag)) => Ok(Value::Bool(flag)),
        (Kind::Integer | Kind::Long, Value::Number(number)) => integer(shape.kind, &number)
            .ok_or_else(|| mismatch(shape, &Value::Number(number), path)),
        (Kind::Float | Kind::Double, Value::Number(number)) => Ok(Value::Number(number)),
        (Kind::Blob, Value::String(text)) => match STANDARD.decode(&text) {
            Ok(_) => Ok(Value::String(text)),
            Err(_) => Err(WireError::serialization(format!(
                "Value at '{path}' is not valid base64"
            ))),
        },
        (Kind::Timestamp, value @ Value::Number(_)) => match timestamp::from_epoch(&value) {
            Some(_) => Ok(value),
            None => Err(mismatch(shape, &value, path)),
        },
        (Kind::Timestamp, Value::String(text)) => match timestamp::from_text(&text) {
            Some(time) => Ok(timestamp::to_epoch(time)),
            None => Err(mismatch(shape, &Value::String(text), path)),
        },
        (_, value) => Err(mismatch(shape, &value, path)),
    }
}

fn bounded(items: usize, path: &str) -> Result<(), WireError> {
    if items <= MAX_ITEMS {
        return Ok(());
    }
    Err(WireError::serialization(format!(
        "Too many items at '{path}'"
    )))
}

/// Whole numbers, also those written with a fraction of zero; integers have 32 bits, longs 64.
fn integer(kind: Kind, number: &Number) -> Option<Value> {
    let whole = match number.as_i64() {
        Some(whole) => whole,
        // Up to 2^53 every whole f64 is exact.
        None => number
            .as_f64()
            .filter(|n| n.fract() == 0.0 && n.abs() <= 9_007_199_254_740_992.0)?
            as i64,
    };
    let fits = kind == Kind::Long || i32::try_from(whole).is_ok();
    fits.then(|| whole.into())
}

fn mismatch(shape: &ShapeMeta, value: &Value, path: &str) -> WireError {
    let noun = shape.kind.noun();
    WireError::serialization(match value {
        Value::Object(_) => format!(
            "Start of structure or map found where not expected at '{path}': expected {noun}"
        ),
        Value::Array(_) => {
            format!("Start of list found where not expected at '{path}': expected {noun}")
        }
        scalar => format!(
            "{} at '{path}' can not be converted to {} {noun}",
            token(scalar),
            article(noun)
        ),
    })
}

fn article(noun: &str) -> &'static str {
    if noun.starts_with(['A', 'E', 'I', 'O', 'U']) {
        "an"
    } else {
        "a"
    }
}

fn token(value: &Value) -> &'static str {
    match value {
        Value::Null => "NULL_VALUE",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        Value::String(_) => "STRING_VALUE",
        Value::Array(_) => "Start of list",
        Value::Object(_) => "Start of structure or map",
    }
}

fn join(path: &str, member: &str) -> String {
    let member = crate::dialect::lower_first(member);
    if path.is_empty() {
        member
    } else {
        format!("{path}.{member}")
    }
}
