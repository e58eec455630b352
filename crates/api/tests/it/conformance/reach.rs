//! Which constraints an input has, to see that none was left out.

use std::collections::BTreeSet;

use super::cases::{DEEPEST, LONGEST, MOST_ITEMS};
use super::model::Shape;

/// Every constraint that can be broken: the path of the value, and the kind of rule.
pub fn constraints(shape: Shape<'_>) -> BTreeSet<(String, &'static str)> {
    let mut found = BTreeSet::new();
    structure(shape, "", 0, &mut found);
    found
}

fn structure(
    shape: Shape<'_>,
    path: &str,
    depth: usize,
    found: &mut BTreeSet<(String, &'static str)>,
) {
    if depth > DEEPEST {
        return;
    }
    for member in shape.members() {
        let name = super::rules::lower(member.name);
        let here = if path.is_empty() {
            name
        } else {
            format!("{path}.{name}")
        };
        if shape.requires(member.name) {
            found.insert((here.clone(), "required"));
        }
        value(member.shape, &here, depth + 1, found);
    }
}

fn value(shape: Shape<'_>, path: &str, depth: usize, found: &mut BTreeSet<(String, &'static str)>) {
    found.extend(own(shape).into_iter().map(|kind| (path.to_owned(), kind)));
    match shape.kind() {
        "structure" => structure(shape, path, depth, found),
        "list" if !shape.item().shape.is_scalar() => {
            value(
                shape.item().shape,
                &format!("{path}.1.member"),
                depth + 1,
                found,
            );
        }
        "list" if !own(shape.item().shape).is_empty() => {
            found.insert((path.to_owned(), "within"));
        }
        "map" if !own(shape.key().shape).is_empty() => {
            found.insert((path.to_owned(), "within"));
        }
        _ => {}
    }
}

/// The constraints of a value itself.
fn own(shape: Shape<'_>) -> Vec<&'static str> {
    let (number, most) = match shape.kind() {
        "integer" | "long" => (true, i64::MAX),
        "string" => (false, i64::try_from(LONGEST).unwrap()),
        "list" | "map" => (false, MOST_ITEMS - 1),
        _ => return Vec::new(),
    };
    let low = shape
        .min()
        .filter(|min| number || *min > 0)
        .map(|_| if number { "small" } else { "short" });
    let high = shape
        .max()
        .filter(|max| *max <= most)
        .map(|_| if number { "great" } else { "long" });
    let values = (!shape.values().is_empty()).then_some("enum");
    // One that any text matches can't be broken.
    let pattern = shape
        .pattern()
        .filter(|java| !ANYTHING.contains(java))
        .map(|_| "pattern");
    [low, high, values, pattern].into_iter().flatten().collect()
}

/// Patterns that every text matches.
const ANYTHING: [&str; 4] = [r"[\s\S]*", ".*", r"[\S\s]*", "(?s).*"];
