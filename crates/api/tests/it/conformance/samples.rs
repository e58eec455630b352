//! Values that shapes allow.

use serde_json::{Map, Value, json};

use super::cases::{Cases, DEEPEST, bounds};
use super::model::Shape;

impl Cases<'_> {
    /// The shortest text that was found to keep length and pattern.
    pub fn shortest(&mut self, shape: Shape<'_>, from: usize) -> Option<String> {
        let least = shape
            .pattern()
            .map_or(0, |java| self.rules.pattern(java).least());
        let from = from.max(least);
        (from..from + 80).find_map(|length| self.text(shape, length))
    }

    /// A text that keeps the pattern and the enumeration, of exactly this length.
    pub fn text(&mut self, shape: Shape<'_>, length: usize) -> Option<String> {
        match shape.pattern() {
            Some(java) => self.rules.pattern(java).of_length(length),
            None => Some("a".repeat(length)),
        }
    }

    /// The shape with all of its members, and theirs.
    pub fn whole(&mut self, shape: Shape<'_>, depth: usize) -> Value {
        match shape.kind() {
            "structure" if depth < DEEPEST => {
                let members = shape
                    .members()
                    .take(if shape.is_union() { 1 } else { usize::MAX });
                let members = members
                    .map(|member| (member.name.to_owned(), self.whole(member.shape, depth + 1)));
                Value::Object(members.collect())
            }
            "list" => {
                let size = shape.min().unwrap_or(0).max(1) as usize;
                vec![self.whole(shape.item().shape, depth + 1); size].into()
            }
            _ => self.any_within(shape, depth),
        }
    }

    /// The least that a shape allows.
    pub fn any(&mut self, shape: Shape<'_>) -> Value {
        self.any_within(shape, 0)
    }

    fn any_within(&mut self, shape: Shape<'_>, depth: usize) -> Value {
        match shape.kind() {
            "structure" => {
                let mut members = Map::new();
                for member in shape.members() {
                    let wanted = if shape.is_union() {
                        members.is_empty()
                    } else {
                        shape.requires(member.name)
                    };
                    if wanted && depth < DEEPEST {
                        let value = self.any_within(member.shape, depth + 1);
                        members.insert(member.name.to_owned(), value);
                    }
                }
                // The query protocol can't say an empty structure.
                let first = shape
                    .members()
                    .next()
                    .filter(|_| members.is_empty() && !self.json);
                if let Some(member) = first.filter(|_| depth < DEEPEST) {
                    let value = self.any_within(member.shape, depth + 1);
                    members.insert(member.name.to_owned(), value);
                }
                members.into()
            }
            "list" => {
                let size = shape.min().unwrap_or(0).max(1) as usize;
                vec![self.any_within(shape.item().shape, depth + 1); size].into()
            }
            "map" => {
                let key = self.any_within(shape.key().shape, depth + 1);
                let key = key.as_str().unwrap_or_default().to_owned();
                json!({ key: self.any_within(shape.value().shape, depth + 1) })
            }
            "string" => {
                if let Some(value) = shape.values().first() {
                    return json!(value);
                }
                let from = bounds(shape).0.max(1);
                let text = self.shortest(shape, from);
                let text = text.or_else(|| self.text(shape, 0));
                text.unwrap_or_else(|| panic!("no text for {}", shape.name))
                    .into()
            }
            "integer" | "long" => json!(shape.min().unwrap_or(1).max(1)),
            "float" | "double" => json!(1.5),
            "boolean" => json!(true),
            "timestamp" => json!(1_700_000_000),
            "blob" => json!("AAAA"),
            other => panic!("{other} has no value"),
        }
    }
}
