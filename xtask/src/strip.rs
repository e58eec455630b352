//! Takes the prose out of a service model and leaves what a program needs.

use serde_json::Value;

/// Traits that are words for people, or that nothing here reads.
const PROSE: [&str; 7] = [
    "documentation",
    "documentationUrl",
    "examples",
    "crossLink",
    "deprecatedMessage",
    "deprecatedSince",
    "uid",
];

/// Keys whose value maps names to things; a name there may well be `documentation`.
const NAME_MAPS: [&str; 3] = ["members", "operations", "shapes"];

/// Removes documentation, examples and links from `model`, everywhere but in the names of shapes and members.
pub fn strip(model: &mut Value) {
    match model {
        Value::Object(map) => {
            map.retain(|key, _| !PROSE.contains(&key.as_str()));
            for (key, value) in map.iter_mut() {
                match value {
                    Value::Object(named) if NAME_MAPS.contains(&key.as_str()) => {
                        named.values_mut().for_each(strip)
                    }
                    other => strip(other),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::strip;

    #[test]
    fn prose_goes_and_names_stay() {
        let mut model = json!({
            "documentation": "long",
            "shapes": {"examples": {"type": "structure", "documentation": "x", "members": {"documentation": {"shape": "S", "documentation": "y"}}}},
            "operations": {"Do": {"errors": [{"shape": "E", "documentation": "z"}]}},
        });
        strip(&mut model);
        let want = json!({
            "shapes": {"examples": {"type": "structure", "members": {"documentation": {"shape": "S"}}}},
            "operations": {"Do": {"errors": [{"shape": "E"}]}},
        });
        assert_eq!(model, want);
    }
}
