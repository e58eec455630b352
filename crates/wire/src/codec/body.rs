//! Answers as JSON text.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

use crate::meta::{Kind, Location, MemberMeta, ShapeMeta, TimestampFormat};
use crate::timestamp;

/// The body members of an answer under their wire names, in the order of the model.
///
/// Null members are left out. Written straight from the value: a page of a list is large, and a copy under other
/// names would cost more than the text.
pub fn text(shape: &ShapeMeta, value: &Value) -> String {
    // Writing JSON into memory fails for maps with keys that are not texts, and there are none.
    serde_json::to_string(&Structure { shape, value }).unwrap_or_else(|_| "{}".to_owned())
}

struct Structure<'a> {
    shape: &'a ShapeMeta,
    value: &'a Value,
}

impl Serialize for Structure<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_map(None)?;
        if let Value::Object(map) = self.value {
            // Values come with their members in the model's order, nearly always: then nothing has to be looked up.
            let mut ahead = map.iter().peekable();
            let members = self.shape.members.iter();
            for member in members.filter(|member| member.location == Location::Body) {
                let value = match ahead.next_if(|(name, _)| *name == member.name) {
                    Some((_, value)) => Some(value),
                    None => map.get(member.name),
                };
                if let Some(value) = value.filter(|value| !value.is_null()) {
                    out.serialize_entry(member.wire_name, &Member { member, value })?;
                }
            }
        }
        out.end()
    }
}

struct Member<'a> {
    member: &'a MemberMeta,
    value: &'a Value,
}

impl Serialize for Member<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (member, value) = (self.member, self.value);
        let shape = member.shape;
        match (shape.kind, value) {
            (Kind::Structure, value) => Structure { shape, value }.serialize(serializer),
            (Kind::List, Value::Array(items)) => match shape.item {
                Some(member) => {
                    serializer.collect_seq(items.iter().map(|value| Member { member, value }))
                }
                None => items.serialize(serializer),
            },
            (Kind::Map, Value::Object(map)) => match shape.value {
                Some(member) => serializer.collect_map(entries(map, member)),
                None => map.serialize(serializer),
            },
            (Kind::Timestamp, value) => {
                let time = timestamp::from_epoch(value);
                match (member.timestamp.or(shape.timestamp), time) {
                    (Some(TimestampFormat::Iso8601), Some(time)) => {
                        timestamp::iso8601(time).serialize(serializer)
                    }
                    (Some(TimestampFormat::HttpDate), Some(time)) => {
                        timestamp::http_date(time).serialize(serializer)
                    }
                    _ => value.serialize(serializer),
                }
            }
            (_, value) => value.serialize(serializer),
        }
    }
}

fn entries<'a>(
    map: &'a Map<String, Value>,
    member: &'a MemberMeta,
) -> impl Iterator<Item = (&'a String, Member<'a>)> {
    map.iter()
        .map(move |(key, value)| (key, Member { member, value }))
}
