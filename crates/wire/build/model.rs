//! A service model as botocore writes it, read into what the generators ask for.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// One `service-2.json`.
pub struct Model {
    /// Name of the model file, such as `sso-admin`.
    pub service: String,
    pub metadata: Value,
    /// In the order of the file.
    pub operations: Vec<(String, Value)>,
    pub shapes: BTreeMap<String, Value>,
}

impl Model {
    pub fn parse(service: &str, text: &str) -> Result<Self, String> {
        let root: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let map = |key: &str| -> Result<Map<String, Value>, String> {
            root[key]
                .as_object()
                .cloned()
                .ok_or_else(|| format!("no `{key}`"))
        };
        let model = Self {
            service: service.to_owned(),
            metadata: root["metadata"].clone(),
            operations: map("operations")?.into_iter().collect(),
            shapes: map("shapes")?.into_iter().collect(),
        };
        for name in model.shapes.keys() {
            for (_, target) in model.references(name) {
                if !model.shapes.contains_key(&target) {
                    return Err(format!(
                        "shape `{name}` refers to `{target}`, which isn't there"
                    ));
                }
            }
        }
        Ok(model)
    }

    pub fn shape(&self, name: &str) -> &Value {
        &self.shapes[name]
    }

    /// `Structure`, `List` … as in `meta::Kind`.
    pub fn kind(&self, name: &str) -> &'static str {
        let shape = self.shape(name);
        match shape["type"].as_str().unwrap_or_default() {
            "structure" if flag(shape, "document") => "Document",
            "structure" => "Structure",
            "list" => "List",
            "map" => "Map",
            "string" | "character" => "String",
            "integer" => "Integer",
            "long" => "Long",
            "float" => "Float",
            "double" => "Double",
            "boolean" => "Boolean",
            "timestamp" => "Timestamp",
            "blob" => "Blob",
            other => panic!("shape `{name}` of unknown type `{other}`"),
        }
    }

    /// Members of a structure with their own traits, in the order of the model.
    pub fn members<'a>(&self, shape: &'a Value) -> Vec<(&'a str, &'a Value)> {
        let members = shape["members"].as_object();
        members
            .into_iter()
            .flatten()
            .map(|(name, member)| (name.as_str(), member))
            .collect()
    }

    /// Every shape that `name` mentions, with the role it has there.
    pub fn references(&self, name: &str) -> Vec<(String, String)> {
        let shape = self.shape(name);
        let mut found: Vec<(String, String)> = self
            .members(shape)
            .into_iter()
            .map(|(name, member)| (name.to_owned(), target(member)))
            .collect();
        for role in ["member", "key", "value"] {
            if shape[role].is_object() {
                found.push((role.to_owned(), target(&shape[role])));
            }
        }
        found
    }

    /// Shapes reachable from `roots`, the roots among them.
    pub fn reachable<'a>(&self, roots: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
        let mut seen = BTreeSet::new();
        let mut open: Vec<String> = roots.into_iter().map(str::to_owned).collect();
        while let Some(name) = open.pop() {
            open.extend(
                self.references(&name)
                    .into_iter()
                    .map(|(_, target)| target)
                    .filter(|t| !seen.contains(t)),
            );
            seen.insert(name);
        }
        seen
    }

    /// Whether a value of `from` holds a value of `to` without a list or map between: then a box is needed.
    pub fn contains_directly(&self, from: &str, to: &str) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![from.to_owned()];
        while let Some(name) = open.pop() {
            if name == to {
                return true;
            }
            if self.kind(&name) == "Structure" && seen.insert(name.clone()) {
                open.extend(self.references(&name).into_iter().map(|(_, target)| target));
            }
        }
        false
    }
}

/// The shape a member refers to.
pub fn target(member: &Value) -> String {
    member["shape"].as_str().unwrap_or_default().to_owned()
}

/// A boolean trait, absent meaning false.
pub fn flag(value: &Value, key: &str) -> bool {
    value[key].as_bool().unwrap_or(false)
}

/// Names of the required members of a structure.
pub fn required(shape: &Value) -> BTreeSet<&str> {
    shape["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}
