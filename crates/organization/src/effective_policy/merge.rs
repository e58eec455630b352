//! Management policies merged by their inheritance operators (Organizations user guide, "Inheritance operators" and
//! "Inheritance examples").
//!
//! Policies are merged level by level, from the root down. A child control takes effect below the level that says it,
//! and can only be tightened further down. Among policies attached to the same target, what the first one assigns
//! counts, in the order in which they were attached; what they append and remove adds up, and of their child controls
//! the intersection counts.

use std::borrow::Cow;
use std::collections::BTreeMap;

use atrium_model::organization::PolicyType;
use serde_json::{Map, Value};

use super::operators::{CHILD_CONTROL, Operators};

/// The policies of the levels so far.
pub(super) struct Merged {
    top: Setting,
    /// Tag policies name their rules by tag keys in any letter case.
    folds_rules: bool,
}

/// One key of the document: a value, further keys, or both.
#[derive(Clone, Debug)]
struct Setting {
    value: Option<Value>,
    inner: BTreeMap<String, Setting>,
    /// What the levels below may do here, and to what they add inside.
    allowed: Operators,
}

impl Setting {
    fn new(allowed: Operators) -> Self {
        Self {
            value: None,
            inner: BTreeMap::new(),
            allowed,
        }
    }
}

/// What a level says about one setting.
#[derive(Default)]
struct Said<'a> {
    assigned: Option<&'a Value>,
    appended: Vec<&'a Value>,
    removed: Vec<&'a Value>,
    inner: BTreeMap<Cow<'a, str>, Vec<&'a Value>>,
}

impl Merged {
    pub(super) fn new(kind: PolicyType) -> Self {
        Self {
            top: Setting::new(Operators::ALL),
            folds_rules: kind == PolicyType::TagPolicy,
        }
    }

    /// Merges the policies of the next level, in the order in which they were attached.
    pub(super) fn inherit(&mut self, documents: &[Value]) {
        let documents: Vec<&Value> = documents.iter().collect();
        merge(&mut self.top, &documents, self.folds_rules, 0);
    }

    /// The document without operators; settings that nothing is left of are gone.
    pub(super) fn into_document(self) -> Value {
        render(self.top).unwrap_or_else(|| Value::Object(Map::new()))
    }
}

fn merge(setting: &mut Setting, documents: &[&Value], folds_rules: bool, depth: usize) {
    let permitted = setting.allowed;
    let mut said = Said::default();
    for document in documents {
        match document {
            Value::Object(members) => {
                for (key, value) in members {
                    listen(&mut said, setting, key, value, folds_rules && depth == 1);
                }
            }
            // A value without an operator stands for itself.
            value => said.assigned = said.assigned.or(Some(value)),
        }
    }
    apply(&mut setting.value, &said, permitted);
    for (key, documents) in said.inner {
        let inner = setting
            .inner
            .entry(key.into_owned())
            .or_insert_with(|| Setting::new(permitted));
        merge(inner, &documents, folds_rules, depth + 1);
    }
}

/// Takes in one member of one policy.
fn listen<'a>(
    said: &mut Said<'a>,
    setting: &mut Setting,
    key: &'a str,
    value: &'a Value,
    fold: bool,
) {
    match key {
        "@@assign" => said.assigned = said.assigned.or(Some(value)),
        "@@append" => said.appended.extend(list(value)),
        "@@remove" => said.removed.extend(list(value)),
        CHILD_CONTROL => setting.allowed = setting.allowed.and(Operators::read(value)),
        _ if key.starts_with("@@") => {}
        _ => {
            let key = match fold {
                true => Cow::Owned(key.to_lowercase()),
                false => Cow::Borrowed(key),
            };
            said.inner.entry(key).or_default().push(value);
        }
    }
}

fn list(value: &Value) -> &[Value] {
    match value {
        Value::Array(values) => values,
        value => std::slice::from_ref(value),
    }
}

/// Assigns, then appends, then removes, as far as the levels above permit it. Only lists are appended to and removed
/// from.
fn apply(value: &mut Option<Value>, said: &Said<'_>, permitted: Operators) {
    if permitted.assign
        && let Some(assigned) = said.assigned
    {
        *value = Some(assigned.clone());
    }
    if permitted.append && !said.appended.is_empty() {
        let held = value.get_or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(held) = held {
            let mut seen: std::collections::HashSet<&Value> = held.iter().collect();
            let fresh: Vec<Value> = said
                .appended
                .iter()
                .filter(|new| seen.insert(new))
                .map(|new| (*new).clone())
                .collect();
            held.extend(fresh);
        }
    }
    if permitted.remove
        && let Some(Value::Array(held)) = value
    {
        held.retain(|kept| !said.removed.contains(&kept));
    }
    if matches!(value, Some(Value::Array(held)) if held.is_empty()) {
        *value = None;
    }
}

fn render(setting: Setting) -> Option<Value> {
    if setting.value.is_some() {
        return setting.value;
    }
    let members: Map<String, Value> = setting
        .inner
        .into_iter()
        .filter_map(|(key, inner)| render(inner).map(|value| (key, value)))
        .collect();
    (!members.is_empty()).then_some(Value::Object(members))
}

#[cfg(test)]
mod tests;
