use serde_json::Value;

use super::{Faults, Step};

/// What a value of an effective policy has to look like.
pub(super) enum Shape {
    /// Anything; the service's own affair.
    Any,
    /// One of these words.
    Word(&'static [&'static str]),
    /// Text of at most so many characters, and at least one.
    Text(usize),
    /// A whole number between two, written as one or as text.
    Number(i64, i64),
    /// A Region, or every one.
    Region,
    /// From so many to so many items.
    List(usize, usize, &'static Shape),
    /// Any keys, from so many to so many.
    Map(usize, usize, &'static Shape),
    /// These keys and no others.
    Object(&'static [Member]),
    /// These keys, and others that nothing is known of.
    Open(&'static [Member]),
}

/// A key of an object.
pub(super) struct Member {
    name: &'static str,
    required: bool,
    shape: &'static Shape,
}

/// A key that has to be there.
pub(super) const fn must(name: &'static str, shape: &'static Shape) -> Member {
    Member {
        name,
        required: true,
        shape,
    }
}

/// A key that can be there.
pub(super) const fn may(name: &'static str, shape: &'static Shape) -> Member {
    Member {
        name,
        required: false,
        shape,
    }
}

/// Compares a value with its shape.
pub(super) fn check(shape: &Shape, value: &Value, at: &mut Vec<Step>, faults: &mut Faults) {
    match shape {
        Shape::Any => {}
        Shape::Word(words) => match value.as_str() {
            Some(text) if words.contains(&text) => {}
            _ => faults.add(
                at,
                "VALUE_INVALID",
                format!("The value must be one of: {}.", words.join(", ")),
            ),
        },
        Shape::Text(most) => match value.as_str() {
            Some("") => faults.add(at, "VALUE_INVALID", "The value must not be empty."),
            Some(text) if text.chars().count() <= *most => {}
            Some(_) => faults.add(
                at,
                "VALUE_TOO_LONG",
                format!("The value must have at most {most} characters."),
            ),
            None => faults.add(at, "VALUE_TYPE_INVALID", "The value must be a string."),
        },
        Shape::Number(least, most) => match number(value) {
            Some(number) if (*least..=*most).contains(&number) => {}
            Some(_) => faults.add(
                at,
                "VALUE_OUT_OF_RANGE",
                format!("The value must be a number from {least} to {most}."),
            ),
            None => faults.add(at, "VALUE_TYPE_INVALID", "The value must be a number."),
        },
        Shape::Region => {
            if !value.as_str().is_some_and(is_region) {
                let message = "The value must be a Region, or ALL_SUPPORTED.";
                faults.add(at, "VALUE_INVALID", message);
            }
        }
        Shape::List(least, most, item) => match value.as_array() {
            Some(items) => {
                count(items.len(), *least, *most, at, faults);
                for (number, value) in items.iter().enumerate().take(*most) {
                    at.push(Step::Item(number));
                    check(item, value, at, faults);
                    at.pop();
                }
            }
            None => faults.add(at, "VALUE_TYPE_INVALID", "The value must be a list."),
        },
        Shape::Map(least, most, item) => match value.as_object() {
            Some(members) => {
                count(members.len(), *least, *most, at, faults);
                for (key, value) in members.iter().take(*most) {
                    at.push(Step::Key(key.clone()));
                    check(item, value, at, faults);
                    at.pop();
                }
            }
            None => faults.add(at, "VALUE_TYPE_INVALID", "The value must be an object."),
        },
        Shape::Object(members) => object(members, false, value, at, faults),
        Shape::Open(members) => object(members, true, value, at, faults),
    }
}

fn count(found: usize, least: usize, most: usize, at: &[Step], faults: &mut Faults) {
    if found > most {
        let message = format!("There are {found} elements; at most {most} are allowed.");
        faults.add(at, "ELEMENTS_TOO_MANY", message);
    }
    if found < least {
        let message = format!("There are {found} elements; at least {least} are required.");
        faults.add(at, "ELEMENTS_TOO_FEW", message);
    }
}

fn object(members: &[Member], open: bool, value: &Value, at: &mut Vec<Step>, faults: &mut Faults) {
    let Some(given) = value.as_object() else {
        faults.add(at, "VALUE_TYPE_INVALID", "The value must be an object.");
        return;
    };
    for member in members.iter().filter(|member| member.required) {
        if !given.contains_key(member.name) {
            let message = format!("The key {} is required.", member.name);
            faults.add(at, "KEY_REQUIRED", message);
        }
    }
    for (key, value) in given {
        at.push(Step::Key(key.clone()));
        match members.iter().find(|member| member.name == key) {
            Some(member) => check(member.shape, value, at, faults),
            None if open => {}
            None => faults.add(at, "KEY_UNKNOWN", "The policy type has no such key."),
        }
        at.pop();
    }
}

/// A whole number, also where it is written as text, as management policies do.
pub(super) fn number(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => text.parse().ok(),
        value => value.as_i64(),
    }
}

fn is_region(text: &str) -> bool {
    if text == "ALL_SUPPORTED" {
        return true;
    }
    let parts: Vec<&str> = text.split('-').collect();
    let letters = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase());
    match parts.as_slice() {
        [words @ .., number] if (2..=3).contains(&words.len()) => {
            words.iter().all(letters) && matches!(number.as_bytes(), [b'1'..=b'9'])
        }
        _ => false,
    }
}
