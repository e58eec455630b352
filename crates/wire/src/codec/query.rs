//! Form parameters of the query protocol, into values as the schema has them.
//!
//! Lists are `Name.member.1`, flattened ones `Name.1`; maps are `Name.entry.1.key` and `.value`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use crate::codec::form::Node;
use crate::error::WireError;
use crate::meta::{Kind, MemberMeta, ShapeMeta};
use crate::timestamp;

/// The members of `shape`, in the order of the model; parameters it doesn't know are dropped.
pub fn structure(
    shape: &ShapeMeta,
    node: &Node,
    path: &str,
) -> Result<Map<String, Value>, WireError> {
    let mut out = Map::new();
    for member in shape.members {
        if let Some(child) = node.children.get(member.wire_name) {
            let path = if path.is_empty() {
                member.name.to_owned()
            } else {
                format!("{path}.{}", member.name)
            };
            if let Some(value) = read(member, child, &path)? {
                out.insert(member.name.to_owned(), value);
            }
        }
    }
    Ok(out)
}

/// Reads one value; none when the parameter is only a prefix of others that mean nothing here.
fn read(member: &MemberMeta, node: &Node, path: &str) -> Result<Option<Value>, WireError> {
    let shape = member.shape;
    match shape.kind {
        Kind::Structure => Ok(Some(Value::Object(structure(shape, node, path)?))),
        Kind::List => {
            let Some(inner) = shape.item else {
                return Ok(None);
            };
            let flat = shape.flattened || member.flattened;
            let wrapper = if inner.wire_name.is_empty() {
                "member"
            } else {
                inner.wire_name
            };
            let items = if flat {
                Some(node)
            } else {
                node.children.get(wrapper)
            };
            let items = items.map(numbered).unwrap_or_default().into_iter();
            let items = items.filter_map(|child| read(inner, child, path).transpose());
            Ok(Some(Value::Array(items.collect::<Result<_, _>>()?)))
        }
        Kind::Map => map(member, node, path).map(Some),
        _ => node
            .value
            .as_deref()
            .map(|text| scalar(shape, text, path))
            .transpose(),
    }
}

fn map(member: &MemberMeta, node: &Node, path: &str) -> Result<Value, WireError> {
    let shape = member.shape;
    let (Some(key), Some(value)) = (shape.key, shape.value) else {
        return Ok(Value::Object(Map::new()));
    };
    let flat = shape.flattened || member.flattened;
    let entries = if flat {
        Some(node)
    } else {
        node.children.get("entry")
    };
    let mut out = Map::new();
    for entry in entries.map(numbered).unwrap_or_default() {
        let name = entry
            .children
            .get(key.wire_name)
            .and_then(|node| node.value.clone());
        let inner = entry
            .children
            .get(value.wire_name)
            .map(|node| read(value, node, path))
            .transpose()?
            .flatten();
        if let (Some(name), Some(inner)) = (name, inner) {
            out.insert(name, inner);
        }
    }
    Ok(Value::Object(out))
}

/// Children with a number for a name, in the order of the numbers.
fn numbered(node: &Node) -> Vec<&Node> {
    let mut items: Vec<(u32, &Node)> = node
        .children
        .iter()
        .filter_map(|(name, child)| Some((name.parse().ok()?, child)))
        .collect();
    items.sort_by_key(|(number, _)| *number);
    items.into_iter().map(|(_, child)| child).collect()
}

/// Reads a scalar from text; also for headers and query strings of REST requests.
pub fn scalar(shape: &ShapeMeta, text: &str, path: &str) -> Result<Value, WireError> {
    let value = match shape.kind {
        Kind::Boolean => match text {
            "true" | "True" | "TRUE" => Some(true.into()),
            "false" | "False" | "FALSE" => Some(false.into()),
            _ => None,
        },
        Kind::Integer => text.parse::<i32>().ok().map(Value::from),
        Kind::Long => text.parse::<i64>().ok().map(Value::from),
        Kind::Float | Kind::Double => text
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())
            .map(Value::from),
        Kind::Timestamp => timestamp::from_text(text).map(timestamp::to_epoch),
        Kind::Blob => STANDARD.decode(text).is_ok().then(|| text.into()),
        _ => Some(text.into()),
    };
    let noun = shape.kind.noun();
    value.ok_or_else(|| {
        WireError::serialization(format!(
            "STRING_VALUE at '{path}' can not be converted to a value of type {noun}"
        ))
    })
}
