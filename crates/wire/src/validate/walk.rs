//! Finds what breaks the constraints of a shape.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::{Rule, Violation, show};
use crate::dialect::lower_first;
use crate::meta::{Kind, ShapeMeta};

/// Texts never hold NUL. Ours: the models don't say it.
const NO_NUL: &str = "[^\\u0000]*";

/// Text that breaks another rule is held against its pattern up to this length, in bytes.
const MAX_MATCHED: usize = 16 << 10;

/// The first `limit` violations in `value`, members in the order of the model.
pub fn violations(shape: &'static ShapeMeta, value: &Value, limit: usize) -> Vec<Violation> {
    let mut walk = Walk {
        found: Vec::new(),
        limit,
    };
    walk.structure(shape, value, "", false);
    walk.found
}

struct Walk {
    found: Vec<Violation>,
    limit: usize,
}

impl Walk {
    fn report(&mut self, shape: &ShapeMeta, value: &Value, path: &str, hidden: bool, rule: Rule) {
        if self.found.len() >= self.limit {
            return;
        }
        let shown: Cow<'static, str> = if hidden && !value.is_null() {
            "'*** Sensitive Data Redacted ***'".into()
        } else {
            show::show(shape, value).into()
        };
        self.found.push(Violation {
            path: path.to_owned(),
            shown: shown.into_owned(),
            rule,
        });
    }

    fn structure(&mut self, shape: &'static ShapeMeta, value: &Value, path: &str, hidden: bool) {
        for member in shape.members {
            if self.found.len() >= self.limit {
                return;
            }
            let inner = &value[member.name];
            let name = lower_first(member.name);
            let path = if path.is_empty() {
                name
            } else {
                format!("{path}.{name}")
            };
            if !inner.is_null() {
                self.value(member.shape, inner, &path, hidden || shape.sensitive);
            } else if member.required {
                self.report(member.shape, inner, &path, hidden, Rule::Required);
            }
        }
    }

    fn value(&mut self, shape: &'static ShapeMeta, value: &Value, path: &str, hidden: bool) {
        for rule in broken(shape, value) {
            self.report(shape, value, path, hidden, rule);
        }
        match (shape.kind, value) {
            (Kind::Structure, value) => self.structure(shape, value, path, hidden),
            (Kind::List, Value::Array(items)) => self.list(shape, value, items, path, hidden),
            (Kind::Map, Value::Object(map)) => {
                let key_broken = shape
                    .key
                    .is_some_and(|key| map.keys().any(|k| !broken_text(key.shape, k).is_empty()));
                if let Some(key) = shape.key.filter(|_| key_broken) {
                    self.report(shape, value, path, hidden, Rule::Keys(all_rules(key.shape)));
                }
                let Some(inner) = shape.value.map(|inner| inner.shape) else {
                    return;
                };
                if !inner.kind.is_scalar() {
                    for (key, item) in map {
                        self.value(inner, item, &format!("{path}.{key}.member"), hidden);
                    }
                } else if map.values().any(|item| !broken(inner, item).is_empty()) {
                    self.report(shape, value, path, hidden, Rule::Values(all_rules(inner)));
                }
            }
            _ => {}
        }
    }

    fn list(
        &mut self,
        shape: &'static ShapeMeta,
        value: &Value,
        items: &[Value],
        path: &str,
        hidden: bool,
    ) {
        let Some(inner) = shape.item.map(|inner| inner.shape) else {
            return;
        };
        for (at, item) in items.iter().enumerate() {
            if self.found.len() >= self.limit {
                return;
            }
            let path = format!("{path}.{}.member", at + 1);
            if item.is_null() {
                self.report(inner, item, &path, hidden, Rule::Required);
            } else if !inner.kind.is_scalar() {
                self.value(inner, item, &path, hidden);
            }
        }
        // AWS tells broken scalars once, for the list as a whole.
        let scalars = inner
            .kind
            .is_scalar()
            .then(|| items.iter().filter(|item| !item.is_null()));
        if scalars
            .into_iter()
            .flatten()
            .any(|item| !broken(inner, item).is_empty())
        {
            self.report(shape, value, path, hidden, Rule::Items(all_rules(inner)));
        }
    }
}

/// The constraints of `shape` itself that `value` breaks.
fn broken(shape: &'static ShapeMeta, value: &Value) -> Vec<Rule> {
    let size = match (shape.kind, value) {
        (Kind::String, Value::String(text)) => return broken_text(shape, text),
        (Kind::Integer | Kind::Long, value) => {
            let Some(number) = value.as_i64() else {
                return Vec::new();
            };
            let low = shape.min.filter(|&min| number < min).map(Rule::MinValue);
            let high = shape.max.filter(|&max| number > max).map(Rule::MaxValue);
            return low.into_iter().chain(high).collect();
        }
        (Kind::List, Value::Array(items)) => items.len(),
        (Kind::Map, Value::Object(map)) => map.len(),
        (Kind::Blob, Value::String(text)) => STANDARD.decode(text).map_or(0, |bytes| bytes.len()),
        _ => return Vec::new(),
    };
    broken_length(shape, size).collect()
}

fn broken_text(shape: &'static ShapeMeta, text: &str) -> Vec<Rule> {
    let mut rules: Vec<Rule> = broken_length(shape, text.chars().count()).collect();
    if !shape.values.is_empty() && !shape.values.contains(&text) {
        rules.push(Rule::Enum(shape.values));
    }
    // Text far beyond the limit isn't worth a regular expression.
    let worth = text.len() <= MAX_MATCHED || rules.is_empty();
    if let Some(pattern) = shape
        .pattern
        .filter(|pattern| worth && !pattern.matches(text))
    {
        rules.push(Rule::Pattern(pattern.source()));
    } else if text.contains('\0') {
        // No pattern forbids it, or there is none; but PostgreSQL can't keep it, and nobody means it.
        rules.push(Rule::Pattern(NO_NUL));
    }
    rules
}

fn broken_length(shape: &'static ShapeMeta, length: usize) -> impl Iterator<Item = Rule> {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let low = shape.min.filter(|&min| length < min).map(Rule::MinLength);
    let high = shape.max.filter(|&max| length > max).map(Rule::MaxLength);
    low.into_iter().chain(high)
}

/// All constraints of a scalar, in the order in which AWS lists them.
fn all_rules(shape: &'static ShapeMeta) -> Vec<Rule> {
    let number = matches!(shape.kind, Kind::Integer | Kind::Long);
    let max = shape.max.map(if number {
        Rule::MaxValue
    } else {
        Rule::MaxLength
    });
    let min = shape.min.map(if number {
        Rule::MinValue
    } else {
        Rule::MinLength
    });
    let values = Some(shape.values)
        .filter(|values| !values.is_empty())
        .map(Rule::Enum);
    let pattern = shape.pattern.map(|pattern| Rule::Pattern(pattern.source()));
    [max, min, values, pattern].into_iter().flatten().collect()
}
