//! For each constraint of an input, requests on both sides of it.

use serde_json::{Map, Value, json};

use super::model::{Member, Shape, without};
use super::rules::Rules;

/// Longer texts and lists than these are not made: they'd tell nothing new.
pub const LONGEST: usize = 150_000;
pub const MOST_ITEMS: i64 = 1_001;
/// Deeper members than this are only filled, not varied.
pub const DEEPEST: usize = 8;

/// One request.
pub struct Case {
    /// What is tried, such as `/Tags/0/Key length 129`.
    pub what: String,
    pub input: Value,
    /// Whether it can't even be read as the operation's input.
    pub unreadable: bool,
}

/// Makes the cases of one operation.
pub struct Cases<'a> {
    pub rules: &'a mut Rules,
    /// Whether the protocol can say null and wrong types.
    pub json: bool,
    pub made: Vec<Case>,
}

impl Cases<'_> {
    /// Everything that can be varied about `base`, which keeps the rules.
    pub fn all(&mut self, shape: Shape<'_>, base: &Value) {
        self.push("as it is".to_owned(), base.clone(), false);
        let mut all = self.whole(shape, 0);
        if let (Some(all), Some(base)) = (all.as_object_mut(), base.as_object()) {
            all.extend(base.clone());
        }
        self.push("with everything".to_owned(), all, false);
        if self.json {
            let strange = json!({"a": [null, {"b": 1}]});
            self.push(
                "with a stranger".to_owned(),
                put(base, "/NoSuchMember", strange),
                false,
            );
        }
        self.structure(shape, "", base);
        self.everything_wrong(shape, base);
    }

    fn push(&mut self, what: String, input: Value, unreadable: bool) {
        self.made.push(Case {
            what,
            input,
            unreadable,
        });
    }

    fn structure(&mut self, shape: Shape<'_>, place: &str, base: &Value) {
        if place.matches('/').count() > DEEPEST {
            return;
        }
        if shape.is_union() && self.json {
            let all = shape
                .members()
                .map(|member| (member.name.to_owned(), self.any(member.shape)));
            let all: Map<String, Value> = all.collect();
            self.push(
                format!("{place} of no kind"),
                put(base, place, json!({})),
                true,
            );
            if all.len() > 1 {
                self.push(
                    format!("{place} of all kinds"),
                    put(base, place, all.into()),
                    true,
                );
            }
        }
        for member in shape.members() {
            self.member(shape, place, member, base);
        }
    }

    fn member(&mut self, shape: Shape<'_>, place: &str, member: Member<'_>, base: &Value) {
        let here = format!("{place}/{}", member.name);
        let parent = base.pointer(place).unwrap();
        if shape.requires(member.name) {
            let lacks = put(base, place, without(parent, member.name));
            self.push(format!("{here} absent"), lacks, false);
            if self.json {
                self.push(format!("{here} null"), put(base, &here, Value::Null), false);
            }
        }
        let value = match parent.get(member.name) {
            Some(value) => value.clone(),
            None => self.any(member.shape),
        };
        let full = if shape.is_union() {
            put(base, place, json!({ member.name: value }))
        } else {
            put(base, &here, value.clone())
        };
        // In an address everything is text, and what isn't there is not said.
        let json = self.json;
        self.json = json && member.location().is_none();
        self.value(&here, member.shape, &value, &full);
        self.json = json;
    }

    fn value(&mut self, here: &str, shape: Shape<'_>, value: &Value, base: &Value) {
        // To a form everything is text.
        let text = matches!(shape.kind(), "integer" | "long" | "boolean" | "timestamp");
        if text || (self.json && !shape.is_document()) {
            let wrong = match shape.kind() {
                "string" => json!([]),
                _ => json!("text"),
            };
            self.push(
                format!("{here} of another type"),
                put(base, here, wrong),
                true,
            );
        }
        for (what, other) in self.others(shape, value) {
            self.push(format!("{here} {what}"), put(base, here, other), false);
        }
        match (shape.kind(), value) {
            ("structure", _) if !shape.is_document() => self.structure(shape, here, base),
            ("list", Value::Array(items)) if !items.is_empty() => {
                let place = format!("{here}/0");
                self.value(&place, shape.item().shape, &items[0], base);
            }
            ("map", Value::Object(entries)) => {
                if let Some((key, value)) = entries.iter().next() {
                    let place = format!("{here}/{}", key.replace('~', "~0").replace('/', "~1"));
                    self.value(&place, shape.value().shape, value, base);
                }
            }
            _ => {}
        }
    }

    /// Other values for a shape, on both sides of each of its own constraints.
    fn others(&mut self, shape: Shape<'_>, value: &Value) -> Vec<(String, Value)> {
        match shape.kind() {
            "string" => self.texts(shape, value.as_str().unwrap_or_default()),
            "integer" | "long" => {
                let (min, max) = (shape.min(), shape.max());
                let all = [min, max, min.map(|min| min - 1), max.map(|max| max + 1)];
                all.into_iter()
                    .flatten()
                    .map(|n| (format!("value {n}"), json!(n)))
                    .collect()
            }
            "boolean" => [true, false]
                .map(|flag| (flag.to_string(), json!(flag)))
                .into(),
            "list" => self.lists(shape, value.as_array().map_or(&[], Vec::as_slice)),
            "map" => self.maps(shape),
            _ => Vec::new(),
        }
    }

    fn texts(&mut self, shape: Shape<'_>, usual: &str) -> Vec<(String, Value)> {
        let (min, max) = bounds(shape);
        let mut texts = Vec::new();
        let values = shape.values();
        if values.is_empty() {
            let low = self.shortest(shape, min);
            let high = max.and_then(|max| {
                (max.saturating_sub(80)..=max)
                    .rev()
                    .find_map(|n| self.text(shape, n))
            });
            texts.extend(low);
            texts.extend(high);
        } else {
            texts.extend(values.iter().map(|value| (*value).to_owned()));
            texts.extend([values[0].to_lowercase(), "NONE OF THEM".to_owned()]);
        }
        let mut rough = |length: usize| {
            let text = self.text(shape, length);
            texts.push(text.unwrap_or_else(|| "a".repeat(length)));
        };
        if min > 0 {
            rough(min - 1);
        }
        if let Some(max) = max {
            rough(max + 1);
        }
        if let Some(max) = max.filter(|_| shape.pattern().is_none() && values.is_empty()) {
            // Lengths count characters, of which some need two units of UTF-16 and four of UTF-8.
            texts.extend([max, max + 1].map(|length| "\u{1F600}".repeat(length)));
        }
        if let Some(java) = shape.pattern() {
            texts.extend(self.rules.pattern(java).near(usual));
        }
        texts
            .into_iter()
            .map(|text| (described(&text), text.into()))
            .collect()
    }

    fn lists(&mut self, shape: Shape<'_>, usual: &[Value]) -> Vec<(String, Value)> {
        let item = usual
            .first()
            .cloned()
            .unwrap_or_else(|| self.any(shape.item().shape));
        let (min, max) = (
            shape.min().unwrap_or(0),
            shape.max().filter(|max| *max < MOST_ITEMS),
        );
        let sizes = [
            Some(min),
            max,
            (min > 0).then_some(min - 1),
            max.map(|max| max + 1),
        ];
        let list = |size: i64| Value::from(vec![item.clone(); size as usize]);
        let sizes = sizes.into_iter().flatten();
        let mut all: Vec<_> = sizes
            .map(|size| (format!("of {size} items"), list(size)))
            .collect();
        if self.json {
            all.push(("of null".to_owned(), json!([null])));
        }
        all
    }

    fn maps(&mut self, shape: Shape<'_>) -> Vec<(String, Value)> {
        let value = self.any(shape.value().shape);
        let mut all = Vec::new();
        for (what, key) in self.texts(shape.key().shape, "a") {
            let key = key.as_str().unwrap_or_default().to_owned();
            all.push((format!("with a key, {what}"), json!({ key: value })));
        }
        let sizes = [
            shape.min(),
            shape.min().map(|min| min - 1),
            shape.max(),
            shape.max().map(|max| max + 1),
        ];
        for size in sizes
            .into_iter()
            .flatten()
            .filter(|size| *size < MOST_ITEMS)
        {
            let entries = (0..size).map(|n| (format!("aws:key{n}"), value.clone()));
            all.push((
                format!("of {size} entries"),
                Value::Object(entries.collect()),
            ));
        }
        all
    }

    /// All members at the top wrong at once, as far as each can be.
    fn everything_wrong(&mut self, shape: Shape<'_>, base: &Value) {
        let mut input = base.clone();
        for member in shape.members() {
            for (_, other) in self.others(member.shape, &base[member.name]) {
                let trial = json!({ member.name: other });
                let place = input[member.name].clone();
                input[member.name] = trial[member.name].clone();
                let broken = self.rules.faults(shape, &trial);
                let path = broken.iter().any(|fault| !fault.is_missing());
                if path {
                    break;
                }
                input[member.name] = place;
            }
        }
        let input = drop_nulls(&input);
        self.push("everything wrong".to_owned(), input, false);
    }
}

/// Least and greatest length of a text.
pub fn bounds(shape: Shape<'_>) -> (usize, Option<usize>) {
    let length = |n: i64| usize::try_from(n).ok();
    let max = shape.max().and_then(length).filter(|max| *max <= LONGEST);
    (shape.min().and_then(length).unwrap_or(0), max)
}

fn described(text: &str) -> String {
    let begin: String = text.chars().take(40).collect();
    format!("length {} {begin:?}", text.chars().count())
}

/// `base` with another value at a place, whose parent is there.
fn put(base: &Value, place: &str, value: Value) -> Value {
    let mut all = base.clone();
    let Some((parent, name)) = place.rsplit_once('/') else {
        return value;
    };
    let parent = all
        .pointer_mut(parent)
        .unwrap_or_else(|| panic!("no {parent} in {base}"));
    match parent {
        Value::Array(items) => items[name.parse::<usize>().unwrap()] = value,
        parent => parent[name.replace("~1", "/").replace("~0", "~")] = value,
    }
    all
}

fn drop_nulls(value: &Value) -> Value {
    let members = value.as_object().into_iter().flatten();
    let kept = members.filter(|(_, value)| !value.is_null());
    Value::Object(
        kept.map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
    )
}
