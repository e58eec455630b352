//! A reader of the schema that shares nothing with the mapping. `schema-1.1.0.json` is what the compiled schema of OCSF 1.1.0 has
//! for our six classes, without prose; `e2e/ocsf_schema.py` takes it from the package that carries the schema, and a test there
//! compares.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

static SCHEMA: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("schema-1.1.0.json")).unwrap());

static PATTERNS: LazyLock<HashMap<String, Regex>> = LazyLock::new(|| {
    let types = SCHEMA["types"].as_object().unwrap();
    let patterns = types.iter().filter_map(|(name, told)| {
        let pattern = told["regex"].as_str()?;
        Some((name.clone(), Regex::new(pattern).unwrap()))
    });
    patterns.collect()
});

/// What of an event is not as the schema has it.
pub fn problems(event: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let classes = SCHEMA["classes"].as_object().unwrap();
    let Some(class) = classes
        .values()
        .find(|class| class["uid"] == event["class_uid"])
    else {
        return vec![format!("no class {}", event["class_uid"])];
    };
    let profiles: Vec<&str> = event["metadata"]["profiles"]
        .as_array()
        .map(|names| names.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    structure(class, event, "", &profiles, &mut found);
    for name in ["category", "class", "type"] {
        let captions = &class["attributes"][format!("{name}_uid")]["enum"];
        let uid = event[format!("{name}_uid")].to_string();
        if captions[uid.as_str()] != event[format!("{name}_name")] {
            found.push(format!("{name}_name is not the caption of {uid}"));
        }
    }
    let number = |name: &str| event[name].as_i64().unwrap_or(-1);
    if number("type_uid") != number("class_uid") * 100 + number("activity_id") {
        found.push("type_uid is not class and activity".to_owned());
    }
    if event["metadata"]["version"] != SCHEMA["version"] {
        found.push("another version".to_owned());
    }
    found
}

fn structure(told: &Value, value: &Value, path: &str, profiles: &[&str], found: &mut Vec<String>) {
    let Some(members) = value.as_object() else {
        found.push(format!("{path} is no object"));
        return;
    };
    let attributes = told["attributes"].as_object().unwrap();
    let there = |name: &str| {
        let told = attributes.get(name)?;
        let of_profile = told["profile"].as_str();
        of_profile
            .is_none_or(|profile| profiles.contains(&profile))
            .then_some(told)
    };
    for (name, told) in attributes {
        let wanted = told["requirement"] == "required" && there(name).is_some();
        if wanted && !members.contains_key(name) {
            found.push(format!("{path}.{name} is missing"));
        }
    }
    if let Some(names) = told["constraints"]["at_least_one"].as_array() {
        let any = names
            .iter()
            .filter_map(Value::as_str)
            .any(|name| members.contains_key(name));
        if !any {
            found.push(format!("{path} has none of {names:?}"));
        }
    }
    // The schema's `object` has no attributes, and takes any.
    if attributes.is_empty() {
        return;
    }
    for (name, value) in members {
        let path = format!("{path}.{name}");
        match there(name) {
            None => found.push(format!("{path} is not in the schema")),
            Some(told) => attribute(told, value, &path, profiles, found),
        }
    }
}

fn attribute(told: &Value, value: &Value, path: &str, profiles: &[&str], found: &mut Vec<String>) {
    if told["is_array"] == true {
        match value.as_array() {
            Some(items) => {
                for (at, item) in items.iter().enumerate() {
                    single(told, item, &format!("{path}[{at}]"), profiles, found);
                }
            }
            None => found.push(format!("{path} is no list")),
        }
    } else {
        single(told, value, path, profiles, found);
    }
}

fn single(told: &Value, value: &Value, path: &str, profiles: &[&str], found: &mut Vec<String>) {
    let kind = told["type"].as_str().unwrap();
    if kind == "object_t" {
        let object = &SCHEMA["objects"][told["object_type"].as_str().unwrap()];
        structure(object, value, path, profiles, found);
        return;
    }
    let details = SCHEMA["types"][kind].as_object().unwrap();
    let base = details.get("type").and_then(Value::as_str).unwrap_or(kind);
    let fits = match base {
        "string_t" => value.is_string(),
        "integer_t" => value.as_i64().is_some_and(|n| i32::try_from(n).is_ok()),
        "long_t" => value.is_i64(),
        "boolean_t" => value.is_boolean(),
        "json_t" => true,
        other => panic!("the schema has a type {other} that no event of ours should use"),
    };
    if !fits {
        found.push(format!("{path} is no {kind}: {value}"));
    }
    if let Some(text) = value.as_str() {
        shape(kind, details, text, path, found);
    }
    let spelled = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    if let Some(allowed) = told["enum"].as_object()
        && !allowed.contains_key(&spelled)
    {
        found.push(format!("{path} is none of the schema's values: {value}"));
    }
}

fn shape(
    kind: &str,
    details: &Map<String, Value>,
    text: &str,
    path: &str,
    found: &mut Vec<String>,
) {
    // A type without a length of its own has that of its base.
    let longest = details
        .get("max_len")
        .or_else(|| (kind != "json_t").then(|| &SCHEMA["types"]["string_t"]["max_len"]));
    let longest = longest.and_then(Value::as_u64).unwrap_or(u64::MAX);
    if text.chars().count() as u64 > longest {
        found.push(format!("{path} is longer than {longest}"));
    }
    if PATTERNS
        .get(kind)
        .is_some_and(|pattern| !pattern.is_match(text))
    {
        found.push(format!("{path} has not the shape of {kind}: {text}"));
    }
}

/// The judge must be able to say no.
#[test]
fn the_judge_finds_what_is_wrong() {
    let good = crate::records::event(crate::records::create_instance());
    assert_eq!(problems(&good), Vec::<String>::new());
    type Break = fn(&mut Value);
    let breakages: [(&str, Break); 9] = [
        ("a required attribute", |event| {
            event.as_object_mut().unwrap().remove("entity");
        }),
        ("a required member", |event| {
            event["cloud"].as_object_mut().unwrap().remove("provider");
        }),
        ("one of several", |event| {
            event["entity"] = serde_json::json!({"type": "AWS::SSO::Instance"});
        }),
        ("an unknown attribute", |event| {
            event["api"]["colour"] = "red".into();
        }),
        ("another class's attribute", |event| {
            event["src_endpoint"] = serde_json::json!({"ip": "203.0.113.9"});
        }),
        ("a number of a list", |event| {
            event["severity_id"] = 7.into()
        }),
        ("a text for a number", |event| event["time"] = "now".into()),
        ("no date", |event| event["time_dt"] = "yesterday".into()),
        ("another activity", |event| {
            event["type_uid"] = 300_402.into()
        }),
    ];
    for (case, break_it) in breakages {
        let mut bad = good.clone();
        break_it(&mut bad);
        assert!(!problems(&bad).is_empty(), "{case}");
    }
}
