//! Writes the plain structs of a service's inputs and outputs, and a marker type for each operation.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::model::{Model, flag, required, target};
use crate::names;

/// Appends the structs and the `ops` module of `model` to `code`.
pub fn write(model: &Model, code: &mut String) {
    let mut roots = Vec::new();
    for (_, operation) in &model.operations {
        roots.extend(
            ["input", "output"]
                .iter()
                .filter_map(|role| operation[role]["shape"].as_str()),
        );
    }
    for name in model.reachable(roots) {
        if model.kind(&name) == "Structure" {
            write_struct(model, &name, code);
        }
    }
    code.push_str("#[doc = \"One marker type an operation.\"]\npub mod ops {\n");
    for (id, (name, operation)) in model.operations.iter().enumerate() {
        let shape = |role: &str| match operation[role]["shape"].as_str() {
            Some(name) => format!("super::{name}"),
            None => "crate::Unit".to_owned(),
        };
        put(
            code,
            format_args!(
                "op!({name}, {}, {}, OP{id});",
                shape("input"),
                shape("output")
            ),
        );
    }
    code.push_str("}\n");
}

fn write_struct(model: &Model, name: &str, code: &mut String) {
    let shape = model.shape(name);
    let needed = required(shape);
    let mut fields = String::new();
    let mut seen = BTreeSet::new();
    for (member, traits) in model.members(shape) {
        let field = names::field(member);
        assert!(
            seen.insert(field.clone()),
            "two members of `{name}` would be `{field}`"
        );
        let kind = if needed.contains(member) {
            "req"
        } else {
            "opt"
        };
        let hidden = if flag(model.shape(&target(traits)), "sensitive") || flag(shape, "sensitive")
        {
            "hidden"
        } else {
            "shown"
        };
        let rust = rust_type(model, name, &target(traits));
        put(
            &mut fields,
            format_args!("{field} {member:?} {kind} {hidden} {rust};"),
        );
    }
    put(code, format_args!("shape!({name} {{ {fields} }});"));
}

/// The Rust type of a value of `target` inside the struct `owner`.
fn rust_type(model: &Model, owner: &str, name: &str) -> String {
    let shape = model.shape(name);
    match model.kind(name) {
        "Structure" if model.contains_directly(name, owner) => format!("Box<{name}>"),
        "Structure" => name.to_owned(),
        "List" => format!("Vec<{}>", rust_type(model, "", &target(&shape["member"]))),
        "Map" => format!(
            "BTreeMap<String, {}>",
            rust_type(model, "", &target(&shape["value"]))
        ),
        "String" => "String".to_owned(),
        "Integer" | "Long" => "i64".to_owned(),
        "Float" | "Double" => "f64".to_owned(),
        "Boolean" => "bool".to_owned(),
        "Timestamp" => "Timestamp".to_owned(),
        "Blob" => "Vec<u8>".to_owned(),
        "Document" => "Value".to_owned(),
        other => panic!("no Rust type for {other}"),
    }
}

fn put(code: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a String can't fail.
    let _ = writeln!(code, "{line}");
}
