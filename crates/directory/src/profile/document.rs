//! Documents with the attributes of a user or group: brought into the one form in which they are kept.

use serde_json::{Map, Value};

use super::ProfileError;
use super::attribute::{Attribute, Kind};

/// The attribute of this name, in any case: clients write `UserName` and `userName`.
pub(super) fn find<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a Attribute> {
    attributes
        .iter()
        .find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}

/// `parent.name`, or `name` at the top.
pub(super) fn join(parent: &str, name: &str) -> String {
    if parent.is_empty() {
        name.to_owned()
    } else {
        format!("{parent}.{name}")
    }
}

/// An object with its members' names as they are kept, each value checked; null members are left out.
pub(super) fn canonical_object(
    attributes: &[Attribute],
    value: Value,
    path: &str,
) -> Result<Value, ProfileError> {
    let Value::Object(members) = value else {
        return Err(ProfileError::Type {
            path: path.to_owned(),
            expected: "structure",
        });
    };
    let mut kept = Map::new();
    for (name, value) in members {
        let attribute = find(attributes, &name)
            .ok_or_else(|| ProfileError::Unknown(join(path, name.get(..255).unwrap_or(&name))))?;
        if !value.is_null() {
            let value = canonical(&attribute.kind, value, &join(path, attribute.name))?;
            kept.insert(attribute.name.to_owned(), value);
        }
    }
    Ok(Value::Object(kept))
}

/// A value of this kind, checked and with the names that are kept.
pub(super) fn canonical(kind: &Kind, value: Value, path: &str) -> Result<Value, ProfileError> {
    let wrong = |expected| ProfileError::Type {
        path: path.to_owned(),
        expected,
    };
    match (kind, value) {
        (Kind::Text(kind), Value::String(text)) => {
            kind.check(path, &text)?;
            Ok(Value::String(text))
        }
        (Kind::Text(_), _) => Err(wrong("string")),
        (Kind::Flag, Value::Bool(flag)) => Ok(Value::Bool(flag)),
        (Kind::Flag, _) => Err(wrong("boolean")),
        (Kind::Object(members), value) => canonical_object(members, value, path),
        (Kind::List(limit, members), Value::Array(items)) => {
            if items.is_empty() {
                return Err(ProfileError::Empty(path.to_owned()));
            }
            if items.len() > *limit {
                return Err(ProfileError::TooMany {
                    path: path.to_owned(),
                    limit: *limit,
                });
            }
            let items = items
                .into_iter()
                .map(|item| canonical_object(members, item, path));
            Ok(Value::Array(items.collect::<Result<_, _>>()?))
        }
        (Kind::List(..), _) => Err(wrong("list")),
    }
}

/// Refuses an object that lacks a member which is required, at any depth.
pub(super) fn check_required(
    attributes: &[Attribute],
    value: &Value,
    path: &str,
) -> Result<(), ProfileError> {
    for attribute in attributes {
        let path = join(path, attribute.name);
        match (value.get(attribute.name), &attribute.kind) {
            // Of a required structure it helps to hear which member is missing.
            (None, Kind::Object(members)) if attribute.required => {
                check_required(members, &Value::Null, &path)?;
            }
            (None, _) if attribute.required => return Err(ProfileError::Required(path)),
            (None, _) => {}
            (Some(value), Kind::Object(members)) => check_required(members, value, &path)?,
            (Some(Value::Array(items)), Kind::List(_, members)) => {
                for item in items {
                    check_required(members, item, &path)?;
                }
            }
            (Some(_), _) => {}
        }
    }
    Ok(())
}
