use atrium_model::directory::Group;
use serde_json::{Value, json};

use super::attribute::GROUP;
use super::document::{canonical_object, check_required};
use super::update::apply_to;
use super::{AttributeOperation, ProfileError, check_reserved};

/// The attributes of a group that callers set.
pub(crate) struct GroupAttributes {
    pub(crate) display_name: String,
    pub(crate) description: Option<String>,
}

/// A group's attributes from a document, checked.
pub(crate) fn group_from_document(document: Value) -> Result<GroupAttributes, ProfileError> {
    let document = canonical_object(GROUP, document, "")?;
    check_required(GROUP, &document, "")?;
    attributes(&document)
}

/// A group's attributes after changes, made in order.
pub(crate) fn apply_to_group(
    group: &Group,
    operations: Vec<AttributeOperation>,
) -> Result<GroupAttributes, ProfileError> {
    let mut document = json!({ "displayName": group.display_name });
    if let Some(description) = &group.description {
        document["description"] = json!(description);
    }
    attributes(&apply_to(GROUP, document, operations)?)
}

fn attributes(document: &Value) -> Result<GroupAttributes, ProfileError> {
    let text = |name: &str| {
        document
            .get(name)
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    let required = || ProfileError::Required("displayName".to_owned());
    let display_name = text("displayName").ok_or_else(required)?;
    check_reserved(&display_name)?;
    Ok(GroupAttributes {
        display_name,
        description: text("description"),
    })
}
