//! Which policies say something about a place in what they come to.

use atrium_model::PolicyId;
use atrium_model::organization::AttachedPolicy;
use serde_json::Value;

use super::Step;

/// The documents of policies, in the order in which they are merged.
pub(super) fn read(attached: &[AttachedPolicy]) -> Vec<(PolicyId, Value)> {
    attached
        .iter()
        .filter_map(|policy| {
            let document = serde_json::from_str(&policy.content).ok()?;
            Some((policy.id.clone(), document))
        })
        .collect()
}

/// Those that name the place, or what comes closest to it.
pub(super) fn to(documents: &[(PolicyId, Value)], at: &[Step], folds: bool) -> Vec<PolicyId> {
    let mut keys: Vec<&str> = at
        .iter()
        .map_while(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            Step::Item(_) => None,
        })
        .collect();
    loop {
        let mut found: Vec<PolicyId> = Vec::new();
        for (id, document) in documents {
            if names(document, &keys, folds, 0) && !found.contains(id) {
                found.push(id.clone());
            }
        }
        if !found.is_empty() || keys.pop().is_none() {
            return found;
        }
    }
}

fn names(document: &Value, keys: &[&str], folds: bool, depth: usize) -> bool {
    let Some((first, rest)) = keys.split_first() else {
        return true;
    };
    let Some(members) = document.as_object() else {
        return false;
    };
    members.iter().any(|(key, value)| {
        let same = match folds && depth == 1 {
            true => key.to_lowercase() == **first,
            false => key == first,
        };
        // What is assigned as a whole names what is in it.
        (same && names(value, rest, folds, depth + 1))
            || (key == "@@assign" && names(value, keys, folds, depth))
    })
}
