//! Values of answers, held against their shapes.

use serde_json::{Value, json};

use super::model::{Member, Shape};
use super::rules::Rules;

/// Compares values with shapes.
pub struct Check<'a> {
    pub rules: &'a mut Rules,
    /// Whether the values come from XML.
    pub xml: bool,
    /// What was found.
    pub faults: Vec<String>,
}

impl Check<'_> {
    fn say(&mut self, path: &str, what: &str) {
        self.faults.push(format!("`{path}` {what}"));
    }

    /// Everything that is wrong with a structure.
    pub fn structure(&mut self, shape: Shape<'_>, value: &Value, path: &str) {
        let Some(members) = value.as_object() else {
            self.say(path, "isn't a structure");
            return;
        };
        // What was read from XML has the model's names already.
        let xml = self.xml;
        let wire =
            |member: &Member<'_>| if xml { member.name } else { member.wire_name() }.to_owned();
        for name in members.keys() {
            if !shape.members().any(|member| wire(&member) == *name) {
                self.say(path, &format!("has a strange member {name}"));
            }
        }
        for member in shape.members().filter(|member| member.location().is_none()) {
            let here = format!("{path}.{}", member.name);
            match members.get(&wire(&member)) {
                Some(Value::Null) => self.say(&here, "is null"),
                Some(value) => self.value(member.shape, member.timestamp_format(), value, &here),
                None if shape.requires(member.name) => self.say(&here, "is missing"),
                None => {}
            }
        }
        if shape.is_union() && members.len() != 1 {
            self.say(path, "isn't of one kind");
        }
    }

    fn value(&mut self, shape: Shape<'_>, timestamp: Option<&str>, value: &Value, path: &str) {
        let fits = match (shape.kind(), value) {
            _ if shape.is_document() => return,
            ("structure", _) => return self.structure(shape, value, path),
            ("list", Value::Array(items)) => {
                let inner = shape.item();
                for item in items {
                    self.value(
                        inner.shape,
                        inner.timestamp_format(),
                        item,
                        &format!("{path}[]"),
                    );
                }
                true
            }
            ("map", Value::Object(entries)) => {
                for (key, item) in entries {
                    self.value(shape.key().shape, None, &json!(key), &format!("{path} key"));
                    let inner = shape.value();
                    self.value(
                        inner.shape,
                        inner.timestamp_format(),
                        item,
                        &format!("{path}.{key}"),
                    );
                }
                true
            }
            ("string", Value::String(_))
            | ("boolean", Value::Bool(_))
            | ("blob", Value::String(_)) => true,
            ("integer", Value::Number(number)) => {
                number.as_i64().is_some_and(|n| i32::try_from(n).is_ok())
            }
            ("long", Value::Number(number)) => number.is_i64(),
            ("float" | "double", Value::Number(_)) => true,
            ("timestamp", Value::Number(_)) => {
                !self.xml && timestamp.is_none_or(|format| format == "unixTimestamp")
            }
            ("timestamp", Value::String(text)) => {
                let iso = self
                    .rules
                    .pattern(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z");
                iso.matches(text)
                    && (timestamp == Some("iso8601") || (self.xml && timestamp.is_none()))
            }
            _ => false,
        };
        if !fits {
            self.say(path, &format!("is no {}: {value}", shape.kind()));
            return;
        }
        let told: Vec<String> = self.rules.told(shape, value);
        for what in told {
            let shown: String = value.to_string().chars().take(120).collect();
            self.say(path, &format!("breaks a rule: {what}: {shown}"));
        }
    }
}
