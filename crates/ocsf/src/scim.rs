//! SCIM's changes of a resource (RFC 7644, section 3.5.2), as their records have them. Names are of any letter case.

use std::borrow::Cow;

use serde_json::Value;

use crate::class::{Activity, group};
use crate::record::{Record, text_of};
use crate::shape::Text;

/// Where the body of a call stands; the samples of the IAM Identity Center user guide have it in `httpBody`.
const BODIES: [&str; 2] = ["requestParameters.httpBody", "requestParameters"];
/// The attribute that holds a group's members.
const MEMBERS: &str = "members";

/// Members who come into a group or leave it.
pub(crate) struct Members {
    /// Add User or Remove User.
    pub activity: Activity,
    /// The id of the first, if it is told.
    pub first: Option<Text>,
}

/// What a change of a group does to its members; nothing, unless it only adds or only removes some.
pub(crate) fn members(record: &Record) -> Option<Members> {
    let mut bodies = BODIES.iter().filter_map(|path| record.value(path));
    let operations = bodies.find_map(|body| member(body, "operations"))?;
    let changes: Option<Vec<_>> = operations.as_array()?.iter().map(change).collect();
    let changes = changes?;
    let (activity, _) = *changes.first()?;
    let is_one = changes.iter().all(|(other, _)| *other == activity);
    let first = changes.into_iter().find_map(|(_, who)| who);
    is_one.then(|| Members {
        activity,
        first: first.map(|id| id.into_owned().into()),
    })
}

/// What one operation does to members, and the first of those it names.
fn change(operation: &Value) -> Option<(Activity, Option<Cow<'_, str>>)> {
    let activity = match member(operation, "op")?
        .as_str()?
        .to_ascii_lowercase()
        .as_str()
    {
        "add" => group::ADD_USER,
        "remove" => group::REMOVE_USER,
        _ => return None,
    };
    let value = member(operation, "value");
    let Some(path) = member(operation, "path").and_then(Value::as_str) else {
        // Without a path, the value has the attributes by name.
        let attributes = value?.as_object().filter(|members| members.len() == 1)?;
        let (name, value) = attributes.iter().next()?;
        return (name.eq_ignore_ascii_case(MEMBERS)).then(|| (activity, first(value)));
    };
    let (attribute, filter) = path.split_at_checked(MEMBERS.len())?;
    if !attribute.eq_ignore_ascii_case(MEMBERS) {
        return None;
    }
    let who = match filter {
        "" => value.and_then(first),
        _ => wanted(filter.strip_prefix('[')?.strip_suffix(']')?).map(Cow::Borrowed),
    };
    Some((activity, who))
}

/// The first id in a list of members, or that of a member alone.
fn first(members: &Value) -> Option<Cow<'_, str>> {
    let one = match members {
        Value::Array(items) => items.first()?,
        one => one,
    };
    text_of(member(one, "value").unwrap_or(one))
}

/// The id that a filter such as `value eq "u-1"` asks for.
fn wanted(filter: &str) -> Option<&str> {
    let mut words = filter.split_ascii_whitespace();
    let is_value = words.next()?.eq_ignore_ascii_case("value");
    let is_equal = words.next()?.eq_ignore_ascii_case("eq");
    let id = words.next()?.trim_matches('"');
    (is_value && is_equal && !id.is_empty()).then_some(id)
}

fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let mut members = value.as_object()?.iter();
    members
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}
