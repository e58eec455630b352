//! How large a record and its parts may be; CloudTrail user guide, "CloudTrail record contents".

use serde_json::{Map, Value};

use crate::text::cut;

/// The most bytes of `userAgent`, `errorCode`, `errorMessage`, and of a host name.
pub(crate) const TEXT: usize = 1024;
/// The most bytes of an operation's name. Ours: AWS never writes names that a stranger invented.
pub(crate) const NAME: usize = 128;
/// The most bytes of `requestParameters`, of `responseElements` and of `serviceEventDetails`.
const PARAMETERS: usize = 100 * 1024;
/// The most bytes of `additionalEventData`.
const ADDITIONAL: usize = 28 * 1024;
/// The most bytes of a whole record.
pub(crate) const RECORD: usize = 256 * 1024;
/// The most levels of lists and objects inside one field of a record. Ours: who reads a record, and what holds it, must not
/// come to the 128 levels at which `serde_json` gives up.
pub(crate) const LEVELS: usize = 64;
/// The most entries of `resources`, and the most bytes of an ARN in it. Ours, so that a record always fits.
pub(crate) const RESOURCES: usize = 50;
/// See [`RESOURCES`].
pub(crate) const ARN: usize = 2048;

/// What is left out, in this order, until a record fits.
const DROPPED_FIRST: &[&str] = &[
    "requestID",
    "additionalEventData",
    "serviceEventDetails",
    "userAgent",
    "errorCode",
    "responseElements",
    "requestParameters",
    "errorMessage",
    "resources",
];

/// A text that a stranger may have sent: bounded, and without NUL, which PostgreSQL refuses.
pub(crate) fn text(text: &str, bytes: usize) -> String {
    cut(text, bytes).replace('\0', "")
}

/// Parameters or elements: left out (null) if there is nothing in them, or too much.
pub(crate) fn parameters(value: Option<&Value>) -> Value {
    value
        .map(|value| flattened(value, LEVELS))
        .filter(|value| fits(value, PARAMETERS))
        .unwrap_or(Value::Null)
}

/// `additionalEventData`, if there is some and not too much.
pub(crate) fn additional(value: Option<&Value>) -> Option<Value> {
    value
        .map(|value| flattened(value, LEVELS))
        .filter(|value| fits(value, ADDITIONAL))
}

/// The value, with the JSON text of whatever lies deeper in it than `levels`.
fn flattened(value: &Value, levels: usize) -> Value {
    match value {
        Value::Array(_) | Value::Object(_) if levels == 0 => value.to_string().into(),
        Value::Array(items) => items
            .iter()
            .map(|item| flattened(item, levels - 1))
            .collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| (name.clone(), flattened(member, levels - 1)))
            .collect::<Map<_, _>>()
            .into(),
        scalar => scalar.clone(),
    }
}

/// Whether a value has more than `levels` levels of lists and objects.
pub(crate) fn is_deeper(value: &Value, levels: usize) -> bool {
    match value {
        Value::Array(_) | Value::Object(_) if levels == 0 => true,
        Value::Array(items) => items.iter().any(|item| is_deeper(item, levels - 1)),
        Value::Object(members) => members.values().any(|member| is_deeper(member, levels - 1)),
        _ => false,
    }
}

fn fits(value: &Value, bytes: usize) -> bool {
    match value {
        Value::Null => false,
        Value::Object(map) if map.is_empty() => false,
        value => length(value) <= bytes,
    }
}

/// The bytes of the value as JSON text.
fn length(value: &impl serde::Serialize) -> usize {
    struct Count(usize);
    impl std::io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    match serde_json::to_writer(&mut count, value) {
        Ok(()) => count.0,
        Err(_) => usize::MAX,
    }
}

/// Leaves fields out until the record fits.
pub(crate) fn shrink(record: &mut Map<String, Value>) {
    let mut size = length(record);
    for field in DROPPED_FIRST {
        if size <= RECORD {
            return;
        }
        match *field {
            // These two are always there.
            "requestParameters" | "responseElements" => {
                record.insert((*field).to_owned(), Value::Null);
            }
            field => {
                record.shift_remove(field);
            }
        }
        size = length(record);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn parameters_are_whole_or_not_there() {
        let of = |bytes: usize| json!({"a": "x".repeat(bytes - r#"{"a":""}"#.len())});
        let cases = [
            ("none", None, false),
            ("null", Some(Value::Null), false),
            ("empty", Some(json!({})), false),
            ("at the limit", Some(of(PARAMETERS)), true),
            ("over the limit", Some(of(PARAMETERS + 1)), false),
        ];
        for (case, value, kept) in cases {
            assert_eq!(
                parameters(value.as_ref()),
                if kept { of(PARAMETERS) } else { Value::Null },
                "{case}"
            );
        }
        assert!(additional(Some(&of(ADDITIONAL))).is_some());
        assert!(additional(Some(&of(ADDITIONAL + 1))).is_none());
    }

    /// Lists in one another.
    fn nested(levels: usize) -> Value {
        (1..levels).fold(json!([]), |inner, _| json!([inner]))
    }

    #[test]
    fn what_lies_too_deep_is_its_text() {
        assert_eq!(parameters(Some(&nested(LEVELS))), nested(LEVELS));
        let mut found = &parameters(Some(&json!({"a": nested(123), "b": {"c": 1}})));
        assert_eq!(found["b"], json!({"c": 1}));
        let mut levels = 0;
        while let Some(inner) = found.get("a").or_else(|| found.get(0)) {
            (found, levels) = (inner, levels + 1);
        }
        let rest = nested(123 + 1 - LEVELS).to_string();
        assert_eq!((levels, found), (LEVELS, &Value::from(rest)));
        assert_eq!(additional(Some(&nested(LEVELS))), Some(nested(LEVELS)));
        assert_ne!(additional(Some(&nested(200))), Some(nested(200)));
    }

    #[test]
    fn levels_are_counted_on_every_branch() {
        let cases = [
            ("a scalar", json!(1), 0, false),
            ("an empty list", json!([]), 0, true),
            ("an empty list", json!([]), 1, false),
            ("beside others", json!([1, {"a": 2}, [[3]]]), 2, true),
            ("beside others", json!([1, {"a": 2}, [[3]]]), 3, false),
        ];
        for (case, value, levels, want) in cases {
            assert_eq!(is_deeper(&value, levels), want, "{case}");
        }
    }

    #[test]
    fn the_least_telling_fields_go_first() {
        let big = || Value::from("x".repeat(RECORD / 2));
        let mut record = Map::new();
        for field in [
            "eventName",
            "requestParameters",
            "responseElements",
            "requestID",
        ] {
            record.insert(
                field.into(),
                if field == "eventName" {
                    "X".into()
                } else {
                    big()
                },
            );
        }
        shrink(&mut record);
        assert!(!record.contains_key("requestID"));
        assert_eq!(record["responseElements"], Value::Null);
        assert!(record["requestParameters"].is_string());
        assert!(length(&record) <= RECORD);
    }
}
