//! A record as a tree of values, for those who take it apart.

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::Record;
use super::json::{items_of, object_of, text_of};

/// How deep a tree may be; what lies deeper stays text.
const DEPTH: usize = 100;

impl Record<'_> {
    /// The record's fields. What JSON allows and a tree can't hold (half of a surrogate pair, a number beyond all measure, lists in
    /// lists without end) becomes text that is near it, so that no caller can keep a call out by it.
    #[must_use]
    pub fn tree(&self) -> Map<String, Value> {
        if let Ok(whole) = serde_json::from_str(self.text) {
            return whole;
        }
        let whole = serde_json::from_str::<&RawValue>(self.text).map(|raw| value(raw, DEPTH));
        match whole {
            Ok(Value::Object(members)) => members,
            // It was read as an object before.
            _ => Map::new(),
        }
    }
}

fn value(raw: &RawValue, depth: usize) -> Value {
    let text = raw.get();
    let as_text = || Value::String(text.to_owned());
    match text.as_bytes().first() {
        Some(b'{' | b'[') if depth == 0 => as_text(),
        Some(b'{') => {
            let members = object_of(raw).map(super::Object::into_members);
            let members = members.unwrap_or_default().into_iter();
            Value::Object(
                members
                    .map(|(name, raw)| (name.into_owned(), value(raw, depth - 1)))
                    .collect(),
            )
        }
        Some(b'[') => {
            let items = items_of(raw).unwrap_or_default().into_iter();
            Value::Array(items.map(|raw| value(raw, depth - 1)).collect())
        }
        Some(b'"') => text_of(raw).map_or(Value::Null, |text| Value::String(text.into_owned())),
        _ => serde_json::from_str(text).unwrap_or_else(|_| as_text()),
    }
}
