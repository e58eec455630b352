use atrium_model::directory::Profile;
use serde_json::{Map, Value};

use super::ProfileError;
use super::attribute::{Attribute, Kind, PROFILE};
use super::document::{canonical, check_required, find, join};

/// One change to the attributes of a user or group; identitystore's `AttributeOperation`.
#[derive(Clone, Debug, PartialEq)]
pub struct AttributeOperation {
    /// Which attribute, such as `name.givenName` or `aws:identitystore:enterprise.costCenter`.
    pub path: String,
    /// Its new value; none removes the attribute.
    pub value: Option<Value>,
}

/// A profile after changes, made in order.
pub(crate) fn apply(
    profile: &Profile,
    operations: Vec<AttributeOperation>,
) -> Result<Profile, ProfileError> {
    let document = serde_json::to_value(profile).map_err(|_| ProfileError::Type {
        path: "user".to_owned(),
        expected: "structure",
    })?;
    super::profile(apply_to(PROFILE, document, operations)?)
}

/// A document after changes, made in order, with all that is required.
pub(super) fn apply_to(
    attributes: &'static [Attribute],
    mut document: Value,
    operations: Vec<AttributeOperation>,
) -> Result<Value, ProfileError> {
    for operation in operations {
        let steps = steps(&operation.path);
        let value = operation.value.filter(|value| !value.is_null());
        set(
            attributes,
            &mut document,
            &steps,
            "",
            value,
            &operation.path,
        )?;
    }
    check_required(attributes, &document, "")?;
    Ok(document)
}

/// The path's segments. The colons of an extension's name stand in its first one, which holds no dots.
fn steps(path: &str) -> Vec<&str> {
    path.split('.').collect()
}

/// Sets or removes what the steps lead to inside an object.
fn set(
    attributes: &[Attribute],
    object: &mut Value,
    steps: &[&str],
    parent: &str,
    value: Option<Value>,
    whole: &str,
) -> Result<(), ProfileError> {
    let unknown = || ProfileError::Unknown(whole.to_owned());
    let (step, rest) = steps.split_first().ok_or_else(unknown)?;
    let attribute = find(attributes, step).ok_or_else(unknown)?;
    let path = join(parent, attribute.name);
    let Value::Object(members) = object else {
        return Err(unknown());
    };
    if rest.is_empty() {
        match value {
            Some(value) => {
                members.insert(
                    attribute.name.to_owned(),
                    canonical(&attribute.kind, value, &path)?,
                );
            }
            None => drop(members.remove(attribute.name)),
        }
        return Ok(());
    }
    let empty = || Value::Object(Map::new());
    match &attribute.kind {
        Kind::Object(inner) => {
            let mut child = members.remove(attribute.name).unwrap_or_else(empty);
            set(inner, &mut child, rest, &path, value, whole)?;
            keep(members, attribute.name, child, false);
        }
        // Where there can be one value only, the path need not say which.
        Kind::List(1, inner) => {
            let mut child = match members.remove(attribute.name) {
                Some(Value::Array(mut items)) => items.pop().unwrap_or_else(empty),
                _ => empty(),
            };
            set(inner, &mut child, rest, &path, value, whole)?;
            keep(members, attribute.name, child, true);
        }
        Kind::List(..) | Kind::Text(_) | Kind::Flag => return Err(unknown()),
    }
    Ok(())
}

/// Puts a child back, unless nothing is left of it.
fn keep(members: &mut Map<String, Value>, name: &str, child: Value, in_list: bool) {
    if child.as_object().is_some_and(Map::is_empty) {
        return;
    }
    let child = if in_list {
        Value::Array(vec![child])
    } else {
        child
    };
    members.insert(name.to_owned(), child);
}
